"""The log is JSON, one object a line, in UTC, and nobody's data stands in it."""

import re
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask, request

from app.domain.accounts.models import User
from app.foundation.db import db, in_transaction
from app.foundation.identifiers import new_public_id
from app.foundation.log import get_logger
from app.web.shell.access import public
from tests.factories.accounts import link_path, make_person
from tests.support.log_lines import LogLines, log_lines
from tests.support.mail_jobs import post
from tests.support.raw_browser import RawBrowser

CANARY = {
    "first_name": "Canaria",
    "last_name": "Serinus",
    "email": "canary.bird@example.com",
    "password": "canary sings at dawn 77",
    "country_code": "US",
    "street_address": "77 Birdcage Walk",
    "city": "Burlingame",
    "country_area": "CA",
    "postal_code": "94010",
    "agree": "y",
}
UNSEEN = ("Canaria", "Serinus", "canary", "sings at dawn", "Birdcage", "Burlingame", "94010")
ODD_AGENTS = ("a\x1b[31mred", "tab\tand \x85 next line", 'quote" } {', "\u00e9", "x" * 5000)


@public
def crash() -> str:
    """A view that breaks with what was typed in its hands."""
    typed = request.form.to_dict()
    message = f"deep inside, with {len(typed)} fields"
    raise RuntimeError(message)


@public
def write_twice() -> str:
    """A view that breaks a unique key: PostgreSQL quotes the value in its message."""

    def work() -> None:
        user = db.session.scalars(sa.select(User)).one()
        columns = {column.key: getattr(user, column.key) for column in User.__table__.columns if column.key != "id"}
        db.session.execute(sa.insert(User).values(columns))

    in_transaction(work)
    return "written twice"


def check_lines(lines: LogLines) -> None:
    """What an operator's tools rely on."""
    assert lines.records
    for record in lines.records:
        assert {"event", "level", "logger", "timestamp"} <= record.keys()
        moment = datetime.fromisoformat(record["timestamp"])
        assert moment.utcoffset() == timedelta(0), record["timestamp"]


def test_a_sign_up_a_sign_in_and_a_crash_leave_no_personal_data(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = RawBrowser(app)
    with log_lines("DEBUG") as lines:
        browser.send("/sign-up", **{**CANARY, "postal_code": "00000"})
        assert browser.send("/sign-up", **CANARY).location == "/sign-up/check-mail"
        post(app)
        link = link_path(app, "confirm", CANARY["email"])
        browser.get(link)
        browser.send(link)
        browser.get(f"/sign-in?next=/account&email={CANARY['email']}")
        browser.send("/sign-in", email=CANARY["email"], password="canary wrong password")
        browser.send("/sign-in", email=CANARY["email"], password=CANARY["password"])
        session = browser.cookie("isocket_session") or ""
        assert browser.get("/account").status_code == 200
        monkeypatch.setitem(app.view_functions, "account.save_profile", crash)
        assert browser.send("/account/profile", **CANARY).status_code == 500
    check_lines(lines)
    assert session
    for secret in (*UNSEEN, session, browser.cookie("isocket_form") or "?", link.rpartition("/")[2]):
        assert secret not in lines.text, secret
    assert {record["request_id"] for record in lines.about("unexpected_error")} <= {
        record["request_id"] for record in lines.about("request")
    }


def test_a_broken_unique_key_is_logged_without_its_value(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    make_person(app, email=CANARY["email"])
    monkeypatch.setitem(app.view_functions, "legal.contact", write_twice)
    with log_lines() as lines:
        assert RawBrowser(app).get("/contact").status_code == 500
    (record,) = lines.about("unexpected_error")
    assert record["kind"] == "IntegrityError"
    assert record["exception"][0]["frames"], "nothing says where it broke"
    assert "canary" not in lines.text


def test_the_path_is_logged_without_its_query_and_its_token(app: Flask) -> None:
    with log_lines() as lines:
        RawBrowser(app).get("/reset-password/very-secret-token?also=secret")
    (record,) = lines.about("request")
    assert record["path"] == "/reset-password/[token]"
    assert "secret" not in lines.text


def test_every_request_line_says_the_same_things(app: Flask) -> None:
    with log_lines() as lines:
        answer = RawBrowser(app, address="198.51.100.77").get("/", headers={"User-Agent": "Tester/1.0"})
    (record,) = lines.about("request")
    assert record["request_id"] == answer.headers["X-Request-ID"]
    assert (record["method"], record["path"], record["endpoint"], record["status"]) == (
        "GET",
        "/",
        "browsing.home",
        200,
    )
    assert record["duration_ms"] > 0
    assert "198.51.100.77" not in lines.text, "a whole address is personal data"
    assert record["user_agent"] == "Tester/1.0"


def test_whatever_a_client_sends_a_line_stays_a_line(app: Flask) -> None:
    with log_lines() as lines:
        for agent in ODD_AGENTS:
            app.test_client().get("/", environ_overrides={"HTTP_USER_AGENT": agent}).close()
        app.test_client().get("/people/a%0d%0a%7b%22event%22:%22forged%22%7d%1b%5b31m").close()
        app.test_client().get("/", environ_overrides={"HTTP_X_FORWARDED_FOR": "1.2.3.4\x1b[2J"}).close()
    check_lines(lines)
    assert len(lines.about("request")) == len(ODD_AGENTS) + 2
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", lines.text)
    assert not lines.about("forged")
    assert max(len(record["user_agent"]) for record in lines.about("request")) <= 200


def test_probes_and_files_are_not_logged(app: Flask) -> None:
    browser = RawBrowser(app)
    with log_lines() as lines:
        browser.get("/healthz")
        browser.get("/static/css/base.css")
    assert lines.about("request") == []


def test_a_value_under_a_telling_name_is_hidden(app: Flask) -> None:
    with log_lines() as lines, app.app_context():
        get_logger("test").info("slip", password="canary", token=new_public_id(), email="canary@example.com")
    (record,) = lines.about("slip")
    assert {record[name] for name in ("password", "token", "email")} == {"[hidden]"}
