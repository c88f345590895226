"""What an entry may look like: the chart of accounts, and which accounts each kind of entry touches."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.ledger.states import AccountCode, AccountKind, AccountScope, EntryKind, PostingSide
from app.foundation.errors import InvariantBroken

REFERENCE_CHARACTERS_MAX = 80
REASON_CHARACTERS_MAX = 200


@dataclass(frozen=True, slots=True)
class ChartRow:
    """What kind of account a code stands for, and how many of them there are."""

    kind: AccountKind
    scope: AccountScope

    @property
    def normal_side(self) -> PostingSide:
        """The side that makes its balance larger."""
        return PostingSide.DEBIT if self.kind is AccountKind.ASSET else PostingSide.CREDIT


CHART = {
    AccountCode.GATEWAY_CLEARING: ChartRow(AccountKind.ASSET, AccountScope.INSTALLATION),
    AccountCode.BANK: ChartRow(AccountKind.ASSET, AccountScope.INSTALLATION),
    AccountCode.ESCROW: ChartRow(AccountKind.LIABILITY, AccountScope.LINE_ITEM),
    AccountCode.PUBLISHER_PAYABLE: ChartRow(AccountKind.LIABILITY, AccountScope.ACCOUNT),
    AccountCode.BUYER_CREDIT: ChartRow(AccountKind.LIABILITY, AccountScope.ACCOUNT),
    AccountCode.COMMISSION_INCOME: ChartRow(AccountKind.INCOME, AccountScope.INSTALLATION),
}

# Nothing can be given back that has not come in. (What publishers earned may be less than nothing: after a
# chargeback it is carried over.)
NEVER_NEGATIVE = frozenset({AccountCode.ESCROW, AccountCode.BUYER_CREDIT})


@dataclass(frozen=True, slots=True)
class EntryShape:
    """Which accounts a kind of entry debits and credits; each at most once, and at least one on each side."""

    debited: frozenset[AccountCode]
    credited: frozenset[AccountCode]

    def codes(self, side: PostingSide) -> frozenset[AccountCode]:
        """The accounts that may stand on a side."""
        return self.debited if side is PostingSide.DEBIT else self.credited


def _shape(debited: AccountCode, *credited: AccountCode) -> EntryShape:
    return EntryShape(frozenset({debited}), frozenset(credited))


# A correction touches the accounts of the entry it undoes.
FORMS = {
    EntryKind.CAPTURE: _shape(AccountCode.GATEWAY_CLEARING, AccountCode.ESCROW),
    EntryKind.VOID_CAPTURE: _shape(AccountCode.ESCROW, AccountCode.GATEWAY_CLEARING),
    EntryKind.REFUND_TO_CARD: _shape(AccountCode.ESCROW, AccountCode.GATEWAY_CLEARING),
    EntryKind.REFUND_TO_CREDIT: _shape(AccountCode.ESCROW, AccountCode.BUYER_CREDIT),
    EntryKind.CREDIT_SPENT: _shape(AccountCode.BUYER_CREDIT, AccountCode.ESCROW),
    EntryKind.RELEASE: _shape(AccountCode.ESCROW, AccountCode.PUBLISHER_PAYABLE, AccountCode.COMMISSION_INCOME),
    EntryKind.ADJUSTMENT_FOR_BUYER: EntryShape(
        frozenset({AccountCode.PUBLISHER_PAYABLE, AccountCode.COMMISSION_INCOME}), frozenset({AccountCode.BUYER_CREDIT})
    ),
    EntryKind.ADJUSTMENT_FOR_PUBLISHER: _shape(
        AccountCode.ESCROW, AccountCode.PUBLISHER_PAYABLE, AccountCode.COMMISSION_INCOME
    ),
    EntryKind.PAYOUT: _shape(AccountCode.PUBLISHER_PAYABLE, AccountCode.BANK),
    EntryKind.PAYOUT_RETURNED: _shape(AccountCode.BANK, AccountCode.PUBLISHER_PAYABLE),
}


@dataclass(frozen=True, slots=True)
class AccountRef:
    """Names one account: its code, and whose it is when there is more than one of that code."""

    code: AccountCode
    account_id: int | None = None
    line_item_id: int | None = None

    def __post_init__(self) -> None:
        scope = CHART[self.code].scope
        is_owned = (self.account_id is not None, self.line_item_id is not None)
        if is_owned != (scope is AccountScope.ACCOUNT, scope is AccountScope.LINE_ITEM):
            message = f"there is one {self.code} for each {scope}: {self}"
            raise InvariantBroken(message)


GATEWAY_CLEARING = AccountRef(AccountCode.GATEWAY_CLEARING)
BANK = AccountRef(AccountCode.BANK)
COMMISSION_INCOME = AccountRef(AccountCode.COMMISSION_INCOME)


def escrow(line_item_id: int) -> AccountRef:
    """The money kept for a line item."""
    return AccountRef(AccountCode.ESCROW, line_item_id=line_item_id)


def buyer_credit(account_id: int) -> AccountRef:
    """The credit of a buyer."""
    return AccountRef(AccountCode.BUYER_CREDIT, account_id=account_id)


def publisher_payable(account_id: int) -> AccountRef:
    """What a publisher has earned and was not paid yet."""
    return AccountRef(AccountCode.PUBLISHER_PAYABLE, account_id=account_id)


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One debit or credit of an entry, in minor units."""

    account: AccountRef
    side: PostingSide
    amount_minor: int

    def __post_init__(self) -> None:
        if type(self.amount_minor) is not int or self.amount_minor <= 0:
            message = f"{self.amount_minor!r} is no amount to post"
            raise InvariantBroken(message)


