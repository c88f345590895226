import pytest
from braintree import CreditCardVerification, CreditCardVerificationSearch
from braintree.exceptions.not_found_error import NotFoundError
from braintree.test.nonces import Nonces

from tests.unit.local_braintree.calls import VISA, codes
from tests.unit.local_braintree.untyped import Untyped


def test_a_customer_is_made_found_changed_and_deleted(sdk: Untyped) -> None:
    made = sdk.customer.create({"id": "ann", "first_name": "Änn <&>", "email": "ann@example.com"})
    assert made.is_success
    assert sdk.customer.find("ann").first_name == "Änn <&>"
    changed = sdk.customer.update("ann", {"last_name": "Lee"})
    assert (changed.customer.first_name, changed.customer.last_name) == ("Änn <&>", "Lee")
    assert sdk.customer.delete("ann").is_success
    with pytest.raises(NotFoundError):
        sdk.customer.find("ann")
    with pytest.raises(NotFoundError):
        sdk.customer.delete("ann")


def test_a_customer_needs_nothing_and_gets_an_id(sdk: Untyped) -> None:
    customer = sdk.customer.create().customer
    assert customer.id.isalnum()
    assert customer.payment_methods == []
    assert customer.addresses == []


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"id": "ann"}, "91609"),
        ({"id": "not valid"}, "91610"),
        ({"id": "x" * 37}, "91612"),
        ({"email": "nobody"}, "81604"),
        ({"first_name": "x" * 256}, "81608"),
    ],
)
def test_a_customer_that_cannot_be(sdk: Untyped, token: str, params: dict[str, str], code: str) -> None:
    del token
    result = sdk.customer.create(params)
    assert not result.is_success
    assert [error.code for error in result.errors.for_object("customer").deep_errors] == [code]


def test_a_customer_with_a_card_at_the_same_time(sdk: Untyped) -> None:
    result = sdk.customer.create({"first_name": "Ann", "credit_card": {**VISA, "cardholder_name": "Ann Lee"}})
    (card,) = result.customer.credit_cards
    assert (card.last_4, card.bin, card.card_type, card.expiration_date) == ("1111", "411111", "Visa", "05/2030")
    assert card.default
    assert card.cardholder_name == "Ann Lee"


def test_nested_errors_stand_where_the_fault_is(sdk: Untyped) -> None:
    result = sdk.customer.create({"credit_card": {"number": "invalid", "expiration_date": "invalid"}})
    card_errors = result.errors.for_object("customer").for_object("credit_card")
    assert [error.code for error in card_errors.on("number")] == ["81715"]
    assert [error.code for error in card_errors.on("expiration_date")] == ["81710"]


def test_a_card_that_fails_verification_leaves_no_customer(sdk: Untyped) -> None:
    card = {"number": "4000111111111115", "expiration_date": "05/2030", "options": {"verify_card": True}}
    result = sdk.customer.create({"id": "bob", "credit_card": card})
    assert result.credit_card_verification.status == CreditCardVerification.Status.ProcessorDeclined
    with pytest.raises(NotFoundError):
        sdk.customer.find("bob")


@pytest.mark.parametrize(
    ("nonce", "brand", "last_four"),
    [
        (Nonces.TransactableVisa, "Visa", "1881"),
        (Nonces.TransactableMasterCard, "MasterCard", "4444"),
        (Nonces.TransactableAmEx, "American Express", "0005"),
        (Nonces.TransactableDiscover, "Discover", "1117"),
        (Nonces.TransactableJCB, "JCB", "0000"),
        (Nonces.TransactableDinersClub, "Diners Club", "0004"),
        (Nonces.TransactableMaestro, "Maestro", "0000"),
    ],
)
def test_the_documented_nonces(sdk: Untyped, nonce: str, brand: str, last_four: str) -> None:
    sdk.customer.create({"id": "ann"})
    for _ in range(2):  # they never wear out
        card = sdk.payment_method.create({"customer_id": "ann", "payment_method_nonce": nonce}).payment_method
        assert (card.card_type, card.last_4) == (brand, last_four)


