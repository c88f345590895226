"""What became of the money of a booking that is over: the same words wherever it is told."""

from app.domain.settlement.queries.days import SettledMoney
from app.web.words.messages import _
from app.web.words.money import amount_words


def return_in_words(money: SettledMoney, currency: str) -> str:
    """What became of the money for what was not delivered, of a booking that is over; for either side."""
    if money.money_return is None and money.escrow_minor:
        return _("What was not delivered goes back to the buyer as soon as its days are settled.")
    if money.is_return_under_way:
        return _("%(amount)s is on its way back to the buyer.", amount=amount_words(money.escrow_minor, currency))
    if money.returned_minor:
        return _("%(amount)s went back to the buyer.", amount=amount_words(money.returned_minor, currency))
    return _("Everything counts as delivered, and nothing goes back.")
