"""Amounts of money: whole minor units inside, text with two decimals outside."""

import re

AMOUNT = re.compile(r"(-?)(\d{1,12})(?:\.(\d{1,2}))?")
MINOR_MAX = 99_999_999_99


def minor_units(text: str) -> int | None:
    """The minor units of an amount, or None when it is not one."""
    match = AMOUNT.fullmatch(text.strip())
    if match is None:
        return None
    minor = int(match[2]) * 100 + int((match[3] or "").ljust(2, "0"))
    return -minor if match[1] else minor


def amount_text(minor: int) -> str:
    """The amount with two decimals."""
    return f"{minor // 100}.{minor % 100:02}"
