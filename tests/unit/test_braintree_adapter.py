"""Payments in our words over the real SDK, answered by the local Braintree."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.adapters.braintree import make_gateway
from app.adapters.braintree.gateway import TIMEOUT_S, SdkGateway
from app.adapters.braintree.hosted import card_fields_setup
from app.adapters.braintree.local import LocalGateway, mount_card_fields
from app.adapters.braintree.port import (
    CardRemoved,
    CardToStore,
    Charge,
    Declined,
    GatewayBuyer,
    GatewayCard,
    GatewayDeclineKind,
    GatewaySuccess,
    GatewayUnknown,
    GatewayVoid,
    NotPossible,
    PaymentGateway,
    Refund,
    SettlementState,
)
from app.foundation.errors import InvariantBroken
from config import BraintreeKeys, Config, ConfigurationError
from tests.unit.local_braintree.conftest import Clock

ANN = GatewayBuyer("buyer-ann", "ann@example.com")
CARD = CardToStore("card-1", ANN, "fake-valid-nonce", "Ann Lee")
CHARGE = Charge("key-1", 1250, "USD", "card-1", "buyer-ann")


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config.from_environment({"ISOCKET_ENV": "test", "ISOCKET_DATA": str(tmp_path)})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gateway(config: Config, clock: Clock) -> Iterator[LocalGateway]:
    made = make_gateway(config, clock=clock)
    assert isinstance(made, LocalGateway)
    made.store_card(CARD)
    yield made
    made.local.store.close()


def test_a_card_is_kept_under_our_name_for_it(gateway: LocalGateway) -> None:
    card = GatewayCard("card-1", "Visa", "1111", 12, 2030)
    assert gateway.find_card("card-1") == card
    assert gateway.store_card(CARD) == card  # the same again, after an answer that was lost
    assert gateway.find_card("nothing") is None


def test_a_card_that_its_bank_does_not_know_is_not_kept(gateway: LocalGateway) -> None:
    declined = gateway.store_card(replace(CARD, token="card-2", nonce="fake-processor-declined-visa-nonce"))
    assert declined == Declined("2000", "Do Not Honor", is_hard=False, kind=GatewayDeclineKind.BANK)
    assert gateway.find_card("card-2") is None
    rejected = gateway.store_card(replace(CARD, token="card-2", nonce="fake-gateway-rejected-fraud-nonce"))
    assert rejected == Declined("fraud", "Gateway rejected: fraud", is_hard=True, kind=GatewayDeclineKind.GATEWAY)
    used = gateway.store_card(replace(CARD, token="card-2", nonce="fake-consumed-nonce"))
    assert isinstance(used, Declined)
    assert (used.kind, used.code) == (GatewayDeclineKind.INVALID, "93107")


def test_removing_a_card(gateway: LocalGateway) -> None:
    assert gateway.remove_card("card-1") == CardRemoved()
    assert gateway.remove_card("card-1") == CardRemoved()
    assert gateway.find_card("card-1") is None
    gone = gateway.charge(CHARGE)
    assert isinstance(gone, Declined)
    assert (gone.kind, gone.code, gone.is_hard) == (GatewayDeclineKind.INVALID, "91518", True)


@pytest.mark.parametrize("is_merchant_initiated", [True, False])
def test_a_charge_and_its_repetition(gateway: LocalGateway, is_merchant_initiated: bool) -> None:  # noqa: FBT001 - a parameter of the test's
    charge = replace(CHARGE, is_merchant_initiated=is_merchant_initiated)
    outcome = gateway.charge(charge)
    assert isinstance(outcome, GatewaySuccess)
    assert (outcome.amount_minor, outcome.currency, outcome.state) == (1250, "USD", SettlementState.SUBMITTED)
    assert gateway.charge(charge) == outcome
    assert gateway.find_by_key("key-1") == outcome
    assert gateway.find(outcome.gateway_id) == outcome
    assert outcome.duplicate_ids == ()


def test_nothing_is_found_under_an_unused_key(gateway: LocalGateway) -> None:
    assert gateway.find_by_key("nothing") is None
    assert gateway.find("nothing") is None


def test_a_key_is_for_one_charge(gateway: LocalGateway) -> None:
    gateway.charge(CHARGE)
    with pytest.raises(InvariantBroken, match="key-1"):
        gateway.charge(replace(CHARGE, amount_minor=1251))


def test_another_currency_is_a_bug_that_shows(gateway: LocalGateway) -> None:
    with pytest.raises(InvariantBroken, match="USD"):
        gateway.charge(replace(CHARGE, currency="EUR"))


@pytest.mark.parametrize(
    ("amount_minor", "expected"),
    [
        (2001_00, ("2001", False, GatewayDeclineKind.BANK)),
        (2015_00, ("2015", True, GatewayDeclineKind.BANK)),
        (3000_00, ("3000", False, GatewayDeclineKind.NETWORK)),
        (5001_00, ("application_incomplete", False, GatewayDeclineKind.GATEWAY)),
    ],
)
def test_declines(gateway: LocalGateway, amount_minor: int, expected: tuple[str, bool, GatewayDeclineKind]) -> None:
    outcome = gateway.charge(replace(CHARGE, amount_minor=amount_minor))
    assert isinstance(outcome, Declined)
    assert (outcome.code, outcome.is_hard, outcome.kind) == expected
    assert outcome.gateway_id
    assert gateway.find_by_key("key-1") == outcome


def test_void_before_refund_after_settlement(gateway: LocalGateway) -> None:
    first = gateway.charge(CHARGE)
    assert isinstance(first, GatewaySuccess)
    refund = Refund("refund-1", first.gateway_id, 500, "USD")
    assert isinstance(gateway.refund(refund), NotPossible)
    assert gateway.void(first.gateway_id, "void-1") == GatewayVoid(first.gateway_id)
    assert gateway.void(first.gateway_id, "void-1") == GatewayVoid(first.gateway_id)
    assert gateway.void(first.gateway_id, "void-2") == GatewayVoid(first.gateway_id)
    assert gateway.find_by_key("key-1") == GatewayVoid(first.gateway_id)
    assert gateway.charge(CHARGE) == GatewayVoid(first.gateway_id)

    second = gateway.charge(replace(CHARGE, key="key-2"))
    assert isinstance(second, GatewaySuccess)
    assert gateway.settle(second.gateway_id)
    assert not gateway.settle(second.gateway_id)
    assert isinstance(gateway.void(second.gateway_id, "void-3"), NotPossible)
    refund = replace(refund, gateway_id=second.gateway_id)
    made = gateway.refund(replace(refund, key="refund-2"))
    assert isinstance(made, GatewaySuccess)
    assert made.amount_minor == 500
    assert gateway.refund(replace(refund, key="refund-2")) == made
    assert gateway.find_by_key("refund-2") == made
    too_much = gateway.refund(replace(refund, key="refund-3", amount_minor=751))
    assert isinstance(too_much, NotPossible)
    assert too_much.code == "91521"
    assert isinstance(gateway.void("nothing", "void-4"), NotPossible)
    assert isinstance(gateway.refund(replace(refund, gateway_id="nothing", key="refund-4")), NotPossible)


def test_a_night_settles_what_was_submitted_a_day_before(gateway: LocalGateway, clock: Clock) -> None:
    outcome = gateway.charge(CHARGE)
    assert isinstance(outcome, GatewaySuccess)
    refund = Refund("refund-1", outcome.gateway_id, 500, "USD")
    clock.move(timedelta(hours=23, minutes=59))
    assert isinstance(gateway.refund(refund), NotPossible)
    clock.move(timedelta(minutes=1))
    assert isinstance(gateway.void(outcome.gateway_id, "void-1"), NotPossible)
    assert isinstance(gateway.refund(refund), GatewaySuccess)
    assert gateway.find(outcome.gateway_id) == replace(outcome, state=SettlementState.SETTLED)


def test_two_charges_under_one_key_are_both_seen(gateway: LocalGateway) -> None:
    first = gateway.charge(CHARGE)
    twin = {"amount": "12.50", "order_id": "key-1", "payment_method_token": "card-1"}
    second = gateway._sdk.transaction.sale(twin).transaction.id
    assert isinstance(first, GatewaySuccess)
    found = gateway.find_by_key("key-1")
    assert isinstance(found, GatewaySuccess)
    assert {found.gateway_id, *found.duplicate_ids} == {first.gateway_id, second}


@pytest.mark.parametrize("mode", ["drop", "hang", "error"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_no_answer_is_never_a_failure_and_the_truth_is_found(
    config: Config, gateway: LocalGateway, monkeypatch: pytest.MonkeyPatch, when: str, mode: str
) -> None:
    monkeypatch.setattr(gateway.local, "_pause", lambda _seconds: None)
    gateway.local._faults.set({"point": f"{when}_capture", "mode": mode, "times": 2})
    for _ in range(2):
        assert isinstance(gateway.charge(CHARGE), GatewayUnknown)
    found = gateway.find_by_key("key-1")
    assert (found is None) == (when == "before")
    outcome = gateway.charge(CHARGE)
    assert isinstance(outcome, GatewaySuccess)
    assert found in {None, outcome}
    assert gateway.find_by_key("key-1") == outcome
    assert '"times": 0' in (config.data_dir / "faults.json").read_text()


@pytest.mark.parametrize("mode", ["drop", "error"])
def test_every_operation_can_be_left_without_an_answer(gateway: LocalGateway, mode: str) -> None:
    outcome = gateway.charge(CHARGE)
    assert isinstance(outcome, GatewaySuccess)
    points = ("store_card", "remove_card", "card", "void", "refund", "find", "search")
    faults: list[dict[str, object]] = [{"point": f"after_{point}", "mode": mode} for point in points]
    gateway.local._faults.set(*faults)
    assert isinstance(gateway.find_by_key("key-1"), GatewayUnknown)
    assert isinstance(gateway.find(outcome.gateway_id), GatewayUnknown)
    assert isinstance(gateway.find_card("card-1"), GatewayUnknown)
    lost = replace(CARD, token="card-2")
    assert isinstance(gateway.store_card(lost), GatewayUnknown)
    assert gateway.find_card("card-2") == GatewayCard("card-2", "Visa", "1111", 12, 2030)
    assert isinstance(gateway.remove_card("card-2"), GatewayUnknown)
    assert gateway.remove_card("card-2") == CardRemoved()
    assert isinstance(gateway.void(outcome.gateway_id, "void-1"), GatewayUnknown)
    assert gateway.void(outcome.gateway_id, "void-1") == GatewayVoid(outcome.gateway_id)
    sold = gateway.charge(replace(CHARGE, key="key-2"))
    assert isinstance(sold, GatewaySuccess)
    gateway.settle(sold.gateway_id)
    refund = Refund("refund-1", sold.gateway_id, 1250, "USD")
    assert isinstance(gateway.refund(refund), GatewayUnknown)
    assert gateway.refund(refund) == gateway.find_by_key("refund-1")


def test_an_answer_that_cannot_be_read_is_unknown(gateway: LocalGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    strategy = gateway._sdk.config.http_strategy()
    for answer in (
        [201, "<transaction>"],
        [201, "<other><a>1</a></other>"],
        [418, ""],
        [504, ""],
        [429, ""],
        [401, ""],
    ):
        monkeypatch.setattr(strategy, "http_do", lambda *_, answer=answer: answer)
        assert isinstance(gateway.charge(CHARGE), GatewayUnknown)


def test_production_has_no_local_gateway(config: Config, clock: Clock) -> None:
    with pytest.raises(ConfigurationError, match="moves no money"):
        make_gateway(replace(config, environment="production"), clock=clock)


def test_a_real_account_is_used_when_there_is_one(config: Config, clock: Clock) -> None:
    keys = BraintreeKeys("sandbox", "merchant", "public", "private")
    gateway: PaymentGateway = make_gateway(replace(config, braintree=keys), clock=clock)
    assert type(gateway) is SdkGateway
    settings = gateway._sdk.config
    assert settings.base_url() == "https://api.sandbox.braintreegateway.com:443"
    assert (settings.timeout, settings.wrap_http_exceptions) == (TIMEOUT_S, True)

    def answer(environ: object, start_response: object) -> list[bytes]:
        del environ, start_response
        return []

    assert mount_card_fields(answer, gateway) is answer


def test_what_a_page_with_card_fields_needs(config: Config) -> None:
    setup = card_fields_setup(config)
    assert (setup.module_url, setup.is_test, setup.scripts) == ("/local-braintree/v1/card-fields.js", True, ())
    live = replace(config, braintree=BraintreeKeys("production", "m", "p", "s"))
    setup = card_fields_setup(live)
    assert not setup.is_test
    assert all("/web/3.144.0/js/" in script.url and script.integrity[:7] == "sha384-" for script in setup.scripts)
    assert "https://api.braintreegateway.com" in setup.policy["connect-src"]
    assert not any("sandbox" in host for hosts in setup.policy.values() for host in hosts)
    sandbox = card_fields_setup(replace(live, braintree=BraintreeKeys("sandbox", "m", "p", "s")))
    assert sandbox.is_test
    assert "https://api.sandbox.braintreegateway.com" in sandbox.policy["connect-src"]


def test_the_local_keys_are_the_same_in_every_process_and_hidden(config: Config, gateway: LocalGateway) -> None:
    other = make_gateway(config, clock=Clock())
    assert isinstance(other, LocalGateway)
    assert other.local.settings == gateway.local.settings
    assert config.secret_key not in str(vars(gateway._sdk.config))
