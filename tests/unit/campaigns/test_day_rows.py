"""What a booking's page says of its days and its money."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.domain.orders.models import LineItem
from app.domain.payments.states import IntentState
from app.domain.settlement.models import MoneyReturn, SettledDay
from app.domain.settlement.queries.days import SettledMoney
from app.domain.settlement.states import EARNED, DayOutcome, ReturnReason
from app.web.campaigns.day_rows import SHOWN_MAX, days_shown
from app.web.parts.returned import return_in_words
from app.web.words.states.settlement import DAY_OUTCOMES

FIRST = date(2026, 3, 1)
LINE_ITEM = LineItem(price_minor=10_000, currency="USD", time_zone="UTC")


def settled(number: int) -> SettledDay:
    """A delivered day."""
    return SettledDay(
        day=FIRST + timedelta(days=number),
        outcome=DayOutcome.DELIVERED,
        requests=10,
        filled=9,
        price_minor=100,
        commission_minor=15,
        currency="USD",
    )


def money(
    days: int = 0, *, escrow: int = 0, card: int = 0, credit: int = 0, state: IntentState | None = None
) -> SettledMoney:
    """Where the money of the line item is."""
    returned = MoneyReturn(
        reason=ReturnReason.UNDELIVERED,
        amount_minor=card + credit,
        to_card_minor=card,
        to_credit_minor=credit,
        currency="USD",
        planned_at=datetime(2026, 4, 1, tzinfo=UTC),
    )
    return SettledMoney(
        price_minor=10_000,
        delivered_minor=100 * days,
        returned_minor=10_000 - 100 * days - escrow,
        escrow_minor=escrow,
        commission_minor=15 * days,
        given_back_minor=0,
        days=[settled(number) for number in range(days)],
        adjustments=[],
        money_return=returned if card + credit else None,
        refund_state=state,
    )


def test_a_long_flight_shows_its_latest_31_days_and_folds_the_others() -> None:
    shown = days_shown(LINE_ITEM, money(SHOWN_MAX + 2), is_buyer=True)
    assert (len(shown.latest), len(shown.earlier)) == (31, 2)
    assert [shown.latest[0].day, shown.earlier[-1].day] == ["Thu 2 Apr 2026", "Sun 1 Mar 2026"]


def test_every_outcome_says_who_gets_the_money() -> None:
    for outcome in DayOutcome:
        assert DAY_OUTCOMES[outcome].sentence_id.startswith("Back to the buyer: ") == (outcome not in EARNED)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (IntentState.PLANNED, "on its way to your card"),
        (IntentState.SENT, "on its way to your card"),
        (IntentState.UNKNOWN, "on its way to your card"),
        (IntentState.SUCCEEDED, "went back to your card"),
        (IntentState.DECLINED, "went to your credit, because your card took nothing back"),
    ],
)
def test_the_cards_part_of_a_return_follows_its_refund(state: IntentState, words: str) -> None:
    facts = days_shown(LINE_ITEM, money(10, card=6_000, credit=3_000, state=state), is_buyer=True).money
    assert ("Returned", f"$60.00, {words}") in facts
    assert ("Returned as credit", "$30.00, yours to spend") in facts


def test_the_publisher_is_not_told_how_the_buyer_had_paid() -> None:
    facts = days_shown(LINE_ITEM, money(10, card=6_000, credit=3_000, escrow=6_000), is_buyer=False).money
    assert ("Returned", "$90.00, on its way to the buyer") in facts
    assert not any("card" in words or "credit" in words for fact in facts for words in fact)


def test_a_booking_that_is_over_says_what_became_of_the_rest() -> None:
    assert "as soon as its days are settled" in return_in_words(money(10, escrow=9_000), "USD")
    assert "$90.00 is on its way back" in return_in_words(money(10, escrow=9_000, card=9_000), "USD")
    assert "$90.00 went back" in return_in_words(money(10, card=9_000), "USD")
    assert "nothing goes back" in return_in_words(money(100), "USD")
