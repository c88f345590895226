"""``docs/money.md`` draws every entry as the code posts it, and explains every account."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from app.domain.ledger.models import JournalEntry
from app.domain.ledger.rules import CHART
from app.domain.ledger.service import (
    capture_into_escrow,
    pay_out,
    refund_to_card,
    refund_to_credit,
    release_day,
    release_more,
    return_payout,
    reverse,
    spend_credit,
    take_back_earned,
    void_capture,
)
from app.domain.ledger.states import EntryKind, PostingSide
from app.domain.orders.service.ordering import COMMISSION_BPS
from app.foundation.money import parse_amount, share_bps
from tests.factories.bare import make_line_items
from tests.factories.ledger import NOW, committed, make_account, make_credit, make_escrow, occasion
from tests.support.run_directory import REPOSITORY

PAGE = (REPOSITORY / "docs" / "money.md").read_text()
ENTRIES = PAGE.partition("## The entries")[2].partition("\n## ")[0]
Drawn = set[tuple[str, PostingSide, int]]
LINE_ITEM = 7


@pytest.fixture(autouse=True)
def line_items(app: Flask) -> None:
    make_line_items(app, LINE_ITEM, LINE_ITEM + 1)


def drawings() -> dict[str, Drawn]:
    """What each heading's T-accounts show: (account, side, amount)."""
    sections = re.split(r"^### `(\w+)`$", ENTRIES, flags=re.MULTILINE)[1:]
    return {name: read_accounts(text) for name, text in zip(sections[::2], sections[1::2], strict=True)}


def read_accounts(section: str) -> Drawn:
    """Reads T-accounts drawn side by side: their names, the words debit and credit, a rule, then amounts."""
    names, _, _, *rows = [line for line in section.splitlines() if line.startswith("        ")]
    starts = [(match.group(), match.start()) for match in re.finditer(r"\w+", names)]
    ends = [start for _, start in starts[1:]] + [None]
    drawn = set()
    for row in rows:
        for (name, start), end in zip(starts, ends, strict=True):
            for side, text in zip(PostingSide, row[start:end].split("|"), strict=True):
                if text.strip():
                    drawn.add((name, side, parse_amount(text, "USD")))
    return drawn


DRAWINGS = drawings()


def verbs(amount_minor: int, *, buyer: int) -> dict[EntryKind, Callable[[], JournalEntry]]:
    """Posts an entry of each kind through its verb."""
    told = occasion()
    return {
        EntryKind.CAPTURE: lambda: capture_into_escrow(LINE_ITEM, amount_minor, occasion=told, now=NOW),
        EntryKind.VOID_CAPTURE: lambda: void_capture(LINE_ITEM, amount_minor, occasion=told, now=NOW),
        EntryKind.REFUND_TO_CARD: lambda: refund_to_card(LINE_ITEM, amount_minor, occasion=told, now=NOW),
        EntryKind.REFUND_TO_CREDIT: lambda: refund_to_credit(
            LINE_ITEM, amount_minor, account_id=buyer, occasion=told, now=NOW
        ),
        EntryKind.CREDIT_SPENT: lambda: spend_credit(LINE_ITEM, amount_minor, account_id=buyer, occasion=told, now=NOW),
        EntryKind.RELEASE: lambda: release_day(
            LINE_ITEM,
            amount_minor,
            commission_minor=share_bps(amount_minor, COMMISSION_BPS)[0],
            account_id=buyer,
            occasion=told,
            now=NOW,
        ),
        EntryKind.ADJUSTMENT_FOR_BUYER: lambda: take_back_earned(
            buyer,
            amount_minor,
            commission_minor=share_bps(amount_minor, COMMISSION_BPS)[0],
            publisher_id=buyer,
            occasion=told,
            now=NOW,
        ),
        EntryKind.ADJUSTMENT_FOR_PUBLISHER: lambda: release_more(
            LINE_ITEM,
            amount_minor,
            commission_minor=share_bps(amount_minor, COMMISSION_BPS)[0],
            account_id=buyer,
            occasion=told,
            now=NOW,
        ),
        EntryKind.PAYOUT: lambda: pay_out(buyer, amount_minor, occasion=told, now=NOW),
        EntryKind.PAYOUT_RETURNED: lambda: return_payout(buyer, amount_minor, occasion=told, now=NOW),
        EntryKind.CORRECTION: lambda: reverse(
            capture_into_escrow(LINE_ITEM, amount_minor, occasion=told, now=NOW), reason="A mistake.", now=NOW
        ),
    }


def test_every_kind_of_entry_is_drawn_and_no_other() -> None:
    assert set(DRAWINGS) == set(EntryKind)


@pytest.mark.parametrize("kind", list(EntryKind))
def test_an_entry_is_drawn_as_it_is_posted(app_context: Flask, kind: EntryKind) -> None:
    drawn = DRAWINGS[kind]
    amount_minor = sum(amount for _, side, amount in drawn if side is PostingSide.DEBIT)
    buyer = make_account(app_context)
    make_escrow(LINE_ITEM, 100_000)
    make_credit(buyer, 100_000, line_item_id=LINE_ITEM + 1)
    lines = committed(lambda: verbs(amount_minor, buyer=buyer)[kind]().lines)
    assert {(line.account.code, line.side, line.amount_minor) for line in lines} == drawn


def test_the_chart_of_accounts_is_explained_as_it_is() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| ([\w ]+) \| (.+) \|$", PAGE, flags=re.MULTILINE)
    explained = {code: (kind, scope.replace(" ", "_")) for code, kind, scope, _ in rows}
    assert explained == {code: (row.kind, row.scope) for code, row in CHART.items()}
    assert [code for code, *_ in rows] == list(CHART)
