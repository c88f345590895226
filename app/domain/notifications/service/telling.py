"""Turns an event into notices and mails to send, from what was written down of it alone."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.domain.accounts.models import EmailLink
from app.domain.events.kinds.accounts import EmailChanged, LinkMade, SignedUp
from app.domain.events.kinds.earlier import EarlierEvent
from app.domain.events.models import Event, EventDelivery
from app.domain.events.rules import EventData
from app.domain.events.service import mark_delivered
from app.domain.notifications.kinds import NOTICES
from app.domain.notifications.models import MailMessage, Notification
from app.domain.notifications.queries import wants
from app.domain.notifications.queries.recipients import Recipient, recipients
from app.domain.notifications.rules import shown_names
from app.domain.notifications.service.preferences import ask_for_marketing
from app.domain.notifications.states import Channel, Delivery, MailState
from app.foundation.db import db
from app.foundation.errors import InvariantBroken
from app.foundation.identifiers import new_public_id

VARIANT = "variant"
AT = "at"


def tell(delivery: EventDelivery, *, now: datetime) -> None:
    """Turns one event into notices and the intents to send mails, and notes in the same transaction that it did.

    Each person gets a kind of notice about an event once, whoever tells it: the delivery is locked by the
    caller, marked here, and the tables refuse a second notice or mail.

    Raises:
        InvariantBroken: nobody could ever be told of an event of this kind.
    """
    event, data = delivery.event, delivery.event.data
    if isinstance(data, SignedUp) and data.wants_marketing:
        ask_for_marketing(data.user_id, now=now)
    if not _tells_somebody(data):
        message = f"event {event.id} of kind {event.kind} names nobody to tell"
        raise InvariantBroken(message)
    for recipient in recipients(event):
        _tell_one(event, data, recipient, now)
    mark_delivered(delivery, now=now)


def _tells_somebody(data: EventData) -> bool:
    if isinstance(data, EarlierEvent):
        return data.notice is not None
    return any(telling.event is type(data) for notice in NOTICES.values() for telling in notice.told)


def _tell_one(event: Event, data: EventData, recipient: Recipient, now: datetime) -> None:
    params = _params(event, data, recipient)
    if wants(recipient.user_id, recipient.kind, Channel.IN_APP):
        notice = Notification(
            user_id=recipient.user_id, event_id=event.id, kind=recipient.kind, params=params, created_at=now
        )
        db.session.add(notice)
    if NOTICES[recipient.kind].mail is not Delivery.NEVER and not _was_mailed_lately(recipient, params, now):
        db.session.add(_mail(event, data, recipient, params, now))


def _was_mailed_lately(recipient: Recipient, params: dict[str, Any], now: datetime) -> bool:
    """Whether the person was just mailed the same about the same thing; only of kinds that come in bursts."""
    notice = NOTICES[recipient.kind]
    if notice.pause_between_mails is None or notice.words is None:
        return False
    query = sa.select(MailMessage.params).where(
        MailMessage.user_id == recipient.user_id,
        MailMessage.kind == recipient.kind,
        MailMessage.created_at > now - notice.pause_between_mails,
    )
    about = notice.words.target.value
    return any(before.get(about) == params[about] for before in db.session.scalars(query))


def _mail(event: Event, data: EventData, recipient: Recipient, params: dict[str, Any], now: datetime) -> MailMessage:
    link = _noted(data, LinkMade, "link")
    return MailMessage(
        user_id=recipient.user_id,
        event_id=event.id,
        kind=recipient.kind,
        to_address=_address_of(link) if link else _noted(data, EmailChanged, "old_email"),
        link_public_id=link,
        params=params,
        message_id=new_public_id(),
        state=MailState.QUEUED,
        attempts=0,
        created_at=now,
        next_attempt_at=now,
    )


def _noted(data: EventData, kind: type[EventData], name: str) -> str | None:
    """What an event of this kind, or one of the time before there were kinds, has noted under a name."""
    if isinstance(data, EarlierEvent):
        return data.noted.get(name)
    return getattr(data, name) if isinstance(data, kind) else None


def _address_of(link: str) -> str | None:
    """The address that a link was made for: its mail belongs there, whatever address the person has when it is sent."""
    return db.session.scalars(sa.select(EmailLink.email).where(EmailLink.public_id == link)).one_or_none()


def _params(event: Event, data: EventData, recipient: Recipient) -> dict[str, Any]:
    """What the message names of the event, and nothing else of it: bidders stay masked for each other."""
    params: dict[str, Any] = {AT: event.occurred_at.isoformat()}
    if isinstance(data, EarlierEvent):
        return params | (data.params or {})
    if recipient.variant:
        params[VARIANT] = recipient.variant
    names = shown_names(NOTICES[recipient.kind], recipient.variant)
    return params | {name: value for name, value in event.payload.items() if name in names}
