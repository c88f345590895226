"""Amounts as Braintree writes them: text, with as many decimals as the currency has; exact both ways."""

from app.foundation.money import exponent


class AmountUnreadable(Exception):  # noqa: N818 - named after what happened
    """The gateway sent an amount that is not one of the currency."""


def amount_text(amount_minor: int, currency: str) -> str:
    """The text for a positive amount in minor units: ``1250`` US cents are ``12.50``, ``1250`` yen ``1250``."""
    if amount_minor <= 0:
        message = f"A charge or refund is above zero, not {amount_minor}."
        raise ValueError(message)
    places = exponent(currency)
    if places == 0:
        return str(amount_minor)
    whole, part = divmod(amount_minor, 10**places)
    return f"{whole}.{part:0{places}}"


def minor_units(text: str, currency: str) -> int:
    """The minor units of an amount that Braintree sent.

    Raises:
        AmountUnreadable: it has more decimals than the currency, or is no amount.
    """
    whole, _, decimals = text.partition(".")
    places = exponent(currency)
    if not ((whole + decimals).isascii() and (whole + decimals).isdigit()) or decimals[places:].strip("0"):
        raise AmountUnreadable(text)
    return int(whole + decimals[:places].ljust(places, "0"))
