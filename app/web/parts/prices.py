"""How the price of a run of days comes about, in words."""

from app.domain.inventory.rules import RateCard, RateCardPrice
from app.foundation.messages import N_
from app.web.words.messages import translated
from app.web.words.money import amount_words


def arithmetic_words(parts: RateCardPrice, card: RateCard, currency: str) -> str:
    """What a price is made of: "1 × 1 week at $70.00 + 2 × 1 day at $12.00"."""  # noqa: RUF002 - the sign of multiplication
    terms = (
        (parts.months, N_("%(number)s × 30 days at %(price)s"), card.price_30_days_minor),  # noqa: RUF001 - likewise
        (parts.weeks, N_("%(number)s × 1 week at %(price)s"), card.price_week_minor),  # noqa: RUF001 - likewise
        (parts.days, N_("%(number)s × 1 day at %(price)s"), card.price_day_minor),  # noqa: RUF001 - likewise
    )
    used = [
        translated(words) % {"number": number, "price": amount_words(price, currency)}
        for number, words, price in terms
        if number and price is not None
    ]
    return " + ".join(used)
