"""Stored cards: adding through the gateway's nonce, refusals that say what to do, the default, removal."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask

from app.adapters.braintree.hosted import card_fields_setup
from app.adapters.braintree.port import GatewayCard
from app.domain.payments.service.asking import CARD_TOKEN
from app.foundation.db import db
from app.web.account import cards
from config import BraintreeKeys, Config
from tests.factories.accounts import Person, make_person, sign_in
from tests.factories.orders import (
    MASTERCARD,
    VISA,
    cards_in_database,
    faults,
    local_gateway,
    make_card,
    make_checkout,
    make_paid_order,
    plan_payment,
)
from tests.support.log_lines import log_lines
from tests.support.page_client import PageClient
from tests.support.races import at_the_same_moment
from tests.support.raw_browser import RawBrowser

DECLINED = "fake-processor-declined-visa-nonce"


@pytest.fixture(autouse=True)
def well_gateway(app: Flask) -> Iterator[None]:
    faults(app).set()
    with app.app_context():
        # Its tables are made at its first use, which is no page's doing.
        local_gateway(app).client_token()
    yield
    faults(app).set()


@pytest.fixture
def buyer(app: Flask, client: PageClient) -> Person:
    person = make_person(app)
    sign_in(client, person)
    return person


def add(client: PageClient, nonce: str, *, expect: int = 200) -> None:
    client.get("/account/cards/new")
    client.submit("Store the card", nonce=nonce, expect=expect)


def token_of(app: Flask, sealed: str) -> str:
    token = app.extensions["isocket_sealer"].unseal(CARD_TOKEN, sealed)
    assert token is not None
    return str(token)


@pytest.mark.usefixtures("buyer")
def test_a_card_is_stored_and_the_first_one_is_the_default(app: Flask, client: PageClient) -> None:
    client.get("/account/cards")
    assert "No card yet" in client.text
    add(client, VISA)
    assert "The card is stored. Nothing was charged." in client.flash
    assert "Visa ending in" in client.text
    add(client, MASTERCARD)
    assert [(card.brand, card.is_default) for card in cards_in_database(app)] == [("Visa", True), ("MasterCard", False)]


@pytest.mark.usefixtures("buyer")
def test_a_card_whose_bank_says_no_gets_a_sentence_and_another_try(app: Flask, client: PageClient) -> None:
    add(client, DECLINED, expect=422)
    assert "The card was not stored. Your bank declined this payment." in client.text
    assert client.page.form("card-form").values["nonce"] == ""
    client.submit("Store the card", nonce=VISA)
    assert len(cards_in_database(app)) == 1


@pytest.mark.usefixtures("buyer")
def test_a_nonce_that_was_used_is_refused_with_what_to_do(app: Flask, client: PageClient) -> None:
    add(client, "fake-consumed-nonce", expect=422)
    assert "Type the card's details again." in client.text
    add(client, "", expect=422)
    assert "Type the card's details." in client.text
    assert not cards_in_database(app)


@pytest.mark.usefixtures("buyer")
def test_a_number_that_fails_verification_is_told_so(app: Flask, client: PageClient) -> None:
    add(client, typed_nonce(app, "4000111111111115"), expect=422)
    assert "Your bank declined" in client.text
    add(client, typed_nonce(app, "4111111111111111"))
    assert "Visa ending in 1111" in client.text


@pytest.mark.usefixtures("buyer")
def test_the_same_form_sent_twice_stores_one_card(app: Flask, client: PageClient) -> None:
    nonce = typed_nonce(app, "4111111111111111")
    client.get("/account/cards/new")
    pairs = client.page.form("card-form").fill({"nonce": nonce})
    client.post("/account/cards/new", pairs)
    client.post("/account/cards/new", pairs)
    assert len(cards_in_database(app)) == 1


def test_the_same_form_sent_at_once_stores_one_card(app: Flask) -> None:
    nonce, browser = typed_nonce(app, "4111111111111111"), RawBrowser(app).sign_in(make_person(app))
    form = {"csrf_token": browser.token(), "request_key": "k" * 20, "nonce": nonce}
    windows = [browser.twin() for _ in range(4)]
    answers = at_the_same_moment(partial(window.post, "/account/cards/new", form) for window in windows)
    assert [answer.status_code for answer in answers] == [303] * 4
    assert len(cards_in_database(app)) == 1


@pytest.mark.usefixtures("buyer")
def test_an_answer_that_was_lost_is_found_by_the_cards_name(app: Flask, client: PageClient) -> None:
    faults(app).set({"point": "after_store_card", "mode": "drop"})
    add(client, typed_nonce(app, "4111111111111111"))
    assert len(cards_in_database(app)) == 1


@pytest.mark.usefixtures("buyer")
def test_a_silent_gateway_is_said_plainly(app: Flask, client: PageClient) -> None:
    client.get("/account/cards/new")
    faults(app).set({"point": "before_store_card", "mode": "drop"})
    client.submit("Store the card", nonce=VISA, expect=422)
    assert "The payment service did not answer" in client.text
    faults(app).set({"point": "before_client_token", "mode": "error"})
    client.get("/account/cards/new")
    assert "cannot be reached right now" in client.text


def test_the_default_can_be_changed_and_a_card_removed(app: Flask, client: PageClient, buyer: Person) -> None:
    make_card(app, buyer)
    second = make_card(app, buyer, MASTERCARD)
    client.get("/account/cards")
    client.submit(f"/account/cards/{second}/default")
    assert [card.is_default for card in cards_in_database(app)] == [False, True]
    sealed = cards_in_database(app)[1].token_sealed
    assert isinstance(local_gateway(app).find_card(token_of(app, sealed)), GatewayCard)
    client.submit(f"/account/cards/{second}/removal")
    first, removed = cards_in_database(app)
    assert (first.is_default, removed.is_default) == (True, False)
    assert removed.removed_at is not None
    assert local_gateway(app).find_card(token_of(app, sealed)) is None


def test_a_card_is_removed_here_even_when_the_gateway_is_silent(app: Flask, client: PageClient, buyer: Person) -> None:
    card_id = make_card(app, buyer)
    client.get("/account/cards")
    faults(app).set({"point": "before_remove_card", "mode": "drop"})
    client.submit(f"/account/cards/{card_id}/removal")
    assert "The card is removed." in client.flash
    assert "No card yet" in client.text


def test_a_card_that_is_being_charged_stays(app: Flask, client: PageClient, buyer: Person) -> None:
    checkout = make_checkout(app, buyer=buyer)
    plan_payment(app, checkout)
    client.get("/account/cards")
    client.submit(f"/account/cards/{checkout.card_id}/removal", expect=422)
    assert "being charged at this moment" in client.text


def test_eleven_cards_are_one_too_many(app: Flask, client: PageClient, buyer: Person) -> None:
    for _ in range(10):
        make_card(app, buyer)
    add(client, VISA, expect=422)
    assert "You have stored ten cards." in client.text


@pytest.mark.usefixtures("buyer")
def test_somebody_elses_card_is_not_found(app: Flask, client: PageClient) -> None:
    other = make_card(app, make_person(app))
    client.get("/account/cards/new")
    hidden = [(n, v) for n, v in client.page.form("card-form").fill({}) if n in {"csrf_token", "request_key"}]
    for verb in ("default", "removal"):
        client.post(f"/account/cards/{other}/{verb}", hidden, expect=404)
    [card] = cards_in_database(app)
    assert card.removed_at is None


def test_nobody_stores_a_card_before_confirming_the_address(app: Flask, client: PageClient) -> None:
    sign_in(client, make_person(app, is_confirmed=False))
    client.get("/account/cards/new", expect=403)


@pytest.mark.usefixtures("buyer")
def test_only_the_card_page_may_show_frames(client: PageClient) -> None:
    client.get("/account/cards/new")
    assert "frame-src 'self'" in client.page.headers["Content-Security-Policy"]
    client.get("/account/cards")
    assert "frame-src" not in client.page.headers["Content-Security-Policy"]


@pytest.mark.usefixtures("buyer")
def test_a_real_account_loads_pinned_scripts_and_allows_their_hosts_only_here(
    config: Config, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = BraintreeKeys("production", "merchant", "public", "private")
    setup = card_fields_setup(replace(config, braintree=keys))
    monkeypatch.setattr(cards, "card_fields_setup", lambda _: setup)
    client.get("/account/cards/new")
    scripts = {script.get("src"): script for script in client.page.elements("script")}
    for script in setup.scripts:
        assert scripts[script.url].get("integrity") == script.integrity
        assert scripts[script.url].get("crossorigin") == "anonymous"
    policy = client.page.headers["Content-Security-Policy"]
    for words in ("https://js.braintreegateway.com", "frame-src https://assets.braintreegateway.com", "api.braintree"):
        assert words in policy
    assert "Test cards" not in client.text
    client.get("/account/cards")
    assert "braintree" not in client.page.headers["Content-Security-Policy"]


def test_the_token_is_nowhere_in_the_clear(app: Flask, client: PageClient) -> None:
    checkout = make_paid_order(app)
    sign_in(client, checkout.buyer)
    [card] = cards_in_database(app)
    token = token_of(app, card.token_sealed)
    pages = ["/account/cards", "/account/cards/new", f"/orders/{checkout.public_id}", "/orders"]
    assert not [path for path in pages if token in client.get(path).body]
    with app.app_context(), db.engine.connect() as connection:
        tables = sa.inspect(db.engine).get_table_names()
        held = [
            table
            for table in tables
            for row in connection.execute(sa.text(f'SELECT * FROM "{table}"'))  # noqa: S608 - names of our own tables
            if any(token in str(value) for value in row)
        ]
    assert not held


@pytest.mark.usefixtures("buyer")
def test_the_token_is_in_no_log_line(app: Flask, client: PageClient) -> None:
    with log_lines() as written:
        add(client, typed_nonce(app, "4111111111111111"))
        [card] = cards_in_database(app)
        faults(app).set({"point": "before_remove_card", "mode": "drop"})
        client.submit(f"/account/cards/{card.id}/removal")
    assert written.about("card_left_at_gateway")
    assert token_of(app, card.token_sealed) not in written.text


def typed_nonce(app: Flask, number: str) -> str:
    """What the card fields give for a test card typed into them."""
    local = local_gateway(app).local
    sent = {
        "authorizationFingerprint": fingerprint(app),
        "creditCard": {"number": number, "cvv": "123", "expirationMonth": "12", "expirationYear": "2030"},
    }
    path = f"/local-braintree/merchants/{local.settings.merchant_id}/client_api/v1/payment_methods/credit_cards"
    answer = app.test_client().post(path, json=sent)
    assert answer.status_code == 202, answer.text
    return str(answer.json["creditCards"][0]["nonce"]) if answer.json else ""


def fingerprint(app: Flask) -> str:
    with app.app_context():
        token = local_gateway(app).client_token()
    return str(json.loads(base64.b64decode(token))["authorizationFingerprint"])
