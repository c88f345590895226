"""Money: whole minor units of a currency; read from people, shown to people, and shared out exactly."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_currency, get_currency_precision, get_currency_symbol, is_currency

from app.foundation.errors import InvariantBroken, Refusal
from app.foundation.messages import N_

AMOUNT_MINOR_MAX = 10**12
AMOUNT_CHARACTERS_MAX = 40
BPS_WHOLE = 10_000
LOCALE = "en"
# Groups of three or none at all: "12,50" is somebody's twelve and a half and must never become 1,250.
PLAIN_NUMBER = re.compile(r"(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<part>\d+))?", re.ASCII)


class AmountRefused(Refusal):
    """Write the amount in digits, like 1,234.50."""

    field = "amount"


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of money that a sentence names: the page that says the sentence says it in its reader's language."""

    minor: int
    currency: str

    def __str__(self) -> str:
        """The amount in English."""
        return format_amount(self.minor, self.currency)


def parse_amount(text: str, currency: str) -> int:
    """Reads the amount of money that a person wrote.

    Commas may group thousands, a point comes before the decimals, and the currency's own symbol or code
    may stand before or after the number.

    >>> parse_amount("$1,234.50", "USD"), parse_amount("1234.5", "USD"), parse_amount("1,234 JPY", "JPY")
    (123450, 123450, 1234)

    Returns:
        Minor units, from 0 to ``AMOUNT_MINOR_MAX``.

    Raises:
        AmountRefused: not such a number, negative, more decimals than the currency has, or too much.
    """
    decimals = exponent(currency)
    digits = _without_currency(text.strip(), currency)
    if digits.startswith(("-", "\N{MINUS SIGN}")):
        raise AmountRefused(N_("The amount cannot be negative."))
    number = PLAIN_NUMBER.fullmatch(digits) if len(digits) <= AMOUNT_CHARACTERS_MAX else None
    if number is None:
        raise AmountRefused(N_("Write the amount in digits, like %(example)s."), example=_example(currency))
    part = number["part"] or ""
    if len(part) > decimals:
        raise _too_many_decimals(currency)
    minor = int(number["whole"].replace(",", "") + part.ljust(decimals, "0"))
    if minor > AMOUNT_MINOR_MAX:
        raise AmountRefused(N_("The amount can be at most %(amount)s."), amount=Amount(AMOUNT_MINOR_MAX, currency))
    return minor


@lru_cache(maxsize=10_000)
def format_amount(minor: int, currency: str, locale: str = LOCALE) -> str:
    """The amount as people read it, always with its currency.

    >>> format_amount(123450, "USD"), format_amount(-5, "EUR"), format_amount(1234, "JPY")
    ('$1,234.50', '-€0.05', '¥1,234')
    """
    major = Decimal(minor).scaleb(-exponent(currency))
    symbol = get_currency_symbol(currency, locale=locale)
    # A symbol made of letters would run into the digits.
    pattern = "¤\N{NO-BREAK SPACE}#,##0.00" if locale == LOCALE and symbol[-1].isalpha() else None
    return str(format_currency(major, currency, format=pattern, locale=locale))


def plain_amount(minor: int, currency: str) -> str:
    """The amount as files carry it: a point and the currency's decimals, no grouping, no symbol.

    >>> plain_amount(123450, "USD"), plain_amount(-5, "EUR"), plain_amount(1234, "JPY")
    ('1234.50', '-0.05', '1234')
    """
    return f"{Decimal(minor).scaleb(-exponent(currency)):f}"


def exponent(currency: str) -> int:
    """How many decimals the currency has: 2 for USD, 0 for JPY, 3 for BHD.

    Source: ISO 4217, as the Unicode CLDR gives it for use in trade.
    """
    if not is_currency(currency):
        message = f"{currency!r} is not the code of a currency"
        raise InvariantBroken(message)
    return int(get_currency_precision(currency))


def share_bps(amount_minor: int, bps: int) -> tuple[int, int]:
    """Takes a share, such as the commission, out of an amount; the rest is the other side's.

    The share is rounded half up to the minor unit.

    >>> share_bps(10_000, 1_500), share_bps(3, 5_000)
    ((1500, 8500), (2, 1))

    Args:
        amount_minor: minor units, not negative.
        bps: hundredths of a per cent, from 0 to 10,000.

    Returns:
        The share and the rest; together the amount.
    """
    if amount_minor < 0 or not 0 <= bps <= BPS_WHOLE:
        message = f"cannot take {bps} bps of {amount_minor}"
        raise InvariantBroken(message)
    share = (amount_minor * bps + BPS_WHOLE // 2) // BPS_WHOLE
    return share, amount_minor - share


def _without_currency(text: str, currency: str) -> str:
    for sign in (currency, get_currency_symbol(currency, locale=LOCALE)):
        if text.startswith(sign):
            return text.removeprefix(sign).lstrip()
        if text.endswith(sign):
            return text.removesuffix(sign).rstrip()
    return text


def _example(currency: str) -> str:
    decimals = exponent(currency)
    return "1,234" + (f".{'5'.ljust(decimals, '0')}" if decimals else "")


def _too_many_decimals(currency: str) -> AmountRefused:
    decimals = exponent(currency)
    if decimals == 0:
        return AmountRefused(N_("%(currency)s has no decimals. Write a whole amount, like 1,234."), currency=currency)
    return AmountRefused(
        N_("%(currency)s has %(decimals)s decimals at most. Write the amount like %(example)s."),
        currency=currency,
        decimals=decimals,
        example=_example(currency),
    )
