"""Terms and Privacy Policy: readable by everybody in every version, and agreed to again when they change."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader

from app.domain.accounts.models import PolicyAcceptance
from app.domain.accounts.queries import published_policies
from app.domain.accounts.rules import POLICIES, PolicyVersion
from app.domain.accounts.states import PolicyKind
from app.foundation.db import db
from tests.factories.accounts import make_person, sign_in
from tests.support.page_client import PageClient

NEW = "2027-03-01"
FIRST = "2026-11-22"
TICK = "Tick the box to agree. Without it you cannot go on using your account."
NEWER = "A newer version came out while this page was open. Read it, then agree to it."


@pytest.fixture
def new_terms(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new version of the Terms is in force."""
    publish(app, monkeypatch, NEW)


def publish(app: Flask, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    """Puts a version of the Terms in force after the ones there are."""
    added = PolicyVersion(version, date.fromisoformat(version))
    monkeypatch.setitem(POLICIES, PolicyKind.TERMS, (*POLICIES[PolicyKind.TERMS], added))
    text = DictLoader({f"legal/terms/{version}.html": f"<p>New words of {version}.</p>"})
    monkeypatch.setattr(app.jinja_env, "loader", ChoiceLoader([text, app.jinja_env.loader or DictLoader({})]))


def acceptances(app: Flask, user_id: int) -> set[tuple[str, str, str]]:
    """What a person has agreed to: kind, version, from which address."""
    with app.app_context():
        rows = db.session.scalars(sa.select(PolicyAcceptance).where(PolicyAcceptance.user_id == user_id))
        return {(row.kind.value, row.version, row.client_address) for row in rows}


@pytest.mark.parametrize(
    ("path", "title"), [("/terms", "Terms of Service"), ("/privacy", "Privacy Policy"), ("/contact", "Contact")]
)
def test_a_visitor_reads_the_papers_without_cookies(client: PageClient, path: str, title: str) -> None:
    page = client.get(path)
    assert page.heading == title
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize("policy", published_policies(), ids=lambda one: f"{one.kind.value}-{one.version}")
def test_every_published_version_has_its_page(client: PageClient, policy: object) -> None:
    kind, version = policy.kind.value, policy.version  # type: ignore[attr-defined]  # a PublishedPolicy
    page = client.get(f"/{kind}/{version}")
    assert f"Version {version}, in effect from" in page
    assert "(in force)" in page


@pytest.mark.parametrize(
    "path",
    [
        "/terms/2026-11-21",
        "/terms/latest",
        "/terms/..%2Fprivacy",
        "/terms/2026-11-22.html",
        "/privacy/_contact",
        "/terms/%00",
    ],
)
def test_a_version_that_was_never_published_is_not_found(client: PageClient, path: str) -> None:
    client.get(path, expect=404)


def test_the_support_address_is_the_configured_one(client: PageClient) -> None:
    address = client.app.config["ISOCKET"].support_email
    for path in ("/contact", "/terms", "/privacy"):
        assert f"mailto:{address}" in client.get(path).body


@pytest.mark.usefixtures("new_terms")
def test_an_old_version_stays_readable_and_says_that_it_is_old(client: PageClient) -> None:
    assert f"New words of {NEW}." in client.get("/terms")
    page = client.get(f"/terms/{FIRST}")
    assert "You are reading another version than the one in force." in page
    client.follow(f"Read version {NEW}, which is in force")
    assert client.path == "/terms"
    client.follow(f"Version {FIRST}")
    assert client.path == f"/terms/{FIRST}"


def test_who_has_agreed_is_not_asked_again(app: Flask, client: PageClient) -> None:
    sign_in(client, make_person(app))
    client.get("/agreement?next=/terms")
    assert client.path == "/terms"
    client.get("/agreement")
    assert client.path == "/"


def test_a_new_version_is_asked_for_before_anything_else(
    app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = make_person(app)
    sign_in(client, person)
    publish(app, monkeypatch, NEW)
    page = client.get("/account")
    assert page.heading == "Please agree before you go on"
    assert f"Terms of Service, version {NEW}" in page
    for public in ("/", "/terms", "/privacy", "/contact", f"/terms/{FIRST}"):
        assert client.get(public).path == public
    assert ("terms", NEW, "127.0.0.1") not in acceptances(app, person.user_id)

    client.get("/account")
    client.submit("Agree and go on", agree=True)
    assert client.path == "/account"
    assert ("terms", NEW, "127.0.0.1") in acceptances(app, person.user_id)
    assert {version for kind, version, _ in acceptances(app, person.user_id) if kind == "terms"} == {FIRST, NEW}
    client.get("/account")
    assert client.path == "/account"


def test_without_the_tick_nothing_is_agreed(app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    person = make_person(app)
    sign_in(client, person)
    publish(app, monkeypatch, NEW)
    before = acceptances(app, person.user_id)
    client.get("/agreement?next=/account")
    client.submit("Agree and go on", expect=422)
    assert client.errors_beside("agree") == [TICK]
    for pairs in (
        [("agree", "false")],
        [("agree", "")],
        [("agree", "y"), ("agree", "y")],
        [("agree", "y"), ("x", "y")],
    ):
        client.get("/agreement?next=/account")
        client.submit("Agree and go on", extra=list(pairs), expect=422)
    assert acceptances(app, person.user_id) == before
    client.submit("Agree and go on", agree=True)
    assert client.path == "/account"


def test_nobody_agrees_to_a_version_that_was_not_on_the_page(
    app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = make_person(app)
    sign_in(client, person)
    publish(app, monkeypatch, NEW)
    client.get("/agreement")
    publish(app, monkeypatch, "2027-04-01")
    page = client.submit("Agree and go on", agree=True, expect=422)
    assert page.error_summary == [NEWER]
    assert "Terms of Service, version 2027-04-01" in page
    assert "agree" not in page.form("Agree and go on").values
    assert {version for kind, version, _ in acceptances(app, person.user_id) if kind == "terms"} == {FIRST}
    client.submit("Agree and go on", agree=True)
    assert ("terms", "2027-04-01", "127.0.0.1") in acceptances(app, person.user_id)


def test_agreeing_twice_keeps_the_first_proof(app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    person = make_person(app)
    sign_in(client, person)
    publish(app, monkeypatch, NEW)
    client.get("/agreement?next=/terms")
    pairs = client.page.form("Agree and go on").fill({"agree": True})
    client.post("/agreement?next=/terms", pairs)
    agreed = acceptances(app, person.user_id)
    client.post("/agreement?next=/terms", pairs)
    assert client.path == "/terms"
    assert acceptances(app, person.user_id) == agreed


@pytest.mark.parametrize(
    "address", ["//evil.example/", "/%5cevil.example", "https://evil.example/", "/%252fevil.example"]
)
def test_agreeing_never_leads_off_the_site(
    app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    sign_in(client, make_person(app))
    publish(app, monkeypatch, NEW)
    client.get(f"/agreement?next={address}")
    client.submit("Agree and go on", agree=True)
    assert client.path == "/"


def test_a_visitor_is_sent_to_sign_in_first(client: PageClient) -> None:
    client.get("/agreement")
    assert client.path.startswith("/sign-in?next=")
