"""Rows and words of the pages about an account's own money."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from app.domain.ledger.models import JournalEntry
from app.domain.ledger.queries import StatementLine, Within, first_moved_at
from app.domain.ledger.states import AccountCode, Book, EntryKind, Side
from app.domain.settlement.queries.statements import Matter, matters_of
from app.domain.settlement.states import DayOutcome, EntityKind, Hurdle, PayoutState
from app.web.words.dates import month_words, weekday_words

MONTHS_SHOWN_MAX = 120
MONTHS_A_YEAR = 12

KINDS = {
    EntryKind.CAPTURE: "Card charged",
    EntryKind.VOID_CAPTURE: "Charge called off",
    EntryKind.REFUND_TO_CARD: "Back to the card",
    EntryKind.REFUND_TO_CREDIT: "Not delivered, back as credit",
    EntryKind.CREDIT_SPENT: "Spent on a booking",
    EntryKind.RELEASE: "Day earned",
    EntryKind.PAYOUT: "Paid out",
    EntryKind.PAYOUT_RETURNED: "Payout sent back by the bank",
    EntryKind.CORRECTION: "Correction",
}
ACCOUNTS = {
    AccountCode.GATEWAY_CLEARING: "Card payments",
    AccountCode.BANK: "Our bank account",
    AccountCode.ESCROW: "Kept for this booking",
    AccountCode.PUBLISHER_PAYABLE: "The publisher's earnings",
    AccountCode.BUYER_CREDIT: "The buyer's credit",
    AccountCode.COMMISSION_INCOME: "Our commission",
    AccountCode.PROCESSOR_FEES: "Fees of the card processor",
    AccountCode.WRITE_OFF: "Written off",
}
OUTCOMES = {
    DayOutcome.DELIVERED: (
        "Delivered: it got at least 80 % of its share of the day's requests, or every whole one in that share."
    ),
    DayOutcome.NO_CREATIVE: "Earned: the buyer had no approved ad, and the day was kept for them.",
    DayOutcome.PAUSED_BY_BUYER: "Earned: the buyer had paused it, and the day was kept for them.",
}
HURDLES = {
    Hurdle.NO_BANK_ACCOUNT: ("We do not know where to pay them.", "account.payout", "Add a bank account"),
    Hurdle.NO_TAX_PROFILE: ("Your tax profile is missing.", "account.tax", "Fill in the tax profile"),
    Hurdle.CAME_BACK: (
        "The bank sent your last payout back. Please check the account.",
        "account.payout",
        "Change the bank account",
    ),
    Hurdle.ON_ITS_WAY: ("A payout is under way. The next one is set aside when that one is paid.", "", ""),
}
PAYOUTS = {
    PayoutState.DUE: ("neutral", "Set aside"),
    PayoutState.IN_FILE: ("neutral", "On its way"),
    PayoutState.PAID: ("live", "Paid"),
    PayoutState.RETURNED: ("error", "Sent back by the bank"),
}
ENTITIES = {
    EntityKind.INDIVIDUAL: "A person, or a business without a form of its own",
    EntityKind.COMPANY: "A corporation or limited company",
    EntityKind.PARTNERSHIP: "A partnership",
    EntityKind.NONPROFIT: "A charity, club or public body",
}


@dataclass(frozen=True, slots=True)
class Month:
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
        return month_words(self.first) if self.first else "From the beginning"

    @property
    def within(self) -> Within | None:
        """The moments it covers."""
        if self.first is None:
            return None
        return Within(*(datetime.combine(day, time(), self.zone).astimezone(UTC) for day in (self.first, self.next)))

    @property
    def next(self) -> date:
        """The first day after it."""
        first = self.first or date.min
        return date(first.year + first.month // MONTHS_A_YEAR, first.month % MONTHS_A_YEAR + 1, 1)


def months_of(account_id: int, book: Book, *, now: datetime, zone: ZoneInfo) -> list[Month]:
    """The months that a statement has, newest first, at most ten years of them."""
    began_at = first_moved_at(account_id, book)
    if began_at is None:
        return []
    month, last = Month(began_at.astimezone(zone).date().replace(day=1), zone), now.astimezone(zone).date()
    found = []
    while month.first is not None and month.first <= last:
        found.append(month)
        month = Month(month.next, zone)
    return found[::-1][:MONTHS_SHOWN_MAX]


def asked_month(text: str, months: Sequence[Month], zone: ZoneInfo) -> Month:
    """The month asked for; everything for a question that makes no sense."""
    return next((month for month in months if month.value == text), Month(None, zone))


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A line of a statement as its page shows it."""

    line: StatementLine
    kind: str
    matter: Matter
    about: str


def statement_rows(lines: Sequence[StatementLine]) -> list[StatementRow]:
    """The lines with what each is about."""
    matters = matters_of([line.entry_id for line in lines])
    return [
        StatementRow(line, KINDS[line.kind], matter, about(matter))
        for line in lines
        for matter in [matters.get(line.entry_id, Matter())]
    ]


def about(matter: Matter) -> str:
    """What a line is about, in one line."""
    if matter.destination:
        return f"Account ending in {matter.destination}"
    return f"{matter.what}, {weekday_words(matter.day)}" if matter.day else matter.what


@dataclass(frozen=True, slots=True)
class PostingRow:
    """One side of an entry, under a name that its reader knows the account by."""

    account: str
    is_own: bool
    debit_minor: int | None
    credit_minor: int | None


def posting_rows(entry: JournalEntry, account_id: int) -> list[PostingRow]:
    """What an entry debited and credited."""
    return [
        PostingRow(
            account=ACCOUNTS[line.account.code],
            is_own=line.account.account_id == account_id,
            debit_minor=line.amount_minor if line.side is Side.DEBIT else None,
            credit_minor=line.amount_minor if line.side is Side.CREDIT else None,
        )
        for line in entry.lines
    ]
