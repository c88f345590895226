import pytest

from app.adapters.braintree.amounts import AmountUnreadable, amount_text, minor_units
from app.adapters.braintree.port import Declined, GatewayDeclineKind
from app.adapters.braintree.sentences import BY_CODE, BY_KIND, HARD, SOFT, decline_sentence
from local_braintree.processor import TEXTS


@pytest.mark.parametrize(
    ("amount_minor", "currency", "text"),
    [
        (1, "USD", "0.01"),
        (1250, "USD", "12.50"),
        (1250, "JPY", "1250"),
        (1250, "KWD", "1.250"),
        (10**12 - 1, "EUR", "9999999999.99"),
    ],
)
def test_amounts_there_and_back(amount_minor: int, currency: str, text: str) -> None:
    assert amount_text(amount_minor, currency) == text
    assert minor_units(text, currency) == amount_minor


def test_decimals_the_gateway_adds_are_read() -> None:
    assert minor_units("1250.00", "JPY") == 1250
    assert minor_units("7", "USD") == 700


@pytest.mark.parametrize("text", ["1.005", "1e3", "-1.00", "", "1,00", "٣.00"])
def test_what_is_no_amount_is_not_guessed(text: str) -> None:
    with pytest.raises(AmountUnreadable):
        minor_units(text, "USD")


@pytest.mark.parametrize("amount_minor", [0, -1])
def test_nothing_is_not_charged(amount_minor: int) -> None:
    with pytest.raises(ValueError, match="above zero"):
        amount_text(amount_minor, "USD")


def declined(code: str, kind: GatewayDeclineKind = GatewayDeclineKind.BANK, *, is_hard: bool = False) -> Declined:
    return Declined(code, "the bank's own text", is_hard, kind)


def test_what_a_buyer_is_told() -> None:
    assert decline_sentence(declined("2001")).happened == "There is not enough money available on this card."
    assert decline_sentence(declined("2999")) == SOFT
    assert decline_sentence(declined("2999", is_hard=True)) == HARD
    assert decline_sentence(declined("fraud", GatewayDeclineKind.GATEWAY)) == BY_KIND[GatewayDeclineKind.GATEWAY]
    assert decline_sentence(declined("91518", GatewayDeclineKind.INVALID)) == BY_KIND[GatewayDeclineKind.INVALID]


def test_sentences_are_plain() -> None:
    for sentence in {SOFT, HARD, *BY_CODE.values(), *BY_KIND.values()}:
        for text in (sentence.happened, sentence.advice):
            assert text[0].isupper()
            assert text.endswith(".")
            assert "!" not in text


def test_every_text_of_the_bank_has_a_sentence_that_is_not_it() -> None:
    for code, text in TEXTS.items():
        told = decline_sentence(declined(code))
        assert text not in told.happened + told.advice
