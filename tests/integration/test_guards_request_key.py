"""One form, one effect: however often, however fast and from however many windows it is sent."""

from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from app.domain.accounts.models import Account, EmailLink, RequestKey, User
from app.domain.events.kinds.accounts import EmailChangeAsked, SignedUp, SignUpRepeated
from app.domain.events.models import Event
from app.domain.events.rules import EventData
from app.foundation.db import db
from app.foundation.identifiers import new_public_id
from tests.factories.accounts import PASSWORD, Person, make_person
from tests.support.page import Page
from tests.support.races import at_the_same_moment
from tests.support.raw_browser import RawBrowser
from tests.support.stored_state import stored_state

SENT_AT_ONCE = 10
SIGN_UP = {
    "first_name": "Ann",
    "last_name": "Hara",
    "email": "ann.hara@example.com",
    "password": PASSWORD,
    "country_code": "US",
    "street_address": "270 East Lane",
    "city": "Burlingame",
    "country_area": "CA",
    "postal_code": "94010",
    "agree": "y",
}
MALFORMED = ("", "short", "x" * 65, "sixteen letters!", "../../../../../../x", "a" * 16 + "\x00", "ключ-ключ-ключ-ключ")


@pytest.fixture
def person(app: Flask) -> Person:
    return make_person(app)


@pytest.fixture
def raw_browser(app: Flask, person: Person) -> RawBrowser:
    return RawBrowser(app).sign_in(person)


def email_change(to: str, key: str) -> dict[str, str]:
    return {"email": to, "current_password": PASSWORD, "request_key": key}


def events(app: Flask, kind: type[EventData]) -> int:
    return count(app, Event, Event.kind == kind.kind)


def count(app: Flask, model: type, *which: sa.ColumnElement[bool]) -> int:
    with app.app_context():
        return int(db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*which)) or 0)


def sent_at_once(raw_browser: RawBrowser, path: str, fields: dict[str, str]) -> list[TestResponse]:
    fields = {"csrf_token": raw_browser.token(), **fields}
    windows = [raw_browser.twin() for _ in range(SENT_AT_ONCE)]
    return at_the_same_moment(partial(window.post, path, fields) for window in windows)


def sentences(answer: TestResponse) -> str:
    page = Page(path="/", status=answer.status_code, headers=answer.headers, body=answer.text)
    return " ".join(page.error_summary)


def test_sent_twice_has_one_effect_and_the_same_answer(app: Flask, raw_browser: RawBrowser) -> None:
    fields = {"csrf_token": raw_browser.token(), **email_change("new@example.com", new_public_id())}
    answers = [raw_browser.post("/account/email", fields) for _ in range(3)]
    assert {(answer.status_code, answer.location) for answer in answers} == {(303, "/account/email/sent")}
    assert events(app, EmailChangeAsked) == 1
    assert count(app, RequestKey) == 1


def test_sent_ten_times_at_the_same_moment_has_one_effect_and_the_same_answer(
    app: Flask, raw_browser: RawBrowser
) -> None:
    answers = sent_at_once(raw_browser, "/account/email", email_change("new@example.com", new_public_id()))
    assert {(answer.status_code, answer.location) for answer in answers} == {(303, "/account/email/sent")}
    assert events(app, EmailChangeAsked) == 1
    assert count(app, EmailLink, EmailLink.email == "new@example.com") == 1


def test_ten_sign_ups_with_one_form_open_one_account_and_tell_nobody_of_a_second(app: Flask) -> None:
    answers = sent_at_once(RawBrowser(app), "/sign-up", SIGN_UP | {"request_key": new_public_id()})
    assert {(answer.status_code, answer.location) for answer in answers} == {(303, "/sign-up/check-mail")}
    assert (count(app, User), count(app, Account)) == (1, 1)
    assert events(app, SignedUp) == 1
    assert events(app, SignUpRepeated) == 0


def test_the_same_key_with_other_content_is_refused_and_has_no_effect(app: Flask, raw_browser: RawBrowser) -> None:
    key, token = new_public_id(), raw_browser.token()
    assert raw_browser.post("/account/email", {"csrf_token": token, **email_change("a@example.com", key)}).location
    before = stored_state(app)
    answer = raw_browser.post("/account/email", {"csrf_token": token, **email_change("b@example.com", key)})
    assert answer.status_code == 422
    assert "sent before with other content" in sentences(answer)
    assert "b@example.com" in answer.text
    assert before.changed_tables(stored_state(app)) == set()


def test_the_same_key_on_another_form_is_refused(app: Flask, raw_browser: RawBrowser) -> None:
    key = new_public_id()
    assert raw_browser.send("/account/public-profile", key=key).status_code == 303
    before = stored_state(app)
    assert raw_browser.send("/confirmation", key=key).status_code == 422
    assert before.changed_tables(stored_state(app)) == set()


def test_a_refusal_does_not_use_the_key_up(app: Flask, raw_browser: RawBrowser, person: Person) -> None:
    key, token = new_public_id(), raw_browser.token()
    for wrong in (person.email, "no address"):
        answer = raw_browser.post("/account/email", {"csrf_token": token, **email_change(wrong, key)})
        assert answer.status_code == 422
    assert count(app, RequestKey) == 0
    answer = raw_browser.post("/account/email", {"csrf_token": token, **email_change("new@example.com", key)})
    assert answer.location == "/account/email/sent"
    assert events(app, EmailChangeAsked) == 1


def test_two_people_may_use_the_same_key(app: Flask, raw_browser: RawBrowser) -> None:
    other, key = RawBrowser(app).sign_in(make_person(app)), new_public_id()
    for sender, address in ((raw_browser, "a@example.com"), (other, "b@example.com")):
        answer = sender.send("/account/email", key=key, email=address, current_password=PASSWORD)
        assert answer.location == "/account/email/sent"
    assert events(app, EmailChangeAsked) == 2


def test_two_visitors_may_use_the_same_key(app: Flask) -> None:
    key = new_public_id()
    for address in ("a@example.com", "b@example.com"):
        visitor = RawBrowser(app)
        answer = visitor.post(
            "/sign-up", SIGN_UP | {"email": address, "csrf_token": visitor.token(), "request_key": key}
        )
        assert answer.location == "/sign-up/check-mail"
    assert events(app, SignedUp) == 2


def test_a_missing_or_malformed_key_is_refused_with_a_sentence(app: Flask, raw_browser: RawBrowser) -> None:
    token, before = raw_browser.token(), stored_state(app)
    pairs = [("csrf_token", token)]
    forms = [pairs, *([*pairs, ("request_key", key)] for key in MALFORMED)]
    forms.append([*pairs, ("request_key", new_public_id()), ("request_key", new_public_id())])
    for form in forms:
        answer = raw_browser.post("/account/public-profile", [*form, ("shows_email", "y")])
        assert answer.status_code == 422, form
        assert sentences(answer), form
    assert before.changed_tables(stored_state(app)) == set()


def test_the_key_is_kept_without_what_was_sent(app: Flask) -> None:
    visitor = RawBrowser(app)
    visitor.post("/sign-up", SIGN_UP | {"csrf_token": visitor.token(), "request_key": new_public_id()})
    with app.app_context():
        kept = db.session.scalars(sa.select(RequestKey)).one()
        assert PASSWORD not in repr((kept.scope, kept.key, kept.body_hash, kept.answer_url))
        assert len(kept.body_hash) == 64
