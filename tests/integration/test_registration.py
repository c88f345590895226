"""Signing up, confirming the address, and what nobody can find out."""

import re
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.accounts.models import Account, PolicyAcceptance, User
from app.domain.accounts.queries import published_policies
from app.domain.events.kinds.accounts import SignedUp, SignUpRepeated
from app.domain.events.models import Event
from app.foundation.clock import set_offset
from app.foundation.db import db, in_transaction
from tests.factories.accounts import PASSWORD, link_path, make_person, sign_in
from tests.support.page_client import PageClient
from tests.support.races import at_the_same_moment

ANN: dict[str, Any] = {
    "first_name": "Ann",
    "last_name": "Ōe-O'Hara",
    "email": "Ann.Hara@Example.com",
    "password": PASSWORD,
    "country_code": "US",
    "street_address": "270 East Lane",
    "city": "Burlingame",
    "country_area": "California",
    "postal_code": "94010",
    "agree": True,
}


def sign_up(client: PageClient, *, expect: int = 200, **changes: str | bool | None) -> PageClient:
    client.get("/sign-up")
    client.submit("Open my account", expect=expect, **(ANN | changes))
    return client


def count(app: Flask, model: type) -> int:
    with app.app_context():
        return int(db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0)


def test_signing_up_opens_an_account_and_mails_a_link(app: Flask, client: PageClient) -> None:
    sign_up(client)
    assert client.path == "/sign-up/check-mail"
    with app.app_context():
        user = db.session.scalars(sa.select(User)).one()
        assert (user.email, user.first_name, user.last_name) == ("Ann.Hara@Example.com", "Ann", "Ōe-O'Hara")
        assert user.email_confirmed_at is None
        assert re.fullmatch(r"v1\$\$2b\$.{56}", user.password_hash)
        assert db.session.scalars(sa.select(Event.kind)).all() == [SignedUp.kind]
        accepted = db.session.scalars(sa.select(PolicyAcceptance)).all()
        assert {(row.kind, row.version) for row in accepted} == {
            (policy.kind, policy.version) for policy in published_policies() if policy.is_current
        }
        assert all(row.client_address == "127.0.0.1" for row in accepted)


def test_the_mailed_link_confirms_after_a_button_and_signs_in_the_browser_that_signed_up(
    app: Flask, client: PageClient
) -> None:
    sign_up(client)
    path = link_path(app, "confirm", "ann.hara@example.com")
    client.get(path)
    with app.app_context():
        assert db.session.scalars(sa.select(User.email_confirmed_at)).one() is None
    client.submit("Confirm my address")
    assert client.path == "/account"
    assert "confirmed" in client.flash
    assert "Confirmed on" in client.text


def test_the_link_opened_elsewhere_confirms_but_signs_nobody_in(app: Flask, client: PageClient) -> None:
    sign_up(client)
    other = PageClient(app)
    other.get(link_path(app, "confirm", "ann.hara@example.com"))
    other.submit("Confirm my address")
    assert other.path == "/sign-in"
    assert "confirmed" in other.flash


def test_a_used_old_or_invented_link_offers_a_new_one(app: Flask, client: PageClient) -> None:
    sign_up(client)
    path = link_path(app, "confirm", "ann.hara@example.com")
    client.get(path)
    client.submit("Confirm my address")
    for address in (path, "/confirm/made-up"):
        assert "Send me a new link" in client.get(address).text


def test_a_link_is_good_for_a_day(app: Flask, client: PageClient) -> None:
    sign_up(client)
    path = link_path(app, "confirm", "ann.hara@example.com")
    client.get(path)
    with app.app_context():
        in_transaction(lambda: set_offset(int(timedelta(hours=24, minutes=1).total_seconds())))
    client.submit("Confirm my address", expect=422)
    assert "new link" in client.text


def test_a_link_for_one_thing_does_not_do_another(app: Flask, client: PageClient) -> None:
    sign_up(client)
    path = link_path(app, "reset-password", "ann.hara@example.com")
    assert "Mail me a new link" in client.get(path).text


def test_a_known_address_gets_the_same_answer_and_its_owner_a_mail(app: Flask) -> None:
    person = make_person(app, email="ann.hara@example.com")
    fresh, known = PageClient(app), PageClient(app)
    sign_up(fresh, email="new@example.com")
    sign_up(known, email="ANN.HARA@example.com")
    assert known.text == fresh.text
    assert set(known.page.headers.keys()) == set(fresh.page.headers.keys())
    with app.app_context():
        repeated = db.session.scalars(sa.select(Event).where(Event.kind == SignUpRepeated.kind)).one()
        assert repeated.data == SignUpRepeated(user_id=person.user_id)
    assert count(app, User) == 2


