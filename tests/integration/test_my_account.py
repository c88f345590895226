"""Reviewing and changing everything an account says about itself."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.accounts.models import Account, User, UserSession
from app.domain.events.kinds.accounts import EmailChanged
from app.domain.events.models import Event
from app.foundation.db import db
from tests.factories.accounts import Person, link_path, make_person, sign_in
from tests.support.page_client import PageClient

pytestmark = pytest.mark.usefixtures("person")

PROFILE: dict[str, Any] = {
    "first_name": "Grace",
    "last_name": "Hopper",
    "display_name": "Compiler News",
    "company_name": "Hopper & Daughters",
    "about": "We write about compilers.\nOn weekdays.",
    "website": "https://compilers.example",
    "phone": "+1 650 555 0100",
    "time_zone": "Europe/Zurich",
}


@pytest.fixture
def person(app: Flask, client: PageClient) -> Person:
    somebody = make_person(app)
    sign_in(client, somebody)
    return somebody


def test_every_profile_field_can_be_changed_and_is_shown_again(client: PageClient) -> None:
    client.get("/account/profile")
    client.submit("Save the profile", **PROFILE)
    assert "Saved" in client.flash
    for value in PROFILE.values():
        assert value.split("\n")[0] in client.text
    client.get("/account/profile")
    values = client.page.form("Save the profile").values
    assert {name: values[name].replace("\r\n", "\n") for name in PROFILE} == PROFILE


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("first_name", "", "Enter your first name."),
        ("display_name", "x", "2 to 80"),
        ("about", "x" * 1001, "at most 1000"),
        ("website", "javascript:alert(1)", "web address"),
        ("website", "https://user:pass@example.com", "web address"),
        ("phone", "call me", "number like"),
        ("company_name", "x" * 121, "at most 120"),
    ],
)
def test_a_field_that_does_not_fit_is_named_and_nothing_is_saved(
    app: Flask, client: PageClient, person: Person, field: str, value: str, words: str
) -> None:
    client.get("/account/profile")
    client.submit("Save the profile", expect=422, **(PROFILE | {field: value}))
    assert words in " ".join(client.errors_beside(field))
    assert client.page.form("Save the profile").values["first_name"] == (PROFILE | {field: value})["first_name"]
    with app.app_context():
        assert db.session.get_one(User, person.user_id).first_name == "Ada"


@pytest.mark.parametrize(
    "probe", ["<script>alert(1)</script>", "{{7*7}}", "${7*7}", "'\"><img src=x>", "%2527 &amp;lt;"]
)
def test_whatever_is_typed_is_shown_as_text(client: PageClient, probe: str) -> None:
    client.get("/account/profile")
    client.submit("Save the profile", **(PROFILE | {"display_name": probe, "about": probe, "company_name": probe}))
    assert client.page.text.count(probe) >= 3
    assert "<script>alert" not in client.page.body


def test_the_address_is_changed_in_the_form_of_its_country(client: PageClient) -> None:
    client.get("/account/address")
    client.submit(
        "Save the address",
        country_code="DE",
        street_address="Unter den Linden 1",
        city="Berlin",
        country_area="",
        postal_code="10117",
    )
    assert "Germany" in client.text
    assert "10117" in client.text
    client.get("/account/address")
    client.submit("Save the address", postal_code="123", expect=422)
    assert "does not fit" in " ".join(client.errors_beside("postal_code"))


def test_contact_details_are_hidden_until_switched_on(app: Flask, client: PageClient, person: Person) -> None:
    client.get("/account/profile")
    client.submit("Save the profile", **PROFILE)
    with app.app_context():
        slug = db.session.scalars(sa.select(Account.slug)).one()
    visitor = PageClient(app)
    assert person.email not in visitor.get(f"/people/{slug}").body
    assert PROFILE["phone"] not in visitor.page.text
    client.get("/account/public-profile")
    client.submit("Save", shows_email=True, shows_phone=True, shows_location=True)
    page = visitor.get(f"/people/{slug}")
    assert person.email in page.body
    assert PROFILE["phone"] in page.text
    assert "Burlingame" in page.text
    assert PROFILE["website"] not in page.body
    for private in ("Hopper", "Lovelace", "East Lane"):
        assert private not in page.text


def test_changing_the_password_needs_the_current_one(client: PageClient, person: Person) -> None:
    client.get("/account/password")
    client.submit(
        "Change the password", current_password="not it at all", new_password="a new long sentence", expect=422
    )
    assert "not your current password" in " ".join(client.errors_beside("current_password"))
    client.submit("Change the password", current_password=person.password, new_password="lovelace1", expect=422)
    assert "easy to guess" in " ".join(client.errors_beside("new_password"))


def test_a_new_address_counts_only_once_its_link_was_opened(app: Flask, client: PageClient, person: Person) -> None:
    client.get("/account/email")
    client.submit("Mail a link to the new address", email="new@example.com", current_password=person.password)
    assert client.path == "/account/email/sent"
    with app.app_context():
        assert db.session.get_one(User, person.user_id).email == person.email
    client.get(link_path(app, "account/email/confirm", person.email))
    client.submit("Use the new address")
    assert "changed" in client.flash
    with app.app_context():
        assert db.session.get_one(User, person.user_id).email == "new@example.com"
        told = db.session.scalars(sa.select(Event).where(Event.kind == EmailChanged.kind)).one()
        assert told.payload["old_email"] == person.email


def test_a_new_address_needs_the_password_and_a_free_address_at_the_end(
    app: Flask, client: PageClient, person: Person
) -> None:
    client.get("/account/email")
    client.submit(
        "Mail a link to the new address", email="new@example.com", current_password="not it at all", expect=422
    )
    assert client.page.form("Mail a link to the new address").values["email"] == "new@example.com"
    client.submit(
        "Mail a link to the new address", email=person.email.upper(), current_password=person.password, expect=422
    )
    assert "your address already" in " ".join(client.errors_beside("email"))
    make_person(app, email="taken@example.com")
    client.submit("Mail a link to the new address", email="taken@example.com", current_password=person.password)
    client.get(link_path(app, "account/email/confirm", person.email))
    client.submit("Use the new address", expect=422)
    assert "belongs to an account already" in client.text


def test_somebody_elses_link_does_nothing(app: Flask, client: PageClient, person: Person) -> None:
    client.get("/account/email")
    client.submit("Mail a link to the new address", email="new@example.com", current_password=person.password)
    path = link_path(app, "account/email/confirm", person.email)
    other = sign_in(PageClient(app), make_person(app))
    other.get(path)
    other.submit("Use the new address", expect=422)
    with app.app_context():
        assert db.session.get_one(User, person.user_id).email == person.email


def test_a_session_on_another_device_can_be_ended(app: Flask, client: PageClient, person: Person) -> None:
    phone = PageClient(app, headers={"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Safari/604.1"})
    sign_in(phone, person)
    client.get("/account/sessions")
    assert "Safari on iPhone" in client.text
    words = next(form.buttons[0] for form in client.page.forms if "Safari on iPhone" in form.buttons[0])
    client.submit(words)
    assert "has ended" in client.flash
    assert phone.get("/account").path.startswith("/sign-in")
    assert client.get("/account").path == "/account"


def test_another_persons_session_is_not_found(app: Flask, client: PageClient) -> None:
    other = sign_in(PageClient(app), make_person(app))
    with app.app_context():
        theirs = db.session.scalars(sa.select(UserSession.id).order_by(UserSession.id.desc())).first()
    client.get("/account/sessions")
    form = client.page.form("End all sessions, this one too")
    client.post(f"/account/sessions/{theirs}/end", form.fill({}), expect=404)
    assert other.get("/account").path == "/account"
