"""Rows and words of what became of a booking's days and of its money, for both sides from the same rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.orders.models import LineItem
from app.domain.payments.states import IntentState
from app.domain.settlement.models import MoneyReturn, SettledDay
from app.domain.settlement.queries.days import LineItemMoney
from app.domain.settlement.states import DayOutcome
from app.foundation.money import format_amount
from app.web.words.dates import weekday_words

SHOWN_MAX = 31
OUTCOMES = {
    DayOutcome.DELIVERED: (
        "Delivered: the ad got at least 80 % of its share of the day's requests, or every whole one in that share."
    ),
    DayOutcome.NO_CREATIVE: "Charged as delivered: there was no approved ad, and the day was kept for the buyer.",
    DayOutcome.PAUSED_BY_BUYER: "Charged as delivered: the buyer had paused it, and the day was kept for them.",
    DayOutcome.PAUSED_BY_PUBLISHER: "Back to the buyer: the publisher had paused it.",
    DayOutcome.REVIEW_LATE: "Back to the buyer: the publisher did not answer in time whether the ad may run.",
    DayOutcome.NO_REQUESTS: "Back to the buyer: nobody asked for the socket. Its tag was missing, or nobody came.",
    DayOutcome.UNDER_DELIVERED: "Back to the buyer: the ad got less than 80 % of its share of the day's requests.",
    DayOutcome.PLATFORM_FAULT: "Back to the buyer: we could not serve or count.",
    DayOutcome.ENDED: "Back to the buyer: the booking had ended before the day was over.",
}


@dataclass(frozen=True, slots=True)
class DayRow:
    """One settled day: what was counted, what became of it, and what was paid or earned for it."""

    day: str
    requests: int
    filled: int
    outcome: str
    amount: str


@dataclass(frozen=True, slots=True)
class DaysShown:
    """The settled days of a booking, the latest first, and where its money is."""

    latest: Sequence[DayRow]
    earlier: Sequence[DayRow]
    money: Sequence[tuple[str, str]]


def days_shown(line_item: LineItem, money: LineItemMoney, *, is_buyer: bool) -> DaysShown:
    """What one side reads of its days and its money; the publisher's amounts are after our commission."""
    rows = [_row(day, is_buyer=is_buyer) for day in reversed(money.days)]
    facts = _buyers_money(line_item, money) if is_buyer else _publishers_money(line_item, money)
    return DaysShown(rows[:SHOWN_MAX], rows[SHOWN_MAX:], facts)


def _row(day: SettledDay, *, is_buyer: bool) -> DayRow:
    minor = day.price_minor if is_buyer else day.price_minor - day.commission_minor
    return DayRow(
        weekday_words(day.day), day.requests, day.filled, OUTCOMES[day.outcome], format_amount(minor, day.currency)
    )


def _buyers_money(line_item: LineItem, money: LineItemMoney) -> list[tuple[str, str]]:
    currency = line_item.currency
    facts = [("Paid", format_amount(line_item.price_minor, currency)), *_moved(money, currency)]
    return facts if money.money_return is None else [*facts, *_parts_returned(money.money_return, money)]


def _publishers_money(line_item: LineItem, money: LineItemMoney) -> list[tuple[str, str]]:
    currency = line_item.currency
    commission = sum(day.commission_minor for day in money.days)
    earned = format_amount(money.delivered_minor - commission, currency)
    facts = [
        ("Paid by the buyer", format_amount(line_item.price_minor, currency)),
        *_moved(money, currency),
        (
            "Yours of what was delivered",
            f"{earned} after our commission",
        ),
    ]
    if money.money_return is None:
        return facts
    words = "on its way to the buyer" if money.is_return_under_way else "went back to the buyer"
    return [*facts, ("Returned", f"{format_amount(money.money_return.amount_minor, currency)}, {words}")]


def _moved(money: LineItemMoney, currency: str) -> list[tuple[str, str]]:
    facts = [("Delivered so far", format_amount(money.delivered_minor, currency))]
    if money.escrow_minor and money.money_return is None:
        facts.append(("Kept until the other days are settled", format_amount(money.escrow_minor, currency)))
    return facts


def _parts_returned(returned: MoneyReturn, money: LineItemMoney) -> list[tuple[str, str]]:
    facts = []
    if returned.to_card_minor:
        words = {
            IntentState.SUCCEEDED: "went back to your card",
            IntentState.DECLINED: "went to your credit, because your card took nothing back",
        }.get(money.refund_state or IntentState.PLANNED, "on its way to your card")
        facts.append(("Returned", f"{format_amount(returned.to_card_minor, returned.currency)}, {words}"))
    if returned.to_credit_minor:
        facts.append(
            ("Returned as credit", f"{format_amount(returned.to_credit_minor, returned.currency)}, yours to spend")
        )
    return facts
