"""The publisher's pages of sites: adding, proving, describing them."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.inventory.models import AudienceFigure, Site
from app.domain.inventory.service.sites import ProofCheck, record_proof_check
from app.domain.inventory.states import ProofMethod, SiteState
from app.foundation.access import StaffRole
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from tests.factories.accounts import Person, make_person, sign_in
from tests.factories.inventory import account_of, make_proved_site, make_site, make_socket
from tests.support.page_client import PageClient
from tests.support.site_server import Reply, SiteServer, site_server
from tests.support.staff import staff
from tests.support.stored_state import stored_state

SITE: dict[str, Any] = {
    "name": "Compiler News",
    "address": "https://Compilers.example/",
    "description": "News about compilers.\nOn weekdays.",
    "category_code": "151",
    "language": "de",
    "country_code": "CH",
    "time_zone": "Europe/Zurich",
}
FILE = "/.well-known/isocket.txt"


@pytest.fixture
def person(app: Flask, client: PageClient) -> Person:
    somebody = make_person(app)
    sign_in(client, somebody)
    return somebody


@pytest.fixture
def their_site() -> Iterator[SiteServer]:
    with site_server() as server:
        yield server


def stored_site(app: Flask) -> Site:
    with app.app_context():
        return db.session.scalars(sa.select(Site)).one()


def add_site(client: PageClient, **changes: str) -> None:
    client.get("/selling/sites/new")
    client.submit("Add the site", SITE | changes)


@pytest.mark.usefixtures("person")
def test_who_sells_nothing_yet_is_told_how_to_begin(client: PageClient) -> None:
    client.get("/")
    client.follow("Sell")
    assert "How to begin" in client.page
    client.follow("Add your first site")
    assert client.path == "/selling/sites/new"


@pytest.mark.usefixtures("person")
def test_a_site_is_added_and_everything_about_it_is_shown_again(app: Flask, client: PageClient) -> None:
    add_site(client)
    assert "Now show that it is yours" in client.flash
    for words in ("Compiler News", "compilers.example", "Amusement and Theme Parks", "German", "Switzerland"):
        assert words in client.page.main
    site = stored_site(app)
    assert (site.domain, site.state, site.time_zone) == ("compilers.example", SiteState.UNPROVED, "Europe/Zurich")
    client.get("/selling")
    assert "Not proved" in client.page
    client.follow("Show that the site is yours")
    for token in (site.proof_token, f'content="{site.proof_token}"', ", DIRECT"):
        assert token in client.page.main
    client.follow("Change these")
    values = client.page.form("Save the site").values
    assert {name: values[name].replace("\r\n", "\n") for name in SITE} == SITE


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Enter a name"),
        ("name", "x" * 81, "2 to 80"),
        ("address", "compilers", "address of the home page"),
        ("address", "ftp://compilers.example", "address of the home page"),
        ("address", "javascript:alert(1)", "address of the home page"),
        ("address", "https://user:pass@compilers.example", "address of the home page"),
        ("address", "https://compilers.example?x=1", "address of the home page"),
        ("address", "https://" + "x" * 70 + ".example", "address of the home page"),
        ("address", "https://[::1]/", "address of the home page"),
        ("description", "x" * 2001, "at most 2000"),
    ],
)
@pytest.mark.usefixtures("person")
def test_a_field_that_does_not_fit_is_named_and_nothing_is_saved(
    app: Flask, client: PageClient, field: str, value: str, words: str
) -> None:
    client.get("/selling/sites/new")
    before = stored_state(app)
    client.submit("Add the site", SITE | {field: value}, expect=422)
    assert words in " ".join(client.errors_beside(field))
    assert before.changed_tables(stored_state(app)) == set()
    assert (
        client.page.form("Add the site")
        .values["description"]
        .startswith(str(SITE["description"])[:4] if field != "description" else "x")
    )


@pytest.mark.parametrize("field", ["category_code", "language", "country_code", "time_zone"])
@pytest.mark.usefixtures("person")
def test_a_choice_that_is_not_offered_is_refused(app: Flask, client: PageClient, field: str) -> None:
    client.get("/selling/sites/new")
    before = stored_state(app)
    client.submit("Add the site", SITE | {field: None}, extra=[(field, "nonsense")], expect=422)
    assert client.errors_beside(field)
    assert before.changed_tables(stored_state(app)) == set()


@pytest.mark.parametrize("probe", ["<script>alert(1)</script>", "{{7*7}}", "'\"><img src=x>"])
@pytest.mark.usefixtures("person")
def test_whatever_is_typed_is_shown_as_text(client: PageClient, probe: str) -> None:
    add_site(client, name=probe, description=probe)
    assert client.page.text.count(probe) >= 2
    assert "<script>alert" not in client.page.body


@pytest.mark.parametrize("method", list(ProofMethod))
def test_each_of_the_three_ways_proves_a_site(
    app: Flask, client: PageClient, person: Person, their_site: SiteServer, method: ProofMethod
) -> None:
    add_site(client, address=their_site.address)
    client.submit("Check now")
    assert "did not find" in client.flash
    assert "File: there is none." in client.page.main
    shown = {element.get("id"): "".join(element.itertext()) for element in client.page.elements("pre")}
    their_site.pages = {
        ProofMethod.WELL_KNOWN_FILE: {FILE: Reply(shown["proof-file"])},
        ProofMethod.META_TAG: {"/": Reply(f"<html><head>{shown['proof-tag']}</head>", content_type="text/html")},
        ProofMethod.ADS_TXT: {"/ads.txt": Reply(f"# us\r\n{shown['proof-line']} ; a=b\r\n")},
    }[method]  # type: ignore[assignment]  # replies only
    client.submit("Check now")
    assert "We found the proof" in client.flash
    site = stored_site(app)
    assert (site.state, site.proof_method) == (SiteState.PROVED, method)
    assert site.next_check_at is not None
    assert client.get("/selling").text.count("Add a socket") >= 1
    assert account_of(app, person) == site.account_id


@pytest.mark.usefixtures("person")
def test_local_mode_says_that_it_looks_at_this_machine(client: PageClient) -> None:
    add_site(client)
    assert "This installation runs in local mode" in client.page


def test_a_site_that_cannot_be_reached_is_said_to_be_so(
    client: PageClient, person: Person, their_site: SiteServer
) -> None:
    del person
    add_site(client, address=their_site.address)
    their_site.close()
    client.submit("Check now")
    assert "cannot be reached" in client.page


def test_a_row_of_before_says_what_a_look_found_as_it_was_written(
    app: Flask, client: PageClient, person: Person
) -> None:
    site = make_site(app, account_of(app, person))
    found = "File: there is none. Home page: the site answers 500."
    with app.app_context():
        check = ProofCheck(site.proof_token, None, found)
        in_transaction(lambda: record_proof_check(site.id, check, now=database_now()))
    assert found in client.get(f"/selling/sites/{site.id}")
    assert found in staff(app, StaffRole.ADMIN).get(f"/staff/sites/{site.id}")


def test_the_proof_of_a_domain_that_somebody_else_has_proved_is_refused(
    app: Flask, client: PageClient, person: Person, their_site: SiteServer
) -> None:
    other = make_person(app)
    make_proved_site(app, account_of(app, other), address=their_site.address)
    site = make_site(app, account_of(app, person), address=their_site.address)
    their_site.pages[FILE] = Reply(site.proof_token)
    client.get(f"/selling/sites/{site.id}")
    client.submit("Check now", expect=422)
    assert "already been proved" in client.page.main


def test_a_new_domain_has_to_be_proved_anew_and_gets_a_new_token(
    app: Flask, client: PageClient, person: Person
) -> None:
    old = make_proved_site(app, account_of(app, person))
    client.get(f"/selling/sites/{old.id}/details")
    client.submit("Save the site", address="https://another.example")
    site = stored_site(app)
    assert (site.state, site.domain) == (SiteState.UNPROVED, "another.example")
    assert site.proof_token != old.proof_token
    client.get(f"/selling/sites/{old.id}/details")
    client.submit("Save the site", name="Another name")
    assert stored_site(app).proof_token == site.proof_token


def test_figures_have_a_source_and_a_date(app: Flask, client: PageClient, person: Person) -> None:
    site = make_site(app, account_of(app, person))
    client.get(f"/selling/sites/{site.id}")
    figure = {"label": "Readers a month", "value": "12,500", "source": "Server log", "measured_on": "2026-10-31"}
    client.submit("Add the figure", figure)
    assert ["Readers a month", "12,500", "Server log", "31 Oct 2026"] in [row[:4] for row in client.page.rows]
    client.submit(next(form.buttons[0] for form in client.page.forms if "Remove" in form.buttons[0]))
    assert "Removed" in client.flash
    with app.app_context():
        assert db.session.scalars(sa.select(AudienceFigure)).all() == []


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("label", "", "Say what was counted"),
        ("value", "-1", "whole number"),
        ("value", "many", "whole number"),
        ("value", "1e309", "whole number"),
        ("value", str(2**63), "whole number"),
        ("source", "", "where the number is from"),
        ("measured_on", "", "day it was measured"),
        ("measured_on", "2999-01-01", "not come yet"),
        ("measured_on", "1066-10-14", "from 1991 on"),
        ("measured_on", "yesterday", "valid date"),
    ],
)
def test_a_figure_that_does_not_fit_is_refused(
    app: Flask, client: PageClient, person: Person, field: str, value: str, words: str
) -> None:
    site = make_site(app, account_of(app, person))
    client.get(f"/selling/sites/{site.id}")
    figure = {"label": "Readers", "value": "12", "source": "Server log", "measured_on": "2026-10-31"}
    client.submit("Add the figure", figure | {field: value}, expect=422)
    assert words in " ".join(client.errors_beside(field))


def test_somebody_elses_site_is_not_found(app: Flask, client: PageClient, person: Person) -> None:
    del person
    account_id = account_of(app, make_person(app))
    site = make_site(app, account_id)
    make_socket(app, account_id, site.id)
    client.get("/selling/sites/new")
    hidden = client.page.form("Add the site").fill(SITE)
    button = [pair for pair in hidden if pair[0] in {"csrf_token", "request_key"}]
    before = stored_state(app)
    for path in ("", "/details", "/sockets/new"):
        client.get(f"/selling/sites/{site.id}{path}", expect=404)
    for path, pairs in (("/details", hidden), ("/proof", button), ("/audience/1/removal", button)):
        client.post(f"/selling/sites/{site.id}{path}", pairs, expect=404)
    for number in (0, 999_999, 2**63 - 1, 2**63, 2**70):
        client.get(f"/selling/sites/{number}", expect=404)
    assert before.changed_tables(stored_state(app)) == set()


def test_an_unconfirmed_person_is_asked_to_confirm_first(app: Flask, client: PageClient) -> None:
    sign_in(client, make_person(app, is_confirmed=False))
    client.get("/selling", expect=403)
    assert "Confirm your e-mail address first" in client.page
