"""What a number of a bank account or of a tax authority looks like: pure rules."""

import re

ROUTING_DIGITS = 9
ROUTING_WEIGHTS = (3, 7, 1)
ACCOUNT_NUMBER = re.compile(r"\d{4,17}", re.ASCII)
IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", re.ASCII)
IBAN_REST = 1
IBAN_MODULUS = 97
TAX_DIGITS = re.compile(r"\d{9}", re.ASCII)
# How long an IBAN is where publishers are likely to bank; elsewhere only its check digits speak.
IBAN_CHARACTERS = {
    "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18,
    "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20,
    "LV": 21, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "SE": 24, "SI": 19, "SK": 24,
}  # fmt: skip


def is_routing_number(text: str) -> bool:
    """Whether nine digits are a routing number of a bank in the United States.

    >>> is_routing_number("021000021"), is_routing_number("021000012"), is_routing_number("000000000")
    (True, False, False)

    Source: the check digit of the American Bankers Association.
    """
    if len(text) != ROUTING_DIGITS or not (text.isascii() and text.isdigit()) or int(text) == 0:
        return False
    weights = ROUTING_WEIGHTS * (ROUTING_DIGITS // len(ROUTING_WEIGHTS))
    return sum(weight * int(digit) for weight, digit in zip(weights, text, strict=True)) % 10 == 0


def is_account_number(text: str) -> bool:
    """Whether the text can be an account number of a bank in the United States; they carry no check digit."""
    return ACCOUNT_NUMBER.fullmatch(text) is not None


def is_iban(text: str) -> bool:
    """Whether the text, capital letters and digits without spaces, is an IBAN.

    >>> is_iban("DE89370400440532013000"), is_iban("DE89370400440532013001"), is_iban("DE8937040044053201300")
    (True, False, False)

    Source: ISO 13616, check digits by ISO 7064 MOD 97-10.
    """
    if IBAN.fullmatch(text) is None or IBAN_CHARACTERS.get(text[:2], len(text)) != len(text):
        return False
    moved = text[4:] + text[:4]
    return int("".join(str(int(character, 36)) for character in moved)) % IBAN_MODULUS == IBAN_REST


def plain(text: str) -> str:
    """A number as people write it, without spaces, dots and hyphens, in capital letters.

    >>> plain("de89 3704-0044"), plain("12-3456789")
    ('DE8937040044', '123456789')
    """
    return re.sub(r"[\s.\-]", "", text).upper()


def is_tax_number(text: str) -> bool:
    """Whether nine digits are given, as a tax number of the United States has them."""
    return TAX_DIGITS.fullmatch(text) is not None