def transfer_lines(debited: AccountRef, credited: AccountRef, *, amount_minor: int) -> tuple[EntryLine, EntryLine]:
    """The two lines that debit one account and credit another with the same amount."""
    return EntryLine(debited, PostingSide.DEBIT, amount_minor), EntryLine(credited, PostingSide.CREDIT, amount_minor)


def release(line_item_id: int, account_id: int, *, amount_minor: int, commission_minor: int) -> tuple[EntryLine, ...]:
    """The lines that release a delivered day: out of escrow, to the publisher, less the commission.

    >>> [line.amount_minor for line in release(7, 1, amount_minor=10_000, commission_minor=1_500)]
    [10000, 8500, 1500]
    >>> len(release(7, 1, amount_minor=10_000, commission_minor=0))
    2
    """
    credited = _shares(PostingSide.CREDIT, account_id, amount_minor, commission_minor)
    return EntryLine(escrow(line_item_id), PostingSide.DEBIT, amount_minor), *credited


def take_back(buyer_id: int, publisher_id: int, *, amount_minor: int, commission_minor: int) -> tuple[EntryLine, ...]:
    """The lines that take back what was earned of a day: from the publisher and our commission to the buyer's credit.

    >>> [line.amount_minor for line in take_back(2, 1, amount_minor=10_000, commission_minor=1_500)]
    [8500, 1500, 10000]
    """
    debited = _shares(PostingSide.DEBIT, publisher_id, amount_minor, commission_minor)
    return *debited, EntryLine(buyer_credit(buyer_id), PostingSide.CREDIT, amount_minor)


def _shares(side: PostingSide, publisher_id: int, amount_minor: int, commission_minor: int) -> tuple[EntryLine, ...]:
    if not 0 <= commission_minor <= amount_minor:
        message = f"a commission of {commission_minor} cannot be taken out of {amount_minor}"
        raise InvariantBroken(message)
    shares = {publisher_payable(publisher_id): amount_minor - commission_minor, COMMISSION_INCOME: commission_minor}
    return tuple(EntryLine(account, side, share) for account, share in shares.items() if share)


def exchanged(lines: Sequence[EntryLine]) -> tuple[EntryLine, ...]:
    """The same lines with debit and credit exchanged: what undoes them."""
    return tuple(EntryLine(line.account, _OTHER[line.side], line.amount_minor) for line in lines)


def check_entry(kind: EntryKind, lines: Sequence[EntryLine]) -> None:
    """Raises InvariantBroken unless the lines balance and touch the accounts that this kind of entry touches."""
    if not lines or sum(signed(line) for line in lines) != 0:
        message = f"{kind} does not balance: {list(lines)}"
        raise InvariantBroken(message)
    form = FORMS.get(kind)
    if form is None:
        return
    is_foreign = any(line.account.code not in form.codes(line.side) for line in lines)
    if is_foreign or len({line.account.code for line in lines}) != len(lines):
        debited, credited = (", ".join(sorted(codes)) for codes in (form.debited, form.credited))
        message = f"{kind} debits {debited} and credits {credited}, not: {list(lines)}"
        raise InvariantBroken(message)


def signed(line: EntryLine) -> int:
    """The amount as a number that can be summed: debits above zero, credits below."""
    return line.amount_minor if line.side is PostingSide.DEBIT else -line.amount_minor


_OTHER = {PostingSide.DEBIT: PostingSide.CREDIT, PostingSide.CREDIT: PostingSide.DEBIT}
