"""What every answer carries, whatever became of the request; and what https adds."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app import create_app
from app.foundation.identifiers import new_public_id
from tests.factories.accounts import PASSWORD, make_person
from tests.support.databases import disconnect, make_config
from tests.support.mail_jobs import post
from tests.support.page import Page
from tests.support.raw_browser import RawBrowser
from tests.support.stored_state import stored_state

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
STRICT = {
    "default-src": "'none'",
    "style-src": "'self'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
    "base-uri": "'none'",
}
MARKET = "https://market.example"
EVIL = "evil.example"


def answers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> dict[str, TestResponse]:
    """One answer of every kind there is."""
    browser = RawBrowser(app).sign_in(make_person(app))

    def broken() -> str:
        raise RuntimeError(EVIL)

    broken.access_declared = "public"  # type: ignore[attr-defined]  # the mark that check_access reads
    found = {
        "200": browser.get("/"),
        "303": browser.send("/account/public-profile"),
        "400": browser.post("/sign-in", {}),
        "403": browser.get("/staff"),
        "404": browser.get("/nowhere"),
        "405": browser.post("/terms", {"csrf_token": browser.token()}),
        "413": browser.post("/sign-in", {"email": "x" * 300_000}),
        "422": browser.send("/account/email", email="no address", current_password=PASSWORD),
        "static": browser.get("/static/css/base.css"),
        "vendor": browser.get("/bootstrap/static/css/bootstrap.min.css"),
        "health": browser.get("/healthz"),
        "303 to sign in": RawBrowser(app).get("/account"),
        "401": RawBrowser(app).send("/sign-out"),
        "429": [browser.send("/confirmation") for _ in range(6)][-1],
    }
    monkeypatch.setitem(app.view_functions, "legal.terms", broken)
    return {**found, "500": browser.get("/terms")}


def policy_of(answer: TestResponse) -> dict[str, str]:
    parts = [part.strip().partition(" ") for part in answer.headers["Content-Security-Policy"].split(";")]
    return {name: value for name, _, value in parts}


def test_every_kind_of_answer_carries_the_headers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind, answer in answers(app, monkeypatch).items():
        if kind[:3].isdigit():
            assert answer.status_code == int(kind[:3]), kind
        for name, value in FIXED.items():
            assert answer.headers.get(name) == value, (kind, name)
        policy = policy_of(answer)
        assert {name: policy.get(name) for name in STRICT} == STRICT, kind
        assert "unsafe" not in answer.headers["Content-Security-Policy"], kind
        assert policy["script-src"].split()[0] == "'self'", kind
        assert "Strict-Transport-Security" not in answer.headers, kind
        assert answer.headers["X-Request-ID"], kind
        assert "Set-Cookie" not in answer.headers or "HttpOnly" in answer.headers["Set-Cookie"], kind


def test_what_belongs_to_a_person_or_holds_a_form_is_kept_by_no_cache(app: Flask) -> None:
    browser = RawBrowser(app).sign_in(make_person(app))
    for path in ("/", "/account", "/account/profile", "/terms", "/nowhere"):
        assert browser.get(path).headers["Cache-Control"] == "no-store", path
    for path in ("/sign-in", "/sign-up", "/reset-password"):
        assert RawBrowser(app).get(path).headers["Cache-Control"] == "no-store", path
    for path in ("/", "/terms", "/contact"):
        answer = RawBrowser(app).get(path)
        assert "no-store" not in answer.headers.get("Cache-Control", ""), path
        assert "Set-Cookie" not in answer.headers, path
    assert "no-store" not in browser.get("/static/css/base.css").headers["Cache-Control"]


@pytest.fixture
def https_app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = create_app(replace(make_config(database_url, tmp_path), base_url=MARKET))
    yield app
    disconnect(app)


@pytest.fixture
def secure(https_app: Flask) -> RawBrowser:
    return RawBrowser(https_app, base_url=MARKET)


def sign_in_over_https(secure: RawBrowser) -> TestResponse:
    person = make_person(secure.app)
    answer = secure.get("/sign-in")
    token = Page(path="/", status=200, headers=answer.headers, body=answer.text).form("Sign in").values["csrf_token"]
    fields = {"email": person.email, "password": PASSWORD, "csrf_token": token, "request_key": new_public_id()}
    return secure.post("/sign-in", fields | {"remember_email": "y"}, headers={"Referer": f"{MARKET}/sign-in"})


def test_cookies_are_bound_to_the_host_and_to_https(secure: RawBrowser) -> None:
    answer = sign_in_over_https(secure)
    assert answer.status_code == 303, answer.text
    cookies = {value.partition("=")[0]: value for value in answer.headers.getlist("Set-Cookie")}
    assert {"__Host-isocket_session", "__Host-isocket_email"} <= cookies.keys()
    for cookie in [
        *cookies.values(),
        *RawBrowser(secure.app, base_url=MARKET).get("/sign-in").headers.getlist("Set-Cookie"),
    ]:
        attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert cookie.startswith("__Host-"), cookie
        assert {"secure", "httponly", "path=/", "samesite=lax"} <= attributes, cookie
        assert "domain" not in cookie.lower(), cookie
    assert secure.get("/account").status_code == 200
    gone = secure.post("/sign-in/forgotten-email", {}).headers.getlist("Set-Cookie")
    assert all(cookie.startswith("__Host-") and "Secure" in cookie for cookie in gone)


def test_https_is_insisted_on(secure: RawBrowser) -> None:
    assert secure.get("/").headers["Strict-Transport-Security"].startswith("max-age=31536000")
    plain = RawBrowser(secure.app, base_url="http://market.example")
    answer = plain.get("/people/ann?page=2")
    assert (answer.status_code, answer.location) == (301, f"{MARKET}/people/ann?page=2")
    assert plain.get("/healthz").status_code == 200
    assert RawBrowser(secure.app, base_url=f"http://{EVIL}").get("/terms").location == f"{MARKET}/terms"


def test_a_form_sent_over_http_is_refused_unread(secure: RawBrowser) -> None:
    assert sign_in_over_https(secure).status_code == 303
    before = stored_state(secure.app)
    plain = RawBrowser(secure.app, base_url="http://market.example")
    for path in ("/sign-in", "/sign-up", "/sign-out", "/account/profile"):
        answer = plain.post(path, {"email": "ann@example.com", "request_key": new_public_id()})
        assert answer.status_code == 403
        assert "over https" in answer.text
        assert "Set-Cookie" not in answer.headers
    assert before.changed_tables(stored_state(secure.app)) == set()


def test_the_host_header_leads_nobody_away(app: Flask) -> None:
    person = make_person(app)
    browser = RawBrowser(app, base_url=f"http://{EVIL}")
    for path in ("/", "/sign-in", "/sign-up", "/account", "/reset-password", "/nowhere", "/terms"):
        answer = browser.get(path, headers={"X-Forwarded-Host": EVIL, "Forwarded": f"host={EVIL}"})
        assert EVIL not in answer.text, path
        assert EVIL not in (answer.location or ""), path
    assert browser.send("/reset-password", email=person.email).status_code == 303
    mails = post(app).tried
    assert [mail for mail in mails if "/reset-password/" in mail.text]
    for mail in mails:
        assert EVIL not in mail.text + mail.html + repr(mail.headers)
        assert app.config["ISOCKET"].base_url in mail.text
