"""What is asked of the processor, in which order, and what each answer means."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from app.adapters.braintree.port import (
    Charge,
    Declined,
    GatewayDeclineKind,
    GatewaySuccess,
    GatewayUnknown,
    GatewayVoid,
    NotPossible,
    SettlementState,
)
from app.domain.payments.service.asking import CARD_TOKEN, ask_gateway
from app.domain.payments.service.intents import GatewayRequest, IntentResult
from app.domain.payments.states import Decline, IntentKind, IntentState
from app.domain.payments.states import DeclineKind as OurDeclineKind
from app.foundation.errors import InvariantBroken
from app.foundation.sealing import Sealer

SEALER = Sealer([("one", b"k" * 32)])
DONE = GatewaySuccess("ch1", 1_000, "USD", SettlementState.SUBMITTED)
LOST = GatewayUnknown("TimeoutError")
REFUSED = Declined("2001", "Insufficient Funds", is_hard=False, kind=GatewayDeclineKind.BANK, gateway_id="ch1")
KNOWN_LOST = IntentResult(IntentState.UNKNOWN)
PAID = IntentResult(IntentState.SUCCEEDED, gateway_id="ch1")


@dataclass
class Processor:
    """A gateway that answers what it was told, and remembers what it was asked."""

    answers: dict[str, Any]
    asked: list[str] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any operation of the gateway
        def answer(*given: Any) -> Any:  # noqa: ANN401 - whatever it is given
            self.asked.append(name)
            if name == "charge":
                self.charges.append(given[0])
            return self.answers[name]

        return answer


def gateway_request(**changes: Any) -> GatewayRequest:  # noqa: ANN401 - any of its fields
    values: dict[str, Any] = {
        "intent_id": 1,
        "key": "iso-1",
        "kind": IntentKind.CHARGE,
        "amount_minor": 1_000,
        "currency": "USD",
        "is_merchant_initiated": False,
        "was_sent": False,
        "age": timedelta(0),
        "card_token_sealed": SEALER.seal(CARD_TOKEN, "token"),
        "buyer_reference": "b-1",
        "charge_gateway_id": None,
        "is_whole_charge": False,
    }
    return GatewayRequest(**(values | changes))


def refund(**changes: Any) -> GatewayRequest:  # noqa: ANN401 - any of its fields
    return gateway_request(kind=IntentKind.REFUND, charge_gateway_id="ch1", **({"is_whole_charge": True} | changes))


def ask(what: GatewayRequest, **answers: object) -> tuple[IntentResult, list[str]]:
    processor: Any = Processor(answers)
    return ask_gateway(what, processor, SEALER), processor.asked


def test_a_new_charge_is_sent_once_with_its_key() -> None:
    processor: Any = Processor({"charge": DONE})
    assert ask_gateway(gateway_request(), processor, SEALER) == PAID
    assert processor.charges == [Charge("iso-1", 1_000, "USD", "token", "b-1")]
    assert processor.asked == ["charge"]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (REFUSED, IntentResult(IntentState.DECLINED, "ch1", Decline("2001", OurDeclineKind.BANK, is_hard=False))),
        (LOST, KNOWN_LOST),
        (
            GatewayVoid("ch1"),
            IntentResult(IntentState.DECLINED, "ch1", Decline("voided", OurDeclineKind.GATEWAY, is_hard=False)),
        ),
    ],
)
def test_what_an_answer_means(answer: object, outcome: IntentResult) -> None:
    assert ask(gateway_request(), charge=answer)[0] == outcome


@pytest.mark.parametrize("found", [DONE, REFUSED, LOST])
def test_what_was_sent_is_looked_for_first(found: object) -> None:
    assert ask(gateway_request(was_sent=True, age=timedelta(days=1)), find_by_key=found)[1] == ["find_by_key"]


def test_what_nobody_knows_is_sent_again_only_when_it_is_old() -> None:
    young, old = timedelta(seconds=119), timedelta(seconds=120)
    assert ask(gateway_request(was_sent=True, age=young), find_by_key=None) == (KNOWN_LOST, ["find_by_key"])
    sent_again = ask(gateway_request(was_sent=True, age=old), find_by_key=None, charge=DONE)
    assert sent_again == (PAID, ["find_by_key", "charge"])


@pytest.mark.parametrize("answer", [GatewaySuccess("ch1", 999, "USD", SettlementState.SUBMITTED)])
def test_another_amount_or_currency_is_a_bug(answer: GatewaySuccess) -> None:
    with pytest.raises(InvariantBroken):
        ask(gateway_request(), charge=answer)


@pytest.mark.parametrize(
    "sealed", [None, "", SEALER.seal("another purpose", "token")], ids=["none", "empty", "sealed for something else"]
)
def test_a_charge_without_a_readable_card_is_a_bug(sealed: str | None) -> None:
    with pytest.raises(InvariantBroken):
        ask(gateway_request(card_token_sealed=sealed), charge=DONE)


def test_a_whole_charge_is_called_off_when_that_is_possible() -> None:
    assert ask(refund(), void=GatewayVoid("ch1")) == (PAID, ["void"])


def test_else_it_is_refunded() -> None:
    back = GatewaySuccess("re1", 1_000, "USD", SettlementState.SUBMITTED)
    refunded = IntentResult(IntentState.SUCCEEDED, gateway_id="re1")
    assert ask(refund(), void=NotPossible("91504", ""), refund=back) == (refunded, ["void", "refund"])
    assert ask(refund(is_whole_charge=False), refund=back) == (refunded, ["refund"])


def test_money_that_cannot_go_back_yet_is_tried_again() -> None:
    not_yet = NotPossible("91506", "")
    assert ask(refund(), void=not_yet, refund=not_yet)[0] == KNOWN_LOST
    assert ask(refund(), void=LOST) == (KNOWN_LOST, ["void"])


@pytest.mark.parametrize("code", ["91505", "91512", "91514", "91521", "not_found"])
def test_a_refund_that_is_refused_for_good_is_not_asked_for_ever(code: str) -> None:
    never = NotPossible(code, "")
    declined = IntentResult(IntentState.DECLINED, decline=Decline(code, OurDeclineKind.GATEWAY, is_hard=True))
    asked = ["void", "refund", "find_by_key"]
    assert ask(refund(), void=NotPossible("91504", ""), refund=never, find_by_key=None) == (declined, asked)
    assert ask(refund(is_whole_charge=False), refund=never, find_by_key=None) == (declined, asked[1:])


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        (
            GatewaySuccess("re1", 1_000, "USD", SettlementState.SUBMITTED),
            IntentResult(IntentState.SUCCEEDED, gateway_id="re1"),
        ),
        (LOST, KNOWN_LOST),
    ],
)
def test_what_is_refunded_already_may_be_this_very_refund(found: object, outcome: IntentResult) -> None:
    already = NotPossible("91512", "")
    assert ask(refund(is_whole_charge=False), refund=already, find_by_key=found)[0] == outcome


def test_the_refund_of_a_charge_that_never_was_is_a_bug() -> None:
    with pytest.raises(InvariantBroken):
        ask(gateway_request(kind=IntentKind.REFUND), refund=DONE)


@pytest.mark.parametrize(
    ("void", "back", "outcome"),
    [
        (GatewayVoid("two"), None, PAID),
        (NotPossible("91504", ""), GatewaySuccess("re", 1_000, "USD", SettlementState.SUBMITTED), PAID),
        (NotPossible("91504", ""), LOST, KNOWN_LOST),
        (LOST, None, KNOWN_LOST),
    ],
)
def test_a_second_charge_is_taken_back_before_the_first_counts(
    void: object, back: object, outcome: IntentResult
) -> None:
    twice = GatewaySuccess("ch1", 1_000, "USD", SettlementState.SUBMITTED, ("two",))
    assert ask(gateway_request(was_sent=True), find_by_key=twice, void=void, refund=back)[0] == outcome
