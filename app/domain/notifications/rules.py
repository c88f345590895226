"""Pure rules of the notifications room: what a notice is made of, who may switch it, how often a mail is tried."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from app.domain.accounts.states import LinkPurpose, MembershipRole
from app.domain.events.rules import EventData
from app.domain.notifications.states import Channel, Delivery, NoticeCategory, PageTarget

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
GIVEN_UP_AFTER = timedelta(hours=24)
# Ten seconds for each of a dozen exchanges with the server, and a margin.
HOLDER_IS_DEAD_AFTER = timedelta(minutes=5)
SUPPRESSED_AT_ONCE_MAX = 100
DOUBLINGS_MAX = 10
EVERY_ROLE = frozenset(MembershipRole)
PLACEHOLDER = re.compile(r"%\((\w+)\)s")

E = TypeVar("E", bound=EventData)


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is told: people by number, and the members of accounts that have one of these roles."""

    user_ids: tuple[int, ...] = ()
    account_ids: tuple[int, ...] = ()
    roles: frozenset[MembershipRole] = EVERY_ROLE
    with_actor: bool = True
    """Whether whoever did it is told as well, as the confirmation of a bid is."""


def one_person(user_id: int) -> Audience:
    """One person."""
    return Audience(user_ids=(user_id,))


def members(*account_ids: int | None) -> Audience:
    """The people of these accounts; None stands for nobody."""
    return Audience(account_ids=tuple(one for one in account_ids if one is not None))


def others(*account_ids: int) -> Audience:
    """The people of these accounts without whoever did it."""
    return Audience(account_ids=account_ids, with_actor=False)


@dataclass(frozen=True, slots=True)
class NoticeRule:
    """Whom a kind of event gives a notice, and which of its sentences."""

    event: type[EventData]
    who: Callable[[Any], Audience]
    variant: Callable[[Any], str]


def notice_rule(event: type[E], who: Callable[[E], Audience], variant: Callable[[E], str] = lambda _: "") -> NoticeRule:
    """A notice goes to these people when an event of this kind happened.

    Args:
        event: the kind.
        who: whom, by what is known of the event.
        variant: which of the notice's sentences says it; empty for the one that always fits.
    """
    return NoticeRule(event, who, variant)


@dataclass(frozen=True, slots=True)
class NoticeTexts:
    """What a notice says, as message ids, and where its button leads.

    What stands for ``%(name)s`` is the event's field of that name.
    """

    subject: str
    sentence: str
    target: PageTarget
    link: str
    variants: Mapping[str, str] = field(default_factory=dict)
    """Other sentences, by the variant that the event calls for."""
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What is said, as message ids, for a field that holds one of several words."""

    def sentence_for(self, variant: str) -> str:
        """The sentence of a variant; the one that always fits for a variant of another time."""
        return self.variants.get(variant, self.sentence)


@dataclass(frozen=True, slots=True)
class MailWords:
    """A mail with a text of its own: its subject as a message id, its template, and where its button leads."""

    subject: str
    template: str
    target: PageTarget


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A kind of notice: why it is sent, to whom, by which channels, and what it says.

    Without ``mail_words`` its mail says what the notice in the product says.
    """

    position: int
    """Where it stands on the preferences page; lower comes first."""
    title: str
    explanation: str
    told: tuple[NoticeRule, ...]
    words: NoticeTexts | None
    """None for what is only mailed."""
    mail_words: MailWords | None = None
    category: NoticeCategory = NoticeCategory.SERVICE
    in_app: Delivery = Delivery.ALWAYS
    mail: Delivery = Delivery.ON
    link_purpose: LinkPurpose | None = None
    """What the link in its mail does; the mail is pointless once that link is used or too old."""
    shows: tuple[str, ...] = ()
    """Fields of the event that the template of its mail names."""
    pause_between_mails: timedelta | None = None
    """How long one mail about the same thing keeps the next one back."""

    def delivery(self, channel: Channel) -> Delivery:
        """How this kind uses a channel."""
        return self.in_app if channel is Channel.IN_APP else self.mail


def shown_names(notice: Notice, variant: str) -> set[str]:
    """The fields of an event that a message names or leads to; nothing else of it is kept with the message."""
    names = set(notice.shows)
    if notice.words is not None:
        said = f"{notice.words.subject} {notice.words.sentence_for(variant)}"
        names |= _placeholders(said) | {notice.words.target.value}
    return names


def wait_before_retry(attempts: int) -> timedelta:
    """How long a mail waits after its n-th failed try: a minute, doubling up to six hours.

    >>> [wait_before_retry(n) // timedelta(minutes=1) for n in (1, 2, 3, 9, 10, 40)]
    [1, 2, 4, 256, 360, 360]
    """
    doublings = min(attempts - 1, DOUBLINGS_MAX)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def can_switch(notice: Notice, channel: Channel) -> bool:
    """Whether the person decides about this kind on this channel."""
    return notice.delivery(channel) in {Delivery.ON, Delivery.OFF}


def is_wanted(notice: Notice, channel: Channel, *, choice: bool | None) -> bool:
    """Whether a message goes out, given what the person chose (None: nothing yet)."""
    if not can_switch(notice, channel) or choice is None:
        return notice.delivery(channel) in {Delivery.ALWAYS, Delivery.ON}
    return choice


def _placeholders(text: str) -> set[str]:
    """The names in ``%(name)s``.

    >>> sorted(_placeholders("%(what)s for %(price)s"))
    ['price', 'what']
    """
    return set(PLACEHOLDER.findall(text))
