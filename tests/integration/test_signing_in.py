"""Signing in and out as a person does it, and what a stolen cookie is worth."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from app.domain.accounts.models import UserSession
from app.domain.accounts.rules import FREE_ATTEMPTS_PER_ACCOUNT
from app.foundation.clock import set_offset
from app.foundation.db import db, in_transaction
from tests.factories.accounts import make_person, sign_in
from tests.support.page_client import PageClient

SESSION = "isocket_session"
FORM = "isocket_form"


def cookie(client: PageClient, name: str) -> str | None:
    found = client.http.get_cookie(name)
    return found.value if found else None


def replay(app: Flask, token: str) -> PageClient:
    thief = PageClient(app)
    thief.http.set_cookie(SESSION, token)
    return thief


def move_clock(app: Flask, by: timedelta) -> None:
    with app.app_context():
        in_transaction(lambda: set_offset(int(by.total_seconds())))


def test_signing_in_leads_to_the_account(app: Flask, client: PageClient) -> None:
    person = make_person(app)
    sign_in(client, person)
    assert client.path == "/account"
    assert person.email in client.text


def test_a_wrong_password_says_so_keeps_the_address_and_signs_nobody_in(app: Flask, client: PageClient) -> None:
    person = make_person(app)
    client.get("/sign-in")
    client.submit("Sign in", email=person.email, password="wrong password", expect=422)
    assert "not right" in client.errors_beside("password")[0]
    assert client.page.form("Sign in").values["email"] == person.email
    assert "wrong password" not in client.page.body
    assert cookie(client, SESSION) is None


def test_known_and_unknown_addresses_get_the_same_answer(app: Flask) -> None:
    person = make_person(app)
    answers = []
    for email in (person.email, "nobody@example.com"):
        client = PageClient(app)
        client.get("/sign-in")
        client.submit("Sign in", email=email, password="wrong password", expect=422)
        answers.append(client.text.replace(email, "…"))
    assert answers[0] == answers[1]


def test_the_session_cookie_ends_with_the_browser_and_cannot_be_read_by_scripts(app: Flask, client: PageClient) -> None:
    person = make_person(app)
    client.get("/sign-in")
    page = client.page.form("Sign in")
    pairs = page.fill({"email": person.email, "password": person.password}, pressed="Sign in")
    response = client.http.post("/sign-in", data=dict(pairs))
    header = next(value for value in response.headers.getlist("Set-Cookie") if value.startswith(SESSION))
    assert "expires" not in header.lower()
    assert "max-age" not in header.lower()
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header


def test_a_stolen_cookie_is_dead_after_sign_out(app: Flask, client: PageClient) -> None:
    sign_in(client, make_person(app))
    stolen = cookie(client, SESSION) or ""
    assert replay(app, stolen).get("/account").path == "/account"
    client.submit("Sign out")
    assert "signed out" in client.flash
    assert replay(app, stolen).get("/account").path.startswith("/sign-in")


def test_a_stolen_cookie_is_dead_after_a_password_change_and_its_owner_stays(app: Flask, client: PageClient) -> None:
    person = make_person(app)
    sign_in(client, person)
    stolen = cookie(client, SESSION) or ""
    client.get("/account/password")
    client.submit("Change the password", current_password=person.password, new_password="a quite different sentence")
    assert "changed" in client.flash
    assert client.get("/account").path == "/account"
    assert cookie(client, SESSION) != stolen
    assert replay(app, stolen).get("/account").path.startswith("/sign-in")


def test_a_stolen_cookie_is_dead_after_end_all(app: Flask, client: PageClient) -> None:
    sign_in(client, make_person(app))
    stolen = cookie(client, SESSION) or ""
    client.get("/account/sessions")
    client.submit("End all sessions, this one too")
    assert client.path == "/sign-in"
    assert replay(app, stolen).get("/account").path.startswith("/sign-in")


def test_one_changed_character_of_the_cookie_is_nobody(app: Flask, client: PageClient) -> None:
    sign_in(client, make_person(app))
    token = cookie(client, SESSION) or ""
    changed = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert replay(app, changed).get("/account").path.startswith("/sign-in")


def test_the_database_does_not_hold_the_cookie(app: Flask, client: PageClient) -> None:
    sign_in(client, make_person(app))
    token = cookie(client, SESSION) or ""
    with app.app_context():
        stored = db.session.scalars(db.select(UserSession.token_hash)).all()
    assert token not in stored
    assert all(re.fullmatch(r"[0-9a-f]{64}", value) for value in stored)


def test_signing_in_again_gives_another_session(app: Flask) -> None:
    person = make_person(app)
    tokens = {cookie(sign_in(PageClient(app), person), SESSION) for _ in range(3)}
    assert len(tokens) == 3


@pytest.mark.parametrize(("minutes", "path"), [(29, "/account"), (31, "/sign-in?next=/account")])
def test_half_an_hour_without_a_page_ends_the_session(app: Flask, client: PageClient, minutes: int, path: str) -> None:
    sign_in(client, make_person(app))
    move_clock(app, timedelta(minutes=minutes))
    assert client.get("/account").path == path


def test_pages_keep_a_session_alive_but_not_past_twelve_hours(app: Flask, client: PageClient) -> None:
    sign_in(client, make_person(app))
    for step in range(1, 36):
        move_clock(app, timedelta(minutes=20 * step))
        assert client.get("/account").path == "/account"
    move_clock(app, timedelta(hours=12, minutes=1))
    assert client.get("/account").path.startswith("/sign-in")


def test_after_signing_in_one_comes_back_to_the_page_asked_for(app: Flask, client: PageClient) -> None:
    person = make_person(app)
    client.get("/account/sessions")
    assert client.path.startswith("/sign-in?next=")
    client.submit("Sign in", email=person.email, password=person.password)
    assert client.path == "/account/sessions"


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_to_another_site(app: Flask, client: PageClient, target: str) -> None:
    person = make_person(app)
    client.get(f"/sign-in?next={target}")
    client.submit("Sign in", email=person.email, password=person.password)
    assert client.path == "/account"


def test_the_remembered_address_stands_in_the_form_and_signs_nobody_in(app: Flask, client: PageClient) -> None:
    person = make_person(app)
    client.get("/sign-in")
    client.submit("Sign in", email=person.email, password=person.password, remember_email=True)
    client.submit("Sign out")
    remembered = cookie(client, "isocket_email") or ""
    assert person.email not in remembered
    client.get("/sign-in")
    assert client.page.form("Sign in").values["email"] == person.email
    assert client.get("/account").path.startswith("/sign-in")
    client.get("/sign-in")
    client.submit("Not you? Forget this address")
    assert client.page.form("Sign in").values["email"] == ""


def test_the_address_is_not_remembered_unless_asked(app: Flask, client: PageClient) -> None:
    sign_in(client, make_person(app))
    assert cookie(client, "isocket_email") is None


def test_a_visitor_gets_no_cookie_for_looking_around(client: PageClient) -> None:
    for path in ("/", "/terms", "/privacy", "/contact"):
        client.get(path)
    assert cookie(client, SESSION) is None
    assert cookie(client, FORM) is None


def test_without_cookies_public_pages_work_and_sign_in_explains_itself(app: Flask) -> None:
    person = make_person(app)
    client = PageClient(app)
    client.http = app.test_client(use_cookies=False)
    client.get("/")
    client.get("/sign-in")
    client.submit("Sign in", email=person.email, password=person.password, expect=400)
    assert "cookie" in client.text


def test_guesses_are_slowed_down_and_the_owner_at_home_is_not(app: Flask) -> None:
    person = make_person(app)
    owner = PageClient(app, headers={"X-Forwarded-For": "198.51.100.1"})
    sign_in(owner, person)
    thief = PageClient(app)
    thief.http.environ_base["REMOTE_ADDR"] = "203.0.113.66"
    thief.get("/sign-in")
    for _ in range(FREE_ATTEMPTS_PER_ACCOUNT):
        thief.submit("Sign in", email=person.email, password="wrong password", expect=422)
    thief.submit("Sign in", email=person.email, password=person.password, expect=429)
    assert "try again in" in thief.text
    assert int(thief.page.headers["Retry-After"]) >= 1
    assert sign_in(PageClient(app), person).path == "/account"


def test_after_the_wait_the_next_guess_is_looked_at(app: Flask, client: PageClient) -> None:
    person = make_person(app)
    client.get("/sign-in")
    for _ in range(FREE_ATTEMPTS_PER_ACCOUNT):
        client.submit("Sign in", email=person.email, password="wrong password", expect=422)
    client.submit("Sign in", email=person.email, password=person.password, expect=429)
    move_clock(app, timedelta(seconds=10))
    client.submit("Sign in", email=person.email, password=person.password)
    assert client.path == "/account"