def test_two_sign_ups_at_once_open_one_account(app: Flask) -> None:
    clients = [PageClient(app) for _ in range(4)]
    for client in clients:
        client.get("/sign-up")
    at_the_same_moment([partial(client.submit, "Open my account", **ANN) for client in clients])
    assert [client.path for client in clients] == ["/sign-up/check-mail"] * 4
    assert count(app, User) == count(app, Account) == 1


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("first_name", "", "Enter your first name."),
        ("first_name", "x" * 81, "at most 80"),
        ("last_name", "", "Enter your last name."),
        ("email", "", "Enter your e-mail address."),
        ("email", "not an address", "like name@example.com"),
        ("email", "a\r\nBcc: x@example.com", "one line"),
        ("email", "a" * 250 + "@example.com", "at most 254"),
        ("password", "short", "at least 8"),
        ("password", "password1", "tried first"),
        ("password", "ann.hara@example.com", "easy to guess"),
        ("password", "x" * 1025, "at most 1024"),
        ("country_code", "", "Choose a country."),
        ("street_address", "", "Enter the street"),
        ("postal_code", "ABC", "does not fit"),
        ("country_area", "Bavaria", "not in the chosen country"),
        ("agree", False, "Agree to the Terms"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_the_rest_is_kept(
    app: Flask, client: PageClient, field: str, value: str, words: str
) -> None:
    sign_up(client, expect=422, **{field: value})
    assert words in " ".join(client.errors_beside(field)), client.text
    kept = client.page.form("Open my account").values
    for name in ("first_name", "email", "street_address", "postal_code"):
        if name != field:
            assert kept[name] == ANN[name]
    assert PASSWORD not in client.page.body
    assert count(app, User) == 0


def test_an_unknown_country_a_doubled_field_and_a_foreign_field_change_nothing(app: Flask, client: PageClient) -> None:
    client.get("/sign-up")
    client.submit("Open my account", expect=422, extra=[("email", "second@example.com")], **ANN)
    assert "sent twice" in " ".join(client.errors_beside("email"))
    client.get("/sign-up")
    client.submit("Open my account", expect=422, extra=[("is_staff", "1")], **ANN)
    assert "does not belong" in client.text
    assert count(app, User) == 0


def test_an_unconfirmed_person_can_look_around_but_not_show_contact_details(app: Flask, client: PageClient) -> None:
    person = make_person(app, is_confirmed=False)
    sign_in(client, person)
    assert "Not confirmed yet" in client.text
    client.get("/account/public-profile")
    assert "once your e-mail address is confirmed" in client.text
    token = client.page.form("Sign out").values["csrf_token"]
    client.post("/account/public-profile", [("csrf_token", token), ("shows_email", "y")], expect=403)
    assert "Confirm your e-mail address first" in client.text
    with app.app_context():
        assert db.session.scalars(sa.select(Account.shows_email)).one() is False


def test_the_link_can_be_sent_again_and_the_old_one_is_dead(app: Flask, client: PageClient) -> None:
    person = make_person(app, is_confirmed=False)
    old = link_path(app, "confirm", person.email)
    sign_in(client, person)
    client.get("/confirmation")
    client.submit("Send the link again")
    assert "Send me a new link" in client.get(old).text
    client.get(link_path(app, "confirm", person.email))
    client.submit("Confirm my address")
    assert "confirmed" in client.flash


def test_a_forgotten_password_is_reset_once_and_every_session_ends(app: Flask, client: PageClient) -> None:
    person = make_person(app)
    other = sign_in(PageClient(app), person)
    client.get("/reset-password")
    client.submit("Mail me the link", email=person.email)
    path = link_path(app, "reset-password", person.email)
    client.get(path)
    client.submit("Set the new password", new_password="short", expect=422)
    assert "at least 8" in " ".join(client.errors_beside("new_password"))
    client.submit("Set the new password", new_password="an entirely new sentence")
    assert client.path == "/sign-in"
    assert other.get("/account").path.startswith("/sign-in")
    assert "Mail me a new link" in client.get(path).text
    client.get("/sign-in")
    client.submit("Sign in", email=person.email, password="an entirely new sentence")
    assert client.path == "/account"


def test_asking_for_a_reset_tells_nothing_about_an_address(app: Flask) -> None:
    person = make_person(app)
    pages = []
    for email in (person.email, "nobody@example.com"):
        client = PageClient(app)
        client.get("/reset-password")
        client.submit("Mail me the link", email=email)
        pages.append(client.text)
    assert pages[0] == pages[1]


def test_a_reset_link_is_good_for_an_hour(app: Flask, client: PageClient) -> None:
    person = make_person(app)
    client.get("/reset-password")
    client.submit("Mail me the link", email=person.email)
    path = link_path(app, "reset-password", person.email)
    client.get(path)
    with app.app_context():
        in_transaction(lambda: set_offset(61 * 60))
    client.submit("Set the new password", new_password="an entirely new sentence", expect=422)
    client.get("/sign-in")
    client.submit("Sign in", email=person.email, password=person.password)
    assert client.path == "/account"
