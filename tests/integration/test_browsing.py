"""The front page, and public profiles that tell exactly what their owner switched on."""

from dataclasses import fields
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.accounts.models import Account, Address, Membership, User
from app.domain.accounts.queries import PublicProfile
from app.foundation.db import db, in_transaction
from tests.factories.accounts import Person, make_person, sign_in
from tests.support.catalogue import refresh
from tests.support.mail_jobs import advance
from tests.support.page_client import PageClient

ALLOWED = {
    "slug",
    "display_name",
    "about",
    "member_since",
    "email",
    "phone",
    "website",
    "location",
    "country_code",
}
SWITCHES = ("shows_email", "shows_phone", "shows_website", "shows_location")
# What each switch lets everybody see, and what nobody but the owner and staff ever sees.
SWITCHED = {
    "shows_email": "canary.mail@example.com",
    "shows_phone": "+1 555 0100 4242",
    "shows_website": "https://canary-site.example",
    "shows_location": "Canarycity",
}
NEVER = ("Canaryfirst", "Canarylast", "Canarycompany", "Canarystreet", "Canaryarea", "94999", "Africa/Lusaka")


@pytest.fixture
def person(app: Flask) -> Person:
    """A person whose every field is a canary; the e-mail address is confirmed, all switches are off."""
    person = make_person(app, email=SWITCHED["shows_email"])

    def mark() -> None:
        user = db.session.get_one(User, person.user_id)
        user.first_name, user.last_name = "Canaryfirst", "Canarylast"
        address = db.session.get_one(Address, account_id(person))
        address.street_address, address.city, address.city_area = "1 Canarystreet", "Canarycity", "Canaryarea"
        address.postal_code, address.country_code, address.country_area = "94999", "IS", "Canaryarea"
        account = db.session.get_one(Account, account_id(person))
        account.slug, account.display_name, account.company_name = "shown-3f2a1c", "Shown Name", "Canarycompany"
        account.about, account.time_zone = "First words.\n\nSecond <b>words</b>.", "Africa/Lusaka"
        account.phone, account.website = SWITCHED["shows_phone"], SWITCHED["shows_website"]

    write(app, mark)
    return person


def write(app: Flask, work: object) -> None:
    """Changes rows as no page could."""
    with app.app_context():
        in_transaction(work)  # type: ignore[arg-type]  # a function without arguments


def account_id(person: Person) -> int:
    """The account of a person."""
    return db.session.scalars(sa.select(Membership.account_id).where(Membership.user_id == person.user_id)).one()


def switch(app: Flask, person: Person, *names: str) -> None:
    """Switches these details on, and the others off."""

    def work() -> None:
        account = db.session.get_one(Account, account_id(person))
        for name in SWITCHES:
            setattr(account, name, name in names)

    write(app, work)


def test_the_profile_holds_exactly_the_allow_list() -> None:
    assert {field.name for field in fields(PublicProfile)} == ALLOWED


@pytest.mark.usefixtures("person")
def test_a_profile_with_everything_off_tells_nothing_of_the_person(client: PageClient) -> None:
    page = client.get("/people/shown-3f2a1c")
    assert page.heading == "Shown Name"
    assert "0, counted here" in page
    assert "First words." in page
    assert "Second <b>words</b>." in page
    assert "shows no contact details to everybody" in page
    assert not [word for word in (*NEVER, *SWITCHED.values()) if word.lower() in page.body.lower()]


@pytest.mark.parametrize("name", SWITCHES)
def test_each_switch_shows_its_detail_and_no_other(app: Flask, client: PageClient, person: Person, name: str) -> None:
    switch(app, person, name)
    page = client.get("/people/shown-3f2a1c")
    hidden = [word for other, word in SWITCHED.items() if other != name]
    assert SWITCHED[name] in page.main
    assert not [word for word in (*NEVER, *hidden) if word.lower() in page.body.lower()]
    assert ("Iceland" in page) == (name == "shows_location")


def test_an_address_that_is_not_confirmed_is_not_shown(app: Flask, client: PageClient, person: Person) -> None:
    switch(app, person, "shows_email")
    write(app, lambda: db.session.execute(sa.update(User).values(email_confirmed_at=None)))
    assert SWITCHED["shows_email"] not in client.get("/people/shown-3f2a1c").body


def test_a_script_in_the_website_field_is_text_not_a_link(app: Flask, client: PageClient, person: Person) -> None:
    switch(app, person, "shows_website")
    write(app, lambda: db.session.execute(sa.update(Account).values(website="javascript:alert(1)//http://")))
    page = client.get("/people/shown-3f2a1c")
    assert "javascript:alert(1)//http://" in page.main
    assert "javascript:" not in "".join(page.links.values())


def test_the_owner_learns_that_this_is_what_others_see(app: Flask, client: PageClient, person: Person) -> None:
    assert "This is what others see of you" not in client.get("/people/shown-3f2a1c")
    sign_in(client, make_person(app))
    assert "This is what others see of you" not in client.get("/people/shown-3f2a1c")
    assert "canary" not in client.page.body.lower()
    owner = sign_in(PageClient(app), person)
    assert "This is what others see of you" in owner.get("/people/shown-3f2a1c")
    owner.follow("Change what is shown")


@pytest.mark.parametrize("slug", ["nobody-3f2a1c", "SHOWN-3F2A1C", "1", "...", "%00", "a" * 300])
@pytest.mark.usefixtures("person")
def test_an_unknown_address_is_not_found(client: PageClient, slug: str) -> None:
    client.get(f"/people/{slug}", expect=404)


def test_the_front_page_counts_only_confirmed_members(app: Flask, client: PageClient) -> None:
    assert "with a confirmed e-mail address" not in client.get("/")
    make_person(app)
    refresh(app)
    assert "1 member with a confirmed e-mail address" in client.get("/")
    make_person(app)
    make_person(app, is_confirmed=False)
    advance(app, timedelta(minutes=1))
    refresh(app)
    assert "2 members with a confirmed e-mail address" in client.get("/")
    assert "Set-Cookie" not in client.page.headers
