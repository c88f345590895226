from decimal import Decimal  # noqa: TID251 - what the SDK gives
from typing import Any

import pytest
from braintree import Transaction, TransactionSearch
from braintree.exceptions.authentication_error import AuthenticationError
from braintree.exceptions.not_found_error import NotFoundError
from braintree.exceptions.request_timeout_error import RequestTimeoutError
from braintree.test.nonces import Nonces

from tests.unit.local_braintree.calls import VISA, codes
from tests.unit.local_braintree.untyped import Untyped

CARD = {"number": VISA["number"], "expiration_date": "05/2030"}


def sale(sdk: Untyped, amount: str = "10.00", **params: Untyped) -> Untyped:
    return sdk.transaction.sale({"amount": amount, "credit_card": CARD, **params})


def settled(sdk: Untyped, amount: str = "10.00") -> str:
    made = sale(sdk, amount, options={"submit_for_settlement": True}).transaction
    assert sdk.testing.settle_transaction(made.id).transaction.status == "settled"
    return str(made.id)


def test_a_sale(sdk: Untyped) -> None:
    made = sale(sdk, order_id="o-1", customer={"first_name": "Ann"}, billing={"locality": "Rome"}).transaction
    assert made.status == Transaction.Status.Authorized
    assert made.amount == Decimal("10.00")
    assert (made.order_id, made.currency_iso_code, made.type) == ("o-1", "USD", "sale")
    assert made.credit_card_details.last_4 == "1111"
    assert made.credit_card_details.token is None
    assert made.customer_details.first_name == "Ann"
    assert made.billing_details.locality == "Rome"
    assert made.authorization_expires_at > made.created_at
    assert made.processor_response_type == "approved"
    assert not made.is_disbursed
    assert sdk.transaction.find(made.id).amount == Decimal("10.00")
    with pytest.raises(NotFoundError):
        sdk.transaction.find("nothing")


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"amount": None}, "81502"),
        ({"amount": "1.234"}, "81503"),
        ({"amount": "ten"}, "81503"),
        ({"amount": "-1.00"}, "81501"),
        ({"amount": "0.00"}, "81531"),
        ({"amount": "100000000000.00"}, "81528"),
        ({"order_id": "x" * 256}, "91501"),
        ({"merchant_account_id": "another"}, "91513"),
        ({"transaction_source": "guess"}, "915133"),
        ({"customer_id": "nobody"}, "91510"),
        ({"payment_method_token": "nothing"}, "91518"),
        ({"credit_card": {}}, "91508"),
        ({"credit_card": {}, "payment_method_nonce": "nothing-like-it"}, "91565"),
        ({"credit_card": {"number": "4242424242424242", "expiration_date": "05/2030"}}, "81717"),
        ({"api_request_key": "x" * 256}, "915230"),
    ],
)
def test_a_sale_that_cannot_be(sdk: Untyped, params: dict[str, Any], code: str) -> None:
    result = sdk.transaction.sale({"amount": "10.00", "credit_card": CARD, **params})
    assert not result.is_success
    assert result.transaction is None
    assert codes(result) == {code}


@pytest.mark.parametrize(
    ("amount", "status", "code", "kind"),
    [
        ("1999.99", "authorized", "1000", "approved"),
        ("2000.00", "processor_declined", "2000", "soft_declined"),
        ("2001.50", "processor_declined", "2001", "soft_declined"),
        ("2015.00", "processor_declined", "2015", "hard_declined"),
        ("2999.99", "processor_declined", "2999", "hard_declined"),
        ("3000.00", "failed", "3000", "soft_declined"),
        ("3001.00", "authorized", "1000", "approved"),
        ("5002.00", "authorized", "1000", "approved"),
    ],
)
def test_what_the_amount_decides(sdk: Untyped, amount: str, status: str, code: str, kind: str) -> None:
    result = sale(sdk, amount)
    made = result.transaction
    assert (made.status, made.processor_response_code, made.processor_response_type) == (status, code, kind)
    assert result.is_success == (status == "authorized")
    assert sdk.transaction.find(made.id).status == status


def test_a_decline_is_no_validation_error_and_can_be_found(sdk: Untyped) -> None:
    result = sale(sdk, "2001.00")
    assert len(result.errors) == 0
    assert result.message == "Insufficient Funds"
    assert result.transaction.additional_processor_response == "2001 : Insufficient Funds"
    assert sdk.transaction.find(result.transaction.id).status_history[0].status == "processor_declined"


def test_the_gateway_itself_may_refuse(sdk: Untyped) -> None:
    assert sale(sdk, "5001.00").transaction.gateway_rejection_reason == "application_incomplete"
    result = sdk.transaction.sale({"amount": "10.00", "payment_method_nonce": Nonces.GatewayRejectedFraud})
    assert (result.transaction.status, result.transaction.gateway_rejection_reason) == ("gateway_rejected", "fraud")
    result = sdk.transaction.sale({"amount": "10.00", "payment_method_nonce": Nonces.ProcessorDeclinedVisa})
    assert result.transaction.processor_response_code == "2000"


