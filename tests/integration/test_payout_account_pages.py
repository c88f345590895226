"""Telling where earnings go: the password again, numbers that are checked and never shown, one effect."""

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.audit.models import AuditRecord
from app.domain.events.kinds.money import PayoutAccountChanged
from app.domain.events.models import Event
from app.domain.settlement.models import PayoutAccount, TaxProfile
from app.domain.vault.models import VaultEntry
from app.foundation.db import db
from app.foundation.identifiers import new_public_id
from tests.factories.accounts import PASSWORD, Person, make_person, sign_in
from tests.factories.settlement import make_due_payout, make_file
from tests.support.mail_jobs import post
from tests.support.page_client import PageClient
from tests.support.raw_browser import RawBrowser

ACCOUNT, TAX = "/account/payouts/account", "/account/payouts/tax"
AT_HOME = {
    "holder_name": "Pat Publisher",
    "country_code": "US",
    "routing_number": "021000021",
    "account_number": "1234-5678 9",
    "iban": "",
    "current_password": PASSWORD,
}
IBAN = "DE89 3704 0044 0532 0130 00"
ABROAD = AT_HOME | {"country_code": "DE", "iban": IBAN, "routing_number": "", "account_number": ""}
CERTIFIED: dict[str, str | bool] = {
    "legal_name": "Pat Publisher",
    "entity_kind": "individual",
    "country_code": "US",
    "tax_number": "12-3456789",
    "certifies": True,
}


@pytest.fixture
def person(app: Flask, client: PageClient) -> Person:
    made = make_person(app)
    sign_in(client, made)
    return made


def count(app: Flask, model: type, *which: sa.ColumnElement[bool]) -> int:
    with app.app_context():
        return int(db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*which)) or 0)


def test_an_account_is_kept_and_only_its_end_is_shown(app: Flask, client: PageClient, person: Person) -> None:
    client.get(ACCOUNT)
    client.submit("Keep this account", AT_HOME)
    assert client.path == "/account/earnings"
    assert "The bank account is kept" in client.flash
    assert "Ending in 6789" in client.text
    client.get(ACCOUNT)
    assert "ending in 6789" in client.text
    assert "021000021" not in client.page.body
    assert "123456789" not in client.page.body
    assert count(app, AuditRecord, AuditRecord.action == "payout_account_changed") == 1
    assert count(app, Event, Event.kind == PayoutAccountChanged.kind) == 1
    [mail] = post(app).about("payout_account_changed")
    assert mail.to == person.email
    assert ACCOUNT in mail.text
    assert "6789" not in mail.text


@pytest.mark.usefixtures("person")
def test_another_account_takes_its_place(app: Flask, client: PageClient) -> None:
    for typed, end in ((AT_HOME, "6789"), (ABROAD, "3000")):
        client.get(ACCOUNT)
        client.submit("Keep this account", typed)
        assert f"Ending in {end}" in client.text
    assert count(app, PayoutAccount) == 1
    assert count(app, VaultEntry, VaultEntry.sealed != "") == 1


@pytest.mark.usefixtures("person")
def test_without_the_password_nothing_changes_and_what_was_typed_is_kept(app: Flask, client: PageClient) -> None:
    client.get(ACCOUNT)
    client.submit("Keep this account", AT_HOME | {"current_password": "not the right one"}, expect=422)
    assert client.errors_beside("current_password")
    values = client.page.form().values
    assert (values["holder_name"], values["routing_number"]) == ("Pat Publisher", "021000021")
    assert "not the right one" not in client.page.body
    assert count(app, VaultEntry) == count(app, PayoutAccount) == 0
    client.submit("Keep this account", current_password=PASSWORD)
    assert count(app, PayoutAccount) == 1


@pytest.mark.usefixtures("person")
@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("routing_number", {"routing_number": "021000022"}),
        ("account_number", {"account_number": "12"}),
        ("holder_name", {"holder_name": ""}),
        ("country_code", {"country_code": ""}),
        ("iban", ABROAD | {"iban": "DE89370400440532013001"}),
        ("iban", ABROAD | {"country_code": "FR"}),
    ],
)
def test_a_number_that_cannot_be_right_is_said_beside_its_field(
    app: Flask, client: PageClient, field: str, changes: dict[str, str]
) -> None:
    client.get(ACCOUNT)
    typed = AT_HOME | changes
    client.submit("Keep this account", typed, expect=422)
    assert client.errors_beside(field)
    values = client.page.form().values
    kept = {name: typed[name] for name in ("routing_number", "account_number", "iban")}
    assert {name: values[name] for name in kept} == kept
    assert count(app, VaultEntry) == 0


def test_sent_twice_it_is_kept_once_and_another_number_under_the_same_key_is_refused(app: Flask) -> None:
    browser, key = RawBrowser(app).sign_in(make_person(app)), new_public_id()
    assert [browser.send(ACCOUNT, key=key, **AT_HOME).status_code for _ in range(2)] == [303, 303]
    assert count(app, VaultEntry) == 1
    assert browser.send(ACCOUNT, key=key, **ABROAD).status_code == 422
    assert count(app, Event, Event.kind == PayoutAccountChanged.kind) == 1


def test_neither_without_a_token_nor_before_the_address_is_confirmed(app: Flask) -> None:
    unconfirmed = RawBrowser(app).sign_in(make_person(app, is_confirmed=False))
    assert unconfirmed.get(ACCOUNT).status_code == 403
    assert unconfirmed.send(ACCOUNT, **AT_HOME).status_code == 403
    browser = RawBrowser(app).sign_in(make_person(app))
    assert browser.post(ACCOUNT, {**AT_HOME, "request_key": new_public_id()}).status_code != 303
    assert browser.send(ACCOUNT, **AT_HOME, account_id="1").status_code == 422
    assert count(app, PayoutAccount) == 0


def test_a_payout_in_a_bank_file_keeps_its_account(app: Flask, client: PageClient) -> None:
    booking = make_due_payout(app)
    make_file(app, make_person(app))
    sign_in(client, booking.publisher)
    client.get(ACCOUNT)
    assert "is on its way. You can change the account when it is paid" in client.text
    client.submit("Keep this account", ABROAD, expect=422)
    assert "A payout to your present account is on its way" in " ".join(client.page.error_summary)
    assert client.page.form().values["iban"] == IBAN


@pytest.mark.usefixtures("person")
def test_a_tax_profile_is_certified_and_its_number_hidden(app: Flask, client: PageClient) -> None:
    client.get(TAX)
    client.submit("Certify and keep", CERTIFIED | {"certifies": False}, expect=422)
    assert client.errors_beside("certifies")
    assert client.page.form().values["tax_number"] == "12-3456789"
    client.submit("Certify and keep", CERTIFIED | {"tax_number": "12-345"}, expect=422)
    assert client.errors_beside("tax_number")
    assert count(app, TaxProfile) == 0
    client.submit("Certify and keep", CERTIFIED)
    assert "Your tax profile is kept" in client.flash
    client.get(TAX)
    assert "ends in 6789" in client.text
    assert "3456789" not in client.page.body
    client.submit("Certify and keep", CERTIFIED | {"country_code": "DE", "tax_number": "", "entity_kind": "company"})
    assert "None given" in client.text
    assert count(app, AuditRecord, AuditRecord.action == "tax_profile_certified") == 2
