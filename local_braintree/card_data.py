"""From what somebody typed to what is kept of a card: last four, first six, brand and an internal key."""

import re
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from local_braintree.answers import Invalid, Problem
from local_braintree.cards import NUMBER_LENGTHS, TestCard, card_of_key, card_of_number, luhn_is_valid
from local_braintree.fields import Fields
from local_braintree.processor import cvv_response
from local_braintree.wire import Node

MONTH = re.compile(r"0?[1-9]|1[0-2]")
YEAR = re.compile(r"\d{2}|\d{4}")
CVV = re.compile(r"\d{3,4}")
NAME_CHARACTERS_MAX = 175
CENTURY = "20"
FACTS = (
    *("business", "commercial", "consumer", "corporate", "debit", "durbin_regulated"),
    *("healthcare", "payroll", "prepaid", "prepaid_reloadable", "purchase"),
)


class CardBody(TypedDict):
    """What is kept of a card."""

    number_key: str
    month: str
    year: str
    cardholder_name: str | None
    cvv_response: str
    declines_with: str | None


@dataclass(frozen=True)
class TypedCard:
    """A card as a form or the SDK sent it; lives for one request."""

    number: str | None
    cvv: str | None
    month: str | None
    year: str | None
    name: str | None

    @classmethod
    def of(cls, fields: Fields) -> "TypedCard":
        """Reads either form of the expiry date."""
        month, year = fields.text("expiration_month"), fields.text("expiration_year")
        whole = fields.text("expiration_date")
        if whole is not None and "/" in whole:
            month, _, year = (part.strip() for part in whole.partition("/"))
        elif whole is not None:
            month, year = whole, ""
        return cls(fields.text("number"), fields.text("cvv"), month, year, fields.text("cardholder_name"))


def accepted(card: TypedCard, path: str) -> CardBody:
    """What is kept of a card that may be used here.

    Raises:
        Invalid: a part of it is missing or wrong, or the number is no test number (81717).
    """
    found: list[tuple[str, str, str]] = [*_number_problems(card.number), *_other_problems(card)]
    if found:
        place = tuple(path.split("."))
        raise Invalid([Problem(place, attribute, code, message) for attribute, code, message in found])
    known = card_of_number(_digits(card.number or ""))
    year = card.year or ""
    return {
        "number_key": known.key if known else "",
        "month": (card.month or "").zfill(2),
        "year": year if len(year) == len("2000") else CENTURY + year,
        "cardholder_name": card.name,
        "cvv_response": cvv_response(card.cvv),
        "declines_with": None,
    }


def _digits(number: str) -> str:
    return re.sub(r"[ -]", "", number)


def _number_problems(number: str | None) -> list[tuple[str, str, str]]:
    digits = _digits(number or "")
    if not digits:
        return [("number", "81714", "Credit card number is required.")]
    if not (digits.isascii() and digits.isdigit()):
        return [("number", "81715", "Credit card number is invalid.")]
    if len(digits) not in NUMBER_LENGTHS:
        return [("number", "81716", "Credit card number must be 12-19 digits.")]
    if card_of_number(digits) is None:
        if not luhn_is_valid(digits):
            return [("number", "81715", "Credit card number is invalid.")]
        return [("number", "81717", "Credit card number must be a test number: real cards are refused here.")]
    return []


def _other_problems(card: TypedCard) -> list[tuple[str, str, str]]:
    found = []
    if card.cvv is not None and not CVV.fullmatch(card.cvv):
        found.append(("cvv", "81707", "CVV must be 4 digits for American Express and 3 digits for other card types."))
    if not card.month and not card.year:
        found.append(("expiration_date", "81709", "Expiration date is required."))
    elif not MONTH.fullmatch(card.month or "") or not YEAR.fullmatch(card.year or ""):
        found.append(("expiration_date", "81710", "Expiration date is invalid."))
    if card.name is not None and len(card.name) > NAME_CHARACTERS_MAX:
        found.append(("cardholder_name", "81723", "Cardholder name is too long."))
    return found


def is_expired(card: CardBody, today: date) -> bool:
    """Whether the last day of the card's month is over."""
    return (int(card["year"]), int(card["month"])) < (today.year, today.month)


def card_node(card: CardBody, today: date) -> dict[str, Node]:
    """What every answer says about a card."""
    known = card_of_key(card["number_key"])
    return {
        "bin": known.bin,
        "last_4": known.last_4,
        "card_type": known.brand,
        "cardholder_name": card["cardholder_name"],
        "expiration_month": card["month"],
        "expiration_year": card["year"],
        "expired": is_expired(card, today),
        "customer_location": "US",
        "unique_number_identifier": f"local_{known.key}",
        **fact_nodes(known),
    }


def fact_nodes(known: TestCard) -> dict[str, Node]:
    """Yes or Unknown for each card fact."""
    facts: dict[str, Node] = {fact: "Yes" if fact in known.facts else "Unknown" for fact in FACTS}
    return {**facts, "country_of_issuance": "Unknown", "issuing_bank": "Unknown", "product_id": "Unknown"}