def test_a_card_that_fails_verification_follows_the_amount(sdk: Untyped) -> None:
    card = {"number": "4000111111111115", "expiration_date": "05/2030"}
    assert sdk.transaction.sale({"amount": "10.00", "credit_card": card}).is_success


def test_paying_with_what_is_kept(sdk: Untyped, token: str) -> None:
    made = sdk.transaction.sale({"amount": "10.00", "payment_method_token": token, "customer_id": "ann"}).transaction
    assert (made.credit_card_details.token, made.customer_details.id) == (token, "ann")
    assert (
        sdk.transaction.sale({"amount": "10.00", "customer_id": "ann"}).transaction.credit_card_details.token == token
    )
    sdk.customer.create({"id": "bob"})
    strangers = sdk.transaction.sale({"amount": "10.00", "payment_method_token": token, "customer_id": "bob"})
    assert codes(strangers) == {"91516"}
    assert codes(sdk.transaction.sale({"amount": "10.00", "customer_id": "bob"})) == {"91511"}


def test_the_card_that_paid_is_kept_on_request(sdk: Untyped) -> None:
    kept = sale(sdk, customer={"first_name": "Ann"}, options={"store_in_vault_on_success": True}).transaction
    assert sdk.customer.find(kept.customer_details.id).first_name == "Ann"
    assert kept.vault_credit_card.last_4 == "1111"
    declined = sale(sdk, "2000.00", options={"store_in_vault_on_success": True}).transaction
    assert declined.vault_credit_card is None


def test_settlement_and_its_history(sdk: Untyped) -> None:
    made = sale(sdk, order_id="o-1").transaction
    assert codes(sdk.testing.settle_transaction(made.id)) == {"91575"}
    submitted = sdk.transaction.submit_for_settlement(made.id, "7.00", {"order_id": "o-2"}).transaction
    assert (submitted.status, submitted.amount, submitted.order_id) == (
        "submitted_for_settlement",
        Decimal("7.00"),
        "o-2",
    )
    assert codes(sdk.transaction.submit_for_settlement(made.id)) == {"91507"}
    history = sdk.testing.settle_transaction(made.id).transaction.status_history
    statuses = ["authorized", "submitted_for_settlement", "settling", "settled"]
    assert [event.status for event in history] == statuses
    assert [str(event.amount) for event in history] == ["10.00", "7.00", "7.00", "7.00"]


def test_no_more_is_settled_than_was_authorized(sdk: Untyped) -> None:
    made = sale(sdk).transaction
    assert codes(sdk.transaction.submit_for_settlement(made.id, "10.01")) == {"91522"}
    assert sdk.transaction.submit_for_settlement(made.id).is_success


def test_void_is_for_what_is_not_settled(sdk: Untyped) -> None:
    for options in ({}, {"submit_for_settlement": True}):
        made = sale(sdk, options=options).transaction
        assert sdk.transaction.void(made.id).transaction.status == "voided"
        assert codes(sdk.transaction.void(made.id)) == {"91504"}
    assert codes(sdk.transaction.void(settled(sdk))) == {"91504"}
    assert codes(sdk.transaction.void(sale(sdk, "2000.00").transaction.id)) == {"91504"}
    with pytest.raises(NotFoundError):
        sdk.transaction.void("nothing")


def test_refund_is_for_what_is_settled(sdk: Untyped) -> None:
    made = sale(sdk, options={"submit_for_settlement": True}).transaction
    assert codes(sdk.transaction.refund(made.id)) == {"91506"}
    sold = settled(sdk)
    refund = sdk.transaction.refund(sold).transaction
    assert (refund.type, refund.amount, refund.refunded_transaction_id) == ("credit", Decimal("10.00"), sold)
    assert sdk.transaction.find(sold).refund_ids == [refund.id]
    assert codes(sdk.transaction.refund(sold)) == {"91512"}
    sdk.testing.settle_transaction(refund.id)
    assert codes(sdk.transaction.refund(refund.id)) == {"91505"}


def test_several_refunds_up_to_the_amount(sdk: Untyped) -> None:
    sold = settled(sdk)
    first = sdk.transaction.refund(sold, {"amount": "4.00", "order_id": "r-1"}).transaction
    assert first.order_id == "r-1"
    assert codes(sdk.transaction.refund(sold, "6.01")) == {"91521"}
    assert sdk.transaction.refund(sold, "6.00").is_success
    assert codes(sdk.transaction.refund(sold, "0.01")) == {"91512"}


def test_a_refund_taken_back_may_be_given_again(sdk: Untyped) -> None:
    sold = settled(sdk)
    refund = sdk.transaction.refund(sold).transaction
    assert sdk.transaction.void(refund.id).is_success
    assert sdk.transaction.refund(sold).is_success


