"""Rows and words of the pages about an account's own money."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from app.domain.ledger.queries import StatementLine, StatementPeriod, first_moved_at
from app.domain.ledger.states import PostingSide, StatementKind
from app.domain.settlement.queries.statements import EntrySubject, subjects_of_entries
from app.domain.settlement.states import DayOutcome, PayoutObstacle
from app.foundation.messages import N_
from app.web.words.dates import month_words, weekday_words
from app.web.words.messages import _
from app.web.words.states.ledger import ACCOUNT_CODES, ENTRY_KINDS

if TYPE_CHECKING:
    from app.domain.ledger.models import JournalEntry

MONTHS_SHOWN_MAX = 120
MONTHS_A_YEAR = 12

OUTCOMES = {
    DayOutcome.DELIVERED: N_(
        "Delivered: it got at least 80 % of its share of the day's requests, or every whole one in that share."
    ),
    DayOutcome.NO_CREATIVE: N_("Earned: the buyer had no approved ad, and the day was kept for them."),
    DayOutcome.PAUSED_BY_BUYER: N_("Earned: the buyer had paused it, and the day was kept for them."),
}
# Where somebody can do something about it: the page, and the step to take there.
OBSTACLE_STEPS = {
    PayoutObstacle.NO_BANK_ACCOUNT: ("account.payout", N_("Add a bank account")),
    PayoutObstacle.NO_TAX_PROFILE: ("account.tax", N_("Fill in the tax profile")),
    PayoutObstacle.CAME_BACK: ("account.payout", N_("Change the bank account")),
}


@dataclass(frozen=True, slots=True)
class StatementMonth:
    """A month of somebody's own calendar, or none for everything."""

    first: date | None
    zone: ZoneInfo

    @property
    def value(self) -> str:
        """As it stands in an address: ``2026-11``; empty for everything."""
        return f"{self.first:%Y-%m}" if self.first else ""

    @property
    def words(self) -> str:
        """As people read it."""
        return month_words(self.first) if self.first else _("From the beginning")

    @property
    def within(self) -> StatementPeriod | None:
        """The moments it covers."""
        if self.first is None:
            return None
        return StatementPeriod(
            *(datetime.combine(day, time(), self.zone).astimezone(UTC) for day in (self.first, self.next))
        )

    @property
    def next(self) -> date:
        """The first day after it."""
        first = self.first or date.min
        return date(first.year + first.month // MONTHS_A_YEAR, first.month % MONTHS_A_YEAR + 1, 1)


def months_of(account_id: int, statement: StatementKind, *, now: datetime, zone: ZoneInfo) -> list[StatementMonth]:
    """The months that a statement has, newest first, at most ten years of them."""
    began_at = first_moved_at(account_id, statement)
    if began_at is None:
        return []
    month, last = StatementMonth(began_at.astimezone(zone).date().replace(day=1), zone), now.astimezone(zone).date()
    found = []
    while month.first is not None and month.first <= last:
        found.append(month)
        month = StatementMonth(month.next, zone)
    return found[::-1][:MONTHS_SHOWN_MAX]


def asked_month(text: str, months: Sequence[StatementMonth], zone: ZoneInfo) -> StatementMonth:
    """The month asked for; everything for a question that makes no sense."""
    return next((month for month in months if month.value == text), StatementMonth(None, zone))


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A line of a statement as its page shows it."""

    line: StatementLine
    kind: str
    subject: EntrySubject
    about: str


def statement_rows(lines: Sequence[StatementLine]) -> list[StatementRow]:
    """The lines with what each is about."""
    subjects = subjects_of_entries([line.entry_id for line in lines])
    return [
        StatementRow(line, ENTRY_KINDS[line.kind].label, subject, about(subject))
        for line in lines
        for subject in [subjects.get(line.entry_id, EntrySubject())]
    ]


def about(subject: EntrySubject) -> str:
    """What a line is about, in one line."""
    if subject.destination:
        return _("Account ending in %(digits)s", digits=subject.destination)
    return _("%(what)s, %(day)s", what=subject.what, day=weekday_words(subject.day)) if subject.day else subject.what


@dataclass(frozen=True, slots=True)
class PostingRow:
    """One side of an entry, under a name that its reader knows the account by."""

    account: str
    is_own: bool
    debit_minor: int | None
    credit_minor: int | None


def posting_rows(entry: "JournalEntry", account_id: int) -> list[PostingRow]:
    """What an entry debited and credited."""
    return [
        PostingRow(
            account=ACCOUNT_CODES[line.account.code].label,
            is_own=line.account.account_id == account_id,
            debit_minor=line.amount_minor if line.side is PostingSide.DEBIT else None,
            credit_minor=line.amount_minor if line.side is PostingSide.CREDIT else None,
        )
        for line in entry.lines
    ]
