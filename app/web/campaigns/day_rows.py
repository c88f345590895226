"""Rows and words of what became of a booking's days and of its money, for both sides from the same rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from app.domain.payments.states import IntentState
from app.domain.settlement.queries.days import SettledMoney
from app.web.words.dates import day_words, weekday_words
from app.web.words.messages import _
from app.web.words.money import amount_words
from app.web.words.states.settlement import ADJUSTMENT_REASONS, DAY_OUTCOMES

if TYPE_CHECKING:
    from datetime import date

    from app.domain.orders.models import LineItem
    from app.domain.settlement.models import Adjustment, MoneyReturn, SettledDay

SHOWN_MAX = 31


@dataclass(frozen=True, slots=True)
class DayRow:
    """One settled day: what was counted, what became of it, and what was paid or earned for it."""

    day: str
    requests: int
    filled: int
    outcome: str
    amount: str
    """With its corrections."""
    corrections: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class DaysShown:
    """The settled days of a booking, the latest first, and where its money is."""

    latest: Sequence[DayRow]
    earlier: Sequence[DayRow]
    money: Sequence[tuple[str, str]]


def days_shown(line_item: "LineItem", money: SettledMoney, *, is_buyer: bool) -> DaysShown:
    """What one side reads of its days and its money; the publisher's amounts are after our commission."""
    corrections = _by_day(money.adjustments)
    rows = [
        _row(day, corrections.get(day.day, []), zone=ZoneInfo(line_item.time_zone), is_buyer=is_buyer)
        for day in reversed(money.days)
    ]
    facts = _buyers_money(line_item, money) if is_buyer else _publishers_money(line_item, money)
    return DaysShown(rows[:SHOWN_MAX], rows[SHOWN_MAX:], facts)


def _by_day(adjustments: "Sequence[Adjustment]") -> "dict[date, list[Adjustment]]":
    found: dict[date, list[Adjustment]] = {}
    for one in adjustments:
        found.setdefault(one.day, []).append(one)
    return found


def _row(day: "SettledDay", corrections: "Sequence[Adjustment]", *, zone: ZoneInfo, is_buyer: bool) -> DayRow:
    moved: list[SettledDay | Adjustment] = [day, *corrections]
    minor = sum(_side_of(one, is_buyer=is_buyer) for one in moved)
    return DayRow(
        weekday_words(day.day),
        day.requests,
        day.filled,
        DAY_OUTCOMES[day.outcome].sentence,
        amount_words(minor, day.currency),
        [correction_words(one, zone=zone, is_buyer=is_buyer) for one in corrections],
    )


def _side_of(moved: "SettledDay | Adjustment", *, is_buyer: bool) -> int:
    return moved.price_minor if is_buyer else moved.price_minor - moved.commission_minor


def correction_words(one: "Adjustment", *, zone: ZoneInfo, is_buyer: bool) -> str:
    """A correction of a day as one side reads it: when, how much, and why."""
    minor = _side_of(one, is_buyer=is_buyer)
    named = {
        "day": day_words(one.decided_at.astimezone(zone).date()),
        "amount": amount_words(abs(minor), one.currency),
        "reason": ADJUSTMENT_REASONS[one.reason].sentence,
        "note": one.note,
    }
    if one.price_minor > 0:
        return _("Corrected on %(day)s, %(amount)s more for the publisher: %(reason)s %(note)s", **named)
    if is_buyer:
        return _("Corrected on %(day)s, %(amount)s back as credit: %(reason)s %(note)s", **named)
    return _("Corrected on %(day)s, %(amount)s back to the buyer: %(reason)s %(note)s", **named)


def _buyers_money(line_item: "LineItem", money: SettledMoney) -> list[tuple[str, str]]:
    currency = line_item.currency
    facts = [(_("Paid"), amount_words(line_item.price_minor, currency)), *_moved(money, currency)]
    if money.given_back_minor:
        given_back = amount_words(money.given_back_minor, currency)
        facts.append((_("Given back by corrections"), _("%(amount)s as credit, yours to spend", amount=given_back)))
    return facts if money.money_return is None else [*facts, *_parts_returned(money.money_return, money)]


def _publishers_money(line_item: "LineItem", money: SettledMoney) -> list[tuple[str, str]]:
    currency = line_item.currency
    earned = amount_words(money.delivered_minor - money.commission_minor, currency)
    facts = [
        (_("Paid by the buyer"), amount_words(line_item.price_minor, currency)),
        *_moved(money, currency),
        (
            _("Yours of what was delivered"),
            _("%(amount)s after our commission", amount=earned),
        ),
    ]
    if money.money_return is None:
        return facts
    amount = amount_words(money.money_return.amount_minor, currency)
    if money.is_return_under_way:
        return [*facts, (_("Returned"), _("%(amount)s, on its way to the buyer", amount=amount))]
    return [*facts, (_("Returned"), _("%(amount)s, went back to the buyer", amount=amount))]


def _moved(money: SettledMoney, currency: str) -> list[tuple[str, str]]:
    facts = [(_("Delivered so far"), amount_words(money.delivered_minor, currency))]
    if money.escrow_minor and money.money_return is None:
        facts.append((_("Kept until the other days are settled"), amount_words(money.escrow_minor, currency)))
    return facts


def _parts_returned(returned: "MoneyReturn", money: SettledMoney) -> list[tuple[str, str]]:
    facts = []
    if returned.to_card_minor:
        amount = amount_words(returned.to_card_minor, returned.currency)
        facts.append((_("Returned"), _card_return(amount, money.refund_state)))
    if returned.to_credit_minor:
        facts.append(
            (
                _("Returned as credit"),
                _("%(amount)s, yours to spend", amount=amount_words(returned.to_credit_minor, returned.currency)),
            )
        )
    return facts


def _card_return(amount: str, state: IntentState | None) -> str:
    if state is IntentState.SUCCEEDED:
        return _("%(amount)s, went back to your card", amount=amount)
    if state is IntentState.DECLINED:
        return _("%(amount)s, went to your credit, because your card took nothing back", amount=amount)
    return _("%(amount)s, on its way to your card", amount=amount)