def test_a_bank_may_hesitate_over_a_refund_or_refuse_it(sdk: Untyped) -> None:
    soft = sdk.transaction.refund(settled(sdk, "9000.00"), "2046.00")
    assert soft.is_success
    assert soft.transaction.additional_processor_response == "2046 : Declined"
    hard = sdk.transaction.refund(settled(sdk, "9000.00"), "2004.00")
    assert not hard.is_success
    assert (hard.transaction.status, hard.transaction.processor_response_type) == (
        "processor_declined",
        "hard_declined",
    )


def test_reverse_voids_while_it_can_and_refunds_afterwards(sdk: Untyped) -> None:
    assert sdk.transaction.reverse(sale(sdk).transaction.id).transaction.status == "voided"
    assert sdk.transaction.reverse(settled(sdk)).transaction.type == "credit"


def test_a_credit_without_a_sale(sdk: Untyped) -> None:
    made = sdk.transaction.credit({"amount": "10.00", "credit_card": CARD}).transaction
    assert (made.type, made.status) == ("credit", "submitted_for_settlement")


def test_searching(sdk: Untyped, token: str) -> None:
    ids = [
        sdk.transaction.sale({"amount": f"{n}.00", "payment_method_token": token, "order_id": f"o_{n}"}).transaction.id
        for n in range(1, 5)
    ]
    sdk.transaction.void(ids[0])

    def found(*query: Untyped) -> set[str]:
        return {made.id for made in sdk.transaction.search(*query).items}

    order_id: Untyped = TransactionSearch.order_id
    amount: Untyped = TransactionSearch.amount
    assert found(order_id == "o_2") == {ids[1]}
    assert found(order_id.starts_with("o_")) == set(ids)
    assert found(order_id.starts_with("o%")) == set()
    assert found(order_id.ends_with("_3")) == {ids[2]}
    assert found(order_id != "o_2") == {ids[0], ids[2], ids[3]}
    assert found(TransactionSearch.ids.in_list(ids[:2])) == set(ids[:2])
    assert found(TransactionSearch.status == "voided") == {ids[0]}
    assert found(amount.between("2.00", "3.00")) == set(ids[1:3])
    assert found(TransactionSearch.payment_method_token == token, TransactionSearch.customer_id == "ann") == set(ids)
    assert found(order_id == "nothing") == set()
    assert sdk.transaction.search(TransactionSearch.status == "authorized").maximum_size == 3


def test_more_found_than_fit_on_a_page(sdk: Untyped) -> None:
    made = {sale(sdk, order_id="many").transaction.id for _ in range(53)}
    assert {found.id for found in sdk.transaction.search(TransactionSearch.order_id == "many").items} == made


def test_what_cannot_be_searched_for_is_refused_and_never_ignored(sdk: Untyped) -> None:
    with pytest.raises(RequestTimeoutError):  # the SDK's word for any search without results
        list(sdk.transaction.search(TransactionSearch.billing_company == "x").items)


def test_the_same_key_and_request_is_one_transaction(sdk: Untyped) -> None:
    first = sale(sdk, order_id="o-1", api_request_key="key-1").transaction
    again = sale(sdk, order_id="o-1", api_request_key="key-1").transaction
    assert again.id == first.id
    other = sale(sdk, "11.00", order_id="o-1", api_request_key="key-1")
    assert codes(other) == {"915232"}
    assert sale(sdk, order_id="o-1", api_request_key="key-2").transaction.id != first.id
    assert sdk.transaction.search(TransactionSearch.order_id == "o-1").maximum_size == 2


def test_the_same_key_remembers_a_decline(sdk: Untyped) -> None:
    first = sale(sdk, "2001.00", api_request_key="key-1")
    again = sale(sdk, "2001.00", api_request_key="key-1")
    assert not again.is_success
    assert again.transaction.id == first.transaction.id


def test_a_request_that_broke_rules_leaves_its_key_free(sdk: Untyped) -> None:
    assert not sale(sdk, "0.00", api_request_key="key-1").is_success
    assert sale(sdk, api_request_key="key-1").is_success


def test_keys_for_void_refund_and_submission(sdk: Untyped) -> None:
    made = sale(sdk).transaction
    params = {"api_request_key": "submit-1"}
    for _ in range(2):
        assert sdk.transaction.submit_for_settlement(made.id, "10.00", dict(params)).is_success
    for _ in range(2):
        assert sdk.transaction.void(made.id, {"api_request_key": "void-1"}).transaction.status == "voided"
    sold = settled(sdk)
    options = {"amount": "4.00", "api_request_key": "refund-1"}
    first, again = (sdk.transaction.refund(sold, dict(options)).transaction.id for _ in range(2))
    assert first == again
    assert codes(sdk.transaction.refund(settled(sdk), dict(options))) == {"915232"}


def test_equal_sales_without_a_key_are_two(sdk: Untyped) -> None:
    assert sale(sdk, order_id="o").transaction.id != sale(sdk, order_id="o").transaction.id


def test_the_keys_of_another_merchant_are_refused(sdk: Untyped) -> None:
    sdk.config.private_key = "wrong"
    with pytest.raises(AuthenticationError):
        sale(sdk)
