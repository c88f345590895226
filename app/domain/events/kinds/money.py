"""What happens to money: what goes back, what is paid out, and where."""

from dataclasses import dataclass
from typing import ClassVar

from app.domain.events.kinds.orders import LineItemData
from app.domain.events.rules import EventAmount, EventData
from app.domain.events.states import SubjectKind


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyReturned(LineItemData):
    """What was not delivered is on its way back: the buyer is told how much and where it goes."""

    kind: ClassVar[str] = "money_returned"
    returned: EventAmount
    to_card: EventAmount
    to_credit: EventAmount


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutSent(EventData):
    """A payout was paid: the publisher is told."""

    kind: ClassVar[str] = "payout_sent"
    subject: ClassVar[SubjectKind] = SubjectKind.PAYOUT
    payout: str
    amount: EventAmount
    destination: str
    """The last four characters of the bank account it went to."""
    publisher_account_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutAccountChanged(EventData):
    """The payout account was changed: its owner is told, in case it was somebody else."""

    kind: ClassVar[str] = "payout_account_changed"
    subject: ClassVar[SubjectKind] = SubjectKind.ACCOUNT
    slug: str
    publisher_account_id: int

    @property
    def subject_id(self) -> str:
        """The account's slug."""
        return self.slug