def test_a_payment_method_is_found_under_the_name_given_to_it(sdk: Untyped, token: str) -> None:
    made = sdk.payment_method.create({"customer_id": "ann", "payment_method_nonce": "fake-valid-nonce", "token": "t1"})
    assert made.payment_method.token == "t1"
    assert sdk.payment_method.find("t1").customer_id == "ann"
    assert sdk.credit_card.find("t1").masked_number == "411111******1111"
    again = sdk.payment_method.create({"customer_id": "ann", "payment_method_nonce": "fake-valid-nonce", "token": "t1"})
    assert codes(again) == {"91719"}
    assert [card.token for card in sdk.customer.find("ann").credit_cards] == [token, "t1"]


def test_the_default_card(sdk: Untyped, token: str) -> None:
    sdk.payment_method.create({"customer_id": "ann", "payment_method_nonce": "fake-valid-nonce", "token": "t2"})
    assert sdk.payment_method.find(token).default
    assert sdk.payment_method.update("t2", {"options": {"make_default": True}}).payment_method.default
    assert not sdk.payment_method.find(token).default
    sdk.customer.update("ann", {"default_payment_method_token": token})
    assert sdk.payment_method.find(token).default
    sdk.payment_method.delete(token)
    assert sdk.payment_method.find("t2").default


def test_a_card_is_updated_under_its_token(sdk: Untyped, token: str) -> None:
    changes = {"expiration_date": "06/2031", "cardholder_name": "A. Lee"}
    card = sdk.payment_method.update(token, changes).payment_method
    assert (card.expiration_date, card.cardholder_name, card.last_4) == ("06/2031", "A. Lee", "1111")
    card = sdk.credit_card.update(token, {"number": "5555555555554444", "expiration_date": "07/2031"}).credit_card
    assert (card.token, card.last_4, card.cardholder_name) == (token, "4444", "A. Lee")
    refused = sdk.payment_method.update(token, {"expiration_date": "13/2031"})
    assert codes(refused) == {"81710"}


def test_a_deleted_card_is_gone(sdk: Untyped, token: str) -> None:
    assert sdk.payment_method.delete(token).is_success
    for ask in (sdk.payment_method.find, sdk.payment_method.delete, sdk.credit_card.find, sdk.credit_card.delete):
        with pytest.raises(NotFoundError):
            ask(token)


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"payment_method_nonce": "fake-valid-nonce"}, "93104"),
        ({"customer_id": "nobody", "payment_method_nonce": "fake-valid-nonce"}, "93105"),
        ({"customer_id": "ann"}, "93103"),
        ({"customer_id": "ann", "payment_method_nonce": "nothing-like-it"}, "93108"),
        ({"customer_id": "ann", "payment_method_nonce": Nonces.Consumed}, "93107"),
        ({"customer_id": "ann", "payment_method_nonce": Nonces.LuhnInvalid}, "81715"),
        ({"customer_id": "ann", "payment_method_nonce": "fake-valid-nonce", "token": "x" * 37}, "91720"),
    ],
)
def test_a_payment_method_that_cannot_be(sdk: Untyped, token: str, params: dict[str, str], code: str) -> None:
    del token
    assert codes(sdk.payment_method.create(params)) == {code}


@pytest.mark.parametrize(
    ("card", "code"),
    [
        ({"expiration_date": "05/2030"}, "81714"),
        ({"number": "41111111", "expiration_date": "05/2030"}, "81716"),
        ({"number": "4111111111111112", "expiration_date": "05/2030"}, "81715"),
        ({"number": "4242424242424242", "expiration_date": "05/2030"}, "81717"),
        ({"number": "4111111111111111"}, "81709"),
        ({**VISA, "cvv": "12"}, "81707"),
    ],
)
def test_a_card_that_cannot_be(sdk: Untyped, token: str, card: dict[str, str], code: str) -> None:
    del token
    result = sdk.credit_card.create({"customer_id": "ann", **card})
    assert [error.code for error in result.errors.for_object("credit_card").deep_errors] == [code]
    assert "number" not in result.params["credit_card"]
    assert "cvv" not in result.params["credit_card"]


