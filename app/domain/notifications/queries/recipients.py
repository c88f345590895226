"""Who is told what of an event."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.accounts.queries import members_by_role
from app.domain.events.kinds.earlier import EarlierEvent
from app.domain.events.models import Event
from app.domain.notifications.kinds import NOTICES
from app.domain.notifications.rules import Audience


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person who gets one kind of notice, and which of its sentences."""

    user_id: int
    kind: str
    variant: str = ""


def recipients(event: Event) -> list[Recipient]:
    """Everybody who is told of an event; a person gets a kind of notice once, whatever they are in it."""
    found: dict[tuple[int, str], Recipient] = {}
    for recipient in _all(event):
        found.setdefault((recipient.user_id, recipient.kind), recipient)
    return list(found.values())


def _all(event: Event) -> Iterator[Recipient]:
    data = event.data
    if isinstance(data, EarlierEvent) and data.user_id is not None and data.notice is not None:
        yield Recipient(data.user_id, data.notice)
    for kind, notice in NOTICES.items():
        for telling in notice.told:
            if telling.event is type(data):
                variant = telling.variant(data)
                for user_id in _people(telling.who(data), event.actor_user_id):
                    yield Recipient(user_id, kind, variant)


def _people(audience: Audience, actor_user_id: int | None) -> Iterator[int]:
    yield from audience.user_ids
    for user_id in members_by_role(audience.account_ids, audience.roles):
        if audience.with_actor or user_id != actor_user_id:
            yield user_id
