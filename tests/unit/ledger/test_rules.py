"""What an entry may look like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.ledger.rules import (
    BANK,
    CHART,
    COMMISSION_INCOME,
    FORMS,
    GATEWAY_CLEARING,
    NEVER_NEGATIVE,
    AccountRef,
    EntryLine,
    buyer_credit,
    check_entry,
    escrow,
    exchanged,
    publisher_payable,
    release,
    signed,
    transfer_lines,
)
from app.domain.ledger.states import AccountCode, AccountKind, AccountScope, EntryKind, PostingSide
from app.foundation.errors import InvariantBroken

amounts = st.integers(1, 10**12)


def test_every_code_stands_in_the_chart_and_every_kind_has_its_form() -> None:
    assert set(CHART) == set(AccountCode)
    assert set(FORMS) == set(EntryKind) - {EntryKind.CORRECTION}


def test_what_never_falls_below_zero_is_what_we_owe() -> None:
    assert {CHART[code].kind for code in NEVER_NEGATIVE} == {AccountKind.LIABILITY}


@pytest.mark.parametrize(
    ("kind", "side"),
    [
        (AccountKind.ASSET, PostingSide.DEBIT),
        (AccountKind.LIABILITY, PostingSide.CREDIT),
        (AccountKind.INCOME, PostingSide.CREDIT),
    ],
)
def test_assets_grow_on_the_debit_side(kind: AccountKind, side: PostingSide) -> None:
    rows = [row for row in CHART.values() if row.kind is kind]
    assert {row.normal_side for row in rows} == {side}


@pytest.mark.parametrize("code", list(AccountCode))
@pytest.mark.parametrize("owner", [{}, {"account_id": 1}, {"line_item_id": 1}, {"account_id": 1, "line_item_id": 1}])
def test_an_account_is_named_with_the_owner_its_code_asks_for(code: AccountCode, owner: dict[str, int]) -> None:
    asked: dict[AccountScope, set[str]] = {
        AccountScope.INSTALLATION: set(),
        AccountScope.ACCOUNT: {"account_id"},
        AccountScope.LINE_ITEM: {"line_item_id"},
    }
    if set(owner) == asked[CHART[code].scope]:
        assert AccountRef(code, **owner).code is code
        return
    with pytest.raises(InvariantBroken):
        AccountRef(code, **owner)


@pytest.mark.parametrize("amount", [0, -1, True, 1.5])
def test_only_a_whole_amount_above_zero_is_posted(amount: int) -> None:
    with pytest.raises(InvariantBroken):
        EntryLine(GATEWAY_CLEARING, PostingSide.DEBIT, amount)


@given(amount=amounts, other=amounts)
def test_an_entry_balances(amount: int, other: int) -> None:
    lines = transfer_lines(GATEWAY_CLEARING, escrow(1), amount_minor=amount)
    check_entry(EntryKind.CAPTURE, lines)
    assert sum(signed(line) for line in lines) == 0
    with pytest.raises(InvariantBroken, match="does not balance"):
        check_entry(EntryKind.CAPTURE, [*lines, EntryLine(escrow(1), PostingSide.CREDIT, other)])


@pytest.mark.parametrize("kind", list(EntryKind))
def test_an_entry_of_nothing_is_none(kind: EntryKind) -> None:
    with pytest.raises(InvariantBroken, match="does not balance"):
        check_entry(kind, [])


def test_an_entry_touches_the_accounts_of_its_kind_only() -> None:
    refund = transfer_lines(escrow(1), buyer_credit(2), amount_minor=5)
    check_entry(EntryKind.REFUND_TO_CREDIT, refund)
    check_entry(EntryKind.CORRECTION, refund)
    for kind in FORMS.keys() - {EntryKind.REFUND_TO_CREDIT}:
        with pytest.raises(InvariantBroken, match="debits"):
            check_entry(kind, refund)


@given(amount=amounts, data=st.data())
def test_a_released_day_is_shared_out_exactly(amount: int, data: st.DataObject) -> None:
    commission = data.draw(st.integers(0, amount))
    lines = release(1, 2, amount_minor=amount, commission_minor=commission)
    check_entry(EntryKind.RELEASE, lines)
    assert {line.account: signed(line) for line in lines} == {
        account: moved
        for account, moved in (
            (escrow(1), amount),
            (publisher_payable(2), commission - amount),
            (COMMISSION_INCOME, -commission),
        )
        if moved
    }


@pytest.mark.parametrize("commission", [-1, 101])
def test_a_commission_is_a_part_of_the_day(commission: int) -> None:
    with pytest.raises(InvariantBroken, match="cannot be taken"):
        release(1, 2, amount_minor=100, commission_minor=commission)


def test_an_account_stands_once_in_an_entry() -> None:
    halves = [
        *transfer_lines(escrow(1), publisher_payable(2), amount_minor=5),
        *transfer_lines(escrow(3), BANK, amount_minor=5),
    ]
    with pytest.raises(InvariantBroken, match="debits"):
        check_entry(EntryKind.RELEASE, halves)
    twice = [*transfer_lines(escrow(1), publisher_payable(2), amount_minor=5)] * 2
    with pytest.raises(InvariantBroken, match="debits"):
        check_entry(EntryKind.RELEASE, twice)


@given(amount=amounts)
def test_exchanged_twice_it_is_as_before(amount: int) -> None:
    lines = transfer_lines(GATEWAY_CLEARING, escrow(1), amount_minor=amount)
    assert exchanged(lines) == (
        EntryLine(GATEWAY_CLEARING, PostingSide.CREDIT, amount),
        EntryLine(escrow(1), PostingSide.DEBIT, amount),
    )
    assert exchanged(exchanged(lines)) == lines
