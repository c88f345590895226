"""Every error has a friendly page with a reference that leads to its log line, and gives nothing away."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import flask
import pytest
import werkzeug
from flask import Flask
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from app import create_app
from app.foundation import db as database
from app.foundation.db import db
from app.foundation.errors import Conflict, Refusal
from app.foundation.identifiers import new_token
from app.web.shell.access import declared_access
from tests.factories.accounts import PASSWORD, make_person
from tests.support.databases import disconnect, make_config
from tests.support.log_lines import LogLines, log_lines
from tests.support.page import Page
from tests.support.page_checks import check_page
from tests.support.raw_browser import RawBrowser

SECRET = "canary-in-the-message"
NOWHERE = {
    "sqlite": "sqlite:////nowhere/at/all/isocket.sqlite",
    "postgresql": "postgresql://nobody:canary-password@127.0.0.1:1/nothing",
}
GIVEAWAYS = (
    "Traceback", 'File "', "SELECT ", "sqlite", "psycopg", "sqlalchemy", "/site-packages/", "Werkzeug", "Flask/",
    "RuntimeError", "OperationalError", "canary", werkzeug.__name__, flask.__name__ + ".app",
)  # fmt: skip


def break_view(app: Flask, monkeypatch: pytest.MonkeyPatch, endpoint: str, error: Exception) -> None:
    """Makes a view raise, with its declared access kept."""
    with app.app_context():
        access = declared_access(endpoint)

    def broken(**_parts: object) -> str:
        raise error

    broken.access_declared = access  # type: ignore[attr-defined]  # the mark that check_access reads
    monkeypatch.setitem(app.view_functions, endpoint, broken)


def check_error(answer: TestResponse, status: int, lines: LogLines) -> Page:
    """What must hold of every error page."""
    page = Page(path=answer.request.path, status=answer.status_code, headers=answer.headers, body=answer.text)
    assert answer.status_code == status, answer.text[:800]
    assert answer.mimetype == "text/html"
    assert page.heading
    reference = answer.headers["X-Request-ID"]
    assert reference in page.main, "the page names no reference, or another one"
    assert f"rror {status}" in page.main
    assert [record["status"] for record in lines.about("request") if record["request_id"] == reference] == [status]
    for giveaway in GIVEAWAYS:
        assert giveaway.lower() not in answer.text.lower(), giveaway
    assert "Server" not in answer.headers
    assert page.elements("a", href="/"), "no way out"
    assert answer.headers["Content-Security-Policy"]
    return page


def test_what_the_person_can_mend_has_its_page(app: Flask) -> None:
    browser = RawBrowser(app).sign_in(make_person(app))
    too_often = [browser.send("/confirmation") for _ in range(5)]
    assert {answer.status_code for answer in too_often} == {303}
    with log_lines() as lines:
        found = {
            400: browser.post("/account/profile", {}),
            401: RawBrowser(app).send("/sign-out"),
            403: browser.get("/staff"),
            404: browser.get("/no/such/page"),
            405: browser.post("/contact", {"csrf_token": browser.token()}),
            413: browser.post("/sign-in", {"email": "x" * 300_000}),
            429: browser.send("/confirmation"),
        }
    for status, answer in found.items():
        check_page(check_error(answer, status, lines))
    assert "GET" in found[405].headers["Allow"]
    assert int(found[429].headers["Retry-After"]) > 0


def test_too_many_parts_are_refused_like_too_many_bytes(app: Flask) -> None:
    part = "--b\r\nContent-Disposition: form-data; name=part\r\n\r\n\r\n"
    with log_lines() as lines:
        answer = RawBrowser(app).post(
            "/sign-in", {}, data=part * 300 + "--b--\r\n", content_type="multipart/form-data; boundary=b"
        )
    check_error(answer, 413, lines)


def test_a_refusal_without_a_field_has_its_page(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    for error, status in ((Refusal("This does not fit."), 422), (Conflict(), 409)):
        break_view(app, monkeypatch, "legal.contact", error)
        with log_lines() as lines:
            answer = RawBrowser(app).get("/contact")
        check_page(check_error(answer, status, lines))
        assert error.message in answer.text


@pytest.mark.parametrize("propagates", [None, False])
def test_a_bug_has_its_page_and_its_log_line(
    app: Flask, monkeypatch: pytest.MonkeyPatch, *, propagates: bool | None
) -> None:
    break_view(app, monkeypatch, "account.overview", RuntimeError(SECRET))
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", propagates)
    browser = RawBrowser(app).sign_in(make_person(app))
    with log_lines() as lines:
        answer = browser.get("/account", headers={"X-Request-ID": "router-given-id-1"})
    check_error(answer, 500, lines)
    (record,) = lines.about("unexpected_error")
    assert record["request_id"] == answer.headers["X-Request-ID"] == "router-given-id-1"
    assert record["kind"] == "RuntimeError"


def test_an_id_that_does_not_look_like_one_is_not_taken_over(app: Flask) -> None:
    for given in ("short", "x" * 65, "<script>alert(1)</script>", 'a"b c\td-e-f-g'):
        answer = RawBrowser(app).get("/nowhere", headers={"X-Request-ID": given})
        assert answer.headers["X-Request-ID"] != given
        assert given not in answer.text


def test_a_database_that_gives_up_has_its_page(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = RawBrowser(app).sign_in(make_person(app))
    break_view(app, monkeypatch, "account.overview", OperationalError("SELECT canary", {}, RuntimeError(SECRET)))
    with log_lines() as lines:
        answer = browser.get("/account")
    check_error(answer, 503, lines)
    assert int(answer.headers["Retry-After"]) > 0
    assert lines.about("database_unavailable")


@pytest.fixture
def cut_off(database_kind: str, tmp_path: Path) -> Iterator[Flask]:
    """An app whose database cannot be reached."""
    app = create_app(make_config(NOWHERE[database_kind], tmp_path))
    yield app
    disconnect(app)


@pytest.mark.parametrize("cookie", ["", new_token()], ids=["visitor", "signed in"])
def test_without_the_database_every_page_says_so(cut_off: Flask, cookie: str) -> None:
    browser = RawBrowser(cut_off)
    if cookie:
        browser.http.set_cookie("isocket_session", cookie)
    needs_it = ["/", "/people/ann-3f2a1c", "/confirm/made-up", *(["/account", "/terms"] if cookie else [])]
    for path in needs_it:
        with log_lines() as lines:
            answer = browser.get(path)
        check_error(answer, 503, lines)
        assert int(answer.headers["Retry-After"]) > 0
    with log_lines() as lines:
        answer = browser.get("/nowhere")
    check_error(answer, 404, lines)
    assert browser.get("/healthz").json == {"status": "ok"}
    ready = browser.get("/readyz")
    assert ready.status_code == 503
    assert "canary" not in ready.text


def test_a_form_without_the_database_is_answered_with_the_page(cut_off: Flask) -> None:
    browser = RawBrowser(cut_off)
    with log_lines() as lines:
        answer = browser.send("/sign-in", email="ann@example.com", password=PASSWORD)
    check_error(answer, 503, lines)


def test_when_all_connections_are_taken_the_page_says_so(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("POOL_SIZE", 1), ("POOL_OVERFLOW", 0), ("POOL_WAIT_S", 0.1)):
        monkeypatch.setattr(database, name, value)
    app = create_app(make_config(database_url, tmp_path))
    browser = RawBrowser(app)
    with ExitStack() as held, app.app_context():
        held.enter_context(db.engine.connect())
        with log_lines() as lines:
            answer = browser.get("/people/ann-3f2a1c")
    check_error(answer, 503, lines)
    assert browser.get("/people/ann-3f2a1c").status_code == 404
    disconnect(app)
