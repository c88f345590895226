"""The documented test cards, the only ones that exist here; a full number is never kept."""

from collections.abc import Iterator
from dataclasses import dataclass, field

DECLINED = "2000"
FAILED = "3000"
NUMBER_LENGTHS = range(12, 20)


@dataclass(frozen=True)
class TestCard:
    """One of Braintree's test cards; ``key`` is what is stored in place of its number."""

    __test__ = False  # not a test, whatever pytest makes of the name

    key: str
    number: str = field(repr=False)
    brand: str
    verification_code: str = "1000"
    facts: tuple[str, ...] = ()

    @property
    def bin(self) -> str:
        """The first six digits."""
        return self.number[:6]

    @property
    def last_4(self) -> str:
        """The last four digits."""
        return self.number[-4:]


def luhn_is_valid(number: str) -> bool:
    """Whether the check digit is right."""
    digits = [int(digit) for digit in reversed(number)]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[0::2]) + sum(doubled)) % 10 == 0


def card_of_number(number: str) -> TestCard | None:
    """The test card with this number, or None."""
    return _BY_NUMBER.get(number)


def card_of_key(key: str) -> TestCard:
    """The test card kept under this key."""
    return _BY_KEY[key]


def _numbered(brand: str, prefix: str, *numbers: str) -> Iterator[TestCard]:
    for position, number in enumerate(numbers, 1):
        yield TestCard(f"{prefix}_{position}", number, brand)


def _failing() -> Iterator[TestCard]:
    for prefix, number, brand, code in (
        ("visa", "4000111111111115", "Visa", DECLINED),
        ("mastercard", "5105105105105100", "MasterCard", DECLINED),
        ("amex", "378734493671000", "American Express", DECLINED),
        ("discover", "6011000990139424", "Discover", DECLINED),
        ("jcb", "3566002020360505", "JCB", FAILED),
    ):
        yield TestCard(f"{prefix}_fails_verification", number, brand, code)


def _telling() -> Iterator[TestCard]:
    for fact, number in (
        ("business", "4229989800000003"),
        ("commercial", "4111111111131010"),
        ("consumer", "4229989700000004"),
        ("corporate", "4229989100000000"),
        ("durbin_regulated", "4111161010101010"),
        ("debit", "4117101010101010"),
        ("healthcare", "4111111510101010"),
        ("payroll", "4111111114101010"),
        ("prepaid", "4111111111111210"),
        ("prepaid_reloadable", "4229989900000002"),
        ("purchase", "4229989500000006"),
    ):
        yield TestCard(f"visa_{fact}", number, "Visa", facts=(fact,))


TEST_CARDS: tuple[TestCard, ...] = (
    *_numbered(
        "Visa",
        "visa",
        "4111111111111111",
        "4005519200000004",
        "4009348888881881",
        "4012000033330026",
        "4012000077777777",
        "4012888888881881",
        "4217651111111119",
        "4500600000000061",
        "4023898493988028",
    ),
    *_numbered("MasterCard", "mastercard", "5555555555554444", "2223000048400011"),
    *_numbered("American Express", "amex", "378282246310005", "371449635398431"),
    *_numbered("Discover", "discover", "6011111111111117", "6011000991300009"),
    *_numbered("JCB", "jcb", "3530111333300000"),
    *_numbered("Diners Club", "diners", "36259600000004"),
    *_numbered("Maestro", "maestro", "6304000000000000"),
    *_numbered("UnionPay", "unionpay", "6243030000000001"),
    *_failing(),
    *_telling(),
)
_BY_NUMBER = {card.number: card for card in TEST_CARDS}
_BY_KEY = {card.key: card for card in TEST_CARDS}
