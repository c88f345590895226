"""Amounts are read strictly, shown with their currency, and shared out to the last unit."""

import doctest
from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation import money
from app.foundation.errors import InvariantBroken
from app.foundation.money import (
    AMOUNT_MINOR_MAX,
    BPS_WHOLE,
    AmountRefused,
    exponent,
    format_amount,
    parse_amount,
    share_bps,
)

CURRENCIES = ("USD", "EUR", "JPY", "CHF", "BHD", "CAD", "CLF")
amounts = st.integers(0, AMOUNT_MINOR_MAX)
shares = st.integers(0, BPS_WHOLE)


def test_the_examples_are_true() -> None:
    assert doctest.testmod(money).failed == 0


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1,234.50", 123450),
        ("1234.5", 123450),
        ("$1,234.50", 123450),
        (" $ 1,234.50 ", 123450),
        ("USD 1,234.50", 123450),
        ("1,234.50 USD", 123450),
        ("0", 0),
        ("007", 700),
        ("10,000,000,000.00", AMOUNT_MINOR_MAX),
    ],
)
def test_what_people_write_is_read(text: str, minor: int) -> None:
    assert parse_amount(text, "USD") == minor


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Write the amount in digits, like 1,234.50."),
        ("$", "Write the amount in digits, like 1,234.50."),
        ("1e3", "Write the amount in digits, like 1,234.50."),
        ("NaN", "Write the amount in digits, like 1,234.50."),
        ("Infinity", "Write the amount in digits, like 1,234.50."),
        ("12,50", "Write the amount in digits, like 1,234.50."),
        ("1,2345.00", "Write the amount in digits, like 1,234.50."),
        ("1.234,50", "Write the amount in digits, like 1,234.50."),
        ("1 234", "Write the amount in digits, like 1,234.50."),
        ("1_000", "Write the amount in digits, like 1,234.50."),
        ("1.", "Write the amount in digits, like 1,234.50."),
        ("٣", "Write the amount in digits, like 1,234.50."),
        ("€5", "Write the amount in digits, like 1,234.50."),
        ("$5 USD", "Write the amount in digits, like 1,234.50."),
        ("$" + "0" * 60 + "1", "Write the amount in digits, like 1,234.50."),
        ("1.234", "USD has 2 decimals at most. Write the amount like 1,234.50."),
        ("1.000", "USD has 2 decimals at most. Write the amount like 1,234.50."),
        ("-1", "The amount cannot be negative."),
        ("-$1", "The amount cannot be negative."),
        ("$-1", "The amount cannot be negative."),
        ("\N{MINUS SIGN}1", "The amount cannot be negative."),
        ("10000000000.01", "The amount can be at most $10,000,000,000.00."),
    ],
)
def test_anything_else_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(AmountRefused) as refused:
        parse_amount(text, "USD")
    assert refused.value.problems == {"amount": sentence}


def test_a_currency_without_decimals_takes_none() -> None:
    assert parse_amount("¥1,234", "JPY") == 1234
    with pytest.raises(AmountRefused, match="JPY has no decimals"):
        parse_amount("1234.5", "JPY")
    with pytest.raises(AmountRefused, match=r"like 1,234\.$"):
        parse_amount("many", "JPY")


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [
        (123450, "USD", "$1,234.50"),
        (0, "USD", "$0.00"),
        (-123450, "USD", "-$1,234.50"),
        (123450, "CAD", "CA$1,234.50"),
        (123450, "CHF", "CHF\N{NO-BREAK SPACE}1,234.50"),
        (1234, "JPY", "¥1,234"),
        (1234500, "BHD", "BHD\N{NO-BREAK SPACE}1,234.500"),
        (AMOUNT_MINOR_MAX, "USD", "$10,000,000,000.00"),
    ],
)
def test_an_amount_is_shown_with_its_currency(minor: int, currency: str, shown: str) -> None:
    assert format_amount(minor, currency) == shown


@given(minor=amounts, currency=st.sampled_from(CURRENCIES))
def test_what_is_shown_can_be_typed_in_again(minor: int, currency: str) -> None:
    assert parse_amount(format_amount(minor, currency), currency) == minor


@given(text=st.text(max_size=50), currency=st.sampled_from(CURRENCIES))
def test_any_text_is_an_amount_in_range_or_refused(text: str, currency: str) -> None:
    with suppress(AmountRefused):
        assert 0 <= parse_amount(text, currency) <= AMOUNT_MINOR_MAX


@pytest.mark.parametrize("code", ["", "usd", "XXY", "DOLLAR"])
def test_what_is_no_currency_is_a_bug(code: str) -> None:
    with pytest.raises(InvariantBroken):
        exponent(code)


@given(amount=amounts, bps=shares)
def test_share_and_rest_are_the_whole_and_within_half_a_unit_of_exact(amount: int, bps: int) -> None:
    share, rest = share_bps(amount, bps)
    assert share + rest == amount
    assert share >= 0
    assert rest >= 0
    assert Fraction(-1, 2) < share - Fraction(amount * bps, BPS_WHOLE) <= Fraction(1, 2)


def test_half_a_unit_goes_to_the_share() -> None:
    assert share_bps(1, 5_000) == (1, 0)
    assert share_bps(333, 1_500) == (50, 283)


@pytest.mark.parametrize(("amount", "bps"), [(-1, 0), (1, -1), (1, BPS_WHOLE + 1)])
def test_a_share_of_less_than_nothing_or_of_more_than_all_is_a_bug(amount: int, bps: int) -> None:
    with pytest.raises(InvariantBroken):
        share_bps(amount, bps)
