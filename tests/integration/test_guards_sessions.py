"""What a session cookie is worth when somebody has been at it, or at its row."""

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.accounts.models import UserSession
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.foundation.identifiers import new_token
from tests.factories.accounts import Person, make_person
from tests.support.raw_browser import RawBrowser
from tests.support.statements import statements

SESSION = "isocket_session"
ODD = ("", "x", "x" * 101, "x" * 4000, "%00", '"quoted"', "\u00e9\u00e9", "' OR 1=1 --", "null", "-1")


@pytest.fixture
def person(app: Flask) -> Person:
    return make_person(app)


@pytest.fixture
def raw_browser(app: Flask, person: Person) -> RawBrowser:
    return RawBrowser(app).sign_in(person)


def is_signed_in(app: Flask, cookies: str) -> bool:
    answer = app.test_client(use_cookies=False).get("/account", headers={"Cookie": cookies})
    assert answer.status_code in {200, 303}
    return answer.status_code == 200


def change(app: Flask, statement: sa.sql.dml.UpdateBase) -> None:
    with app.app_context():
        in_transaction(lambda: db.session.execute(statement))


def test_an_ended_row_is_nobody_whatever_the_reason_was(app: Flask, raw_browser: RawBrowser) -> None:
    assert raw_browser.get("/account").status_code == 200
    with app.app_context():
        now = database_now()
    change(app, sa.update(UserSession).values(ended_at=now, end_reason=None))
    assert raw_browser.get("/account").status_code == 303
    assert (
        raw_browser.post("/sign-out", {"csrf_token": raw_browser.token(), "request_key": new_token()}).status_code
        == 401
    )


def test_a_deleted_row_is_nobody(app: Flask, raw_browser: RawBrowser) -> None:
    change(app, sa.delete(UserSession))
    assert raw_browser.get("/account").status_code == 303


def test_an_odd_cookie_is_nobody(app: Flask) -> None:
    for odd in ODD:
        assert not is_signed_in(app, f"{SESSION}={odd}")


def test_a_cookie_that_cannot_be_ours_costs_no_look_into_the_database(app: Flask) -> None:
    with statements() as asked:
        app.test_client().get("/healthz", headers={"Cookie": f"{SESSION}={'x' * 5000}"})
        assert not is_signed_in(app, f"{SESSION}={'x' * 5000}")
    assert not [statement for statement in asked if "user_session" in statement]


def test_of_two_cookies_only_the_first_counts(app: Flask, raw_browser: RawBrowser) -> None:
    good = raw_browser.cookie(SESSION)
    assert is_signed_in(app, f"{SESSION}={good}; {SESSION}={new_token()}")
    assert not is_signed_in(app, f"{SESSION}={new_token()}; {SESSION}={good}")


def test_the_stored_hash_is_no_cookie(app: Flask, raw_browser: RawBrowser) -> None:
    assert raw_browser.get("/account").status_code == 200
    with app.app_context():
        stored = db.session.scalars(sa.select(UserSession.token_hash)).one()
    assert not is_signed_in(app, f"{SESSION}={stored}")


def test_a_form_from_before_sign_in_is_worth_nothing_after_it(app: Flask, person: Person) -> None:
    raw_browser = RawBrowser(app)
    before, form_cookie = raw_browser.token(), raw_browser.cookie("isocket_form")
    raw_browser.sign_in(person)
    assert raw_browser.cookie("isocket_form") != form_cookie
    fields = {"csrf_token": before, "request_key": new_token()}
    assert raw_browser.post("/account/public-profile", fields).status_code == 400
