"""What became of the money of a booking that is over: the same words wherever it is told."""

from app.domain.settlement.queries.days import LineItemMoney
from app.foundation.money import format_amount


def return_in_words(money: LineItemMoney, currency: str) -> str:
    """What became of the money for what was not delivered, of a booking that is over; for either side."""
    if money.money_return is None and money.escrow_minor:
        return "What was not delivered goes back to the buyer as soon as its days are settled."
    if money.is_return_under_way:
        return f"{format_amount(money.escrow_minor, currency)} is on its way back to the buyer."
    if money.returned_minor:
        return f"{format_amount(money.returned_minor, currency)} went back to the buyer."
    return "Everything counts as delivered, and nothing goes back."