@pytest.mark.parametrize(
    ("number", "status", "code"),
    [
        ("4000111111111115", "processor_declined", "2000"),
        ("5105105105105100", "processor_declined", "2000"),
        ("378734493671000", "processor_declined", "2000"),
        ("6011000990139424", "processor_declined", "2000"),
        ("3566002020360505", "failed", "3000"),
    ],
)
def test_numbers_that_fail_verification(sdk: Untyped, token: str, number: str, status: str, code: str) -> None:
    del token
    card = {"customer_id": "ann", "number": number, "expiration_date": "05/2030"}
    refused = sdk.credit_card.create({**card, "options": {"verify_card": True}})
    assert (refused.credit_card_verification.status, refused.credit_card_verification.processor_response_code) == (
        status,
        code,
    )
    assert len(refused.errors) == 0
    assert sdk.credit_card.create({**card, "options": {"verify_card": False}}).is_success


def test_nonces_that_fail_verification(sdk: Untyped, token: str) -> None:
    del token
    params = {"customer_id": "ann", "options": {"verify_card": True}}
    refused = sdk.payment_method.create({**params, "payment_method_nonce": Nonces.GatewayRejectedFraud})
    assert refused.credit_card_verification.gateway_rejection_reason == "fraud"
    assert refused.message == "Gateway Rejected: fraud"


def test_a_verification_stands_on_its_own(sdk: Untyped) -> None:
    result = sdk.verification.create({"credit_card": VISA, "options": {"amount": "1.00"}})
    assert result.verification.status == "verified"
    assert sdk.verification.find(result.verification.id).credit_card["last_4"] == "1111"
    declined = sdk.verification.create({"credit_card": VISA, "options": {"amount": "2001.00"}})
    assert declined.credit_card_verification.processor_response_code == "2001"
    found = sdk.verification.search(CreditCardVerificationSearch.id == result.verification.id)
    assert [verification.id for verification in found.items] == [result.verification.id]
    with pytest.raises(NotFoundError):
        sdk.verification.find("nothing")


def test_duplicates_are_refused_only_when_asked(sdk: Untyped, token: str) -> None:
    del token
    card = {"customer_id": "ann", **VISA}
    assert sdk.credit_card.create(card).is_success
    fail = {"fail_on_duplicate_payment_method": True}
    assert codes(sdk.credit_card.create({**card, "options": fail})) == {"81724"}
    fail = {"fail_on_duplicate_payment_method_for_customer": True}
    assert codes(sdk.credit_card.create({**card, "options": fail})) == {"81763"}


def test_a_nonce_for_a_kept_card_is_used_once(sdk: Untyped, token: str) -> None:
    nonce = sdk.payment_method_nonce.create(token).payment_method_nonce
    assert sdk.payment_method_nonce.find(nonce.nonce).details["last_four"] == "1111"
    assert sdk.credit_card.from_nonce(nonce.nonce).token == token
    sale = sdk.transaction.sale({"amount": "10.00", "payment_method_nonce": nonce.nonce})
    assert sale.transaction.credit_card_details.token == token
    again = sdk.transaction.sale({"amount": "10.00", "payment_method_nonce": nonce.nonce})
    assert codes(again) == {"91564"}
    for ask in (sdk.payment_method_nonce.find, sdk.payment_method_nonce.create):
        with pytest.raises(NotFoundError):
            ask("nothing")


@pytest.mark.parametrize("fact", ["prepaid", "debit", "commercial", "payroll", "healthcare", "business"])
def test_card_facts(sdk: Untyped, token: str, fact: str) -> None:
    del token
    nonce = f"fake-valid-{fact}-nonce"
    card = sdk.payment_method.create({"customer_id": "ann", "payment_method_nonce": nonce}).payment_method
    assert getattr(card, fact) == "Yes"
