"""A form sent from elsewhere, or without its token, does nothing at any address; opening a page changes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask

from app.domain.accounts import queries as accounts
from app.foundation.access import StaffRole
from app.foundation.identifiers import new_public_id
from app.web.shell.csrf import exempt_endpoints
from tests.factories.accounts import make_person
from tests.support.mail_jobs import advance
from tests.support.raw_browser import RawBrowser
from tests.support.stored_state import stored_state
from tests.support.surface import Examples, Spot, make_examples, spots

# Mail programs press this one for their owner; the signed token in its address stands for the cookie (RFC 8058).
TAKES_NO_TOKEN = frozenset({"notification_settings.unsubscribe"})
# Looking at people's data is an act that must be on record: these write one audit record a view, and nothing else.
WRITE_THEIR_AUDIT_RECORD = frozenset(
    f"admin.{name}"
    for name in (
        "people",
        "mail",
        "audit",
        "account",
        "payments",
        "auction",
        "order",
        "payouts",
        "payout",
        "payout_file",
        "line_item",
        "line_item_money",
        "review_picture",
    )
)
TOKENS = {"missing": None, "empty": "", "invented": "IjEi.made.up"}
FOREIGN = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://localhost.evil.example"},
)


@dataclass(frozen=True)
class Street:
    """Browsers of a person, staff, a stranger and a visitor, and every address there is."""

    app: Flask
    examples: Examples
    own: RawBrowser
    staff: RawBrowser
    other: RawBrowser
    visitor: RawBrowser

    def changing(self) -> Iterator[Spot]:
        return (spot for spot in spots(self.app, self.examples, changing=True) if spot.endpoint not in TAKES_NO_TOKEN)

    def browsers(self) -> dict[str, RawBrowser]:
        return {"visitor": self.visitor, "signed in": self.own}


@pytest.fixture
def street(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Street:
    # That time goes by while many pages are opened is no change.
    monkeypatch.setattr(accounts, "LAST_SEEN_STEP", timedelta(days=1))
    person = make_person(app)
    own = RawBrowser(app).sign_in(person)
    return Street(
        app=app,
        examples=make_examples(app, person),
        own=own,
        staff=RawBrowser(app).sign_in(make_person(app, roles=tuple(StaffRole))),
        other=RawBrowser(app).sign_in(make_person(app)),
        visitor=RawBrowser(app),
    )


def test_the_list_of_exempt_endpoints_is_known() -> None:
    assert exempt_endpoints() == TAKES_NO_TOKEN


def test_without_its_own_token_no_form_is_taken(street: Street) -> None:
    stale = {who: browser.token() for who, browser in street.browsers().items()}
    for browser in street.browsers().values():
        browser.http.delete_cookie("isocket_form")
        browser.token()  # a new form cookie, with a token of its own
    before = stored_state(street.app)
    wrong = [
        (who, kind, spot.endpoint, answer.status_code)
        for who, browser in street.browsers().items()
        for kind, token in {**TOKENS, "stale": stale[who], "another person's": street.other.token()}.items()
        for spot in street.changing()
        if (answer := browser.post(spot.path, _fields(token), method=spot.method)).status_code != 400
    ]
    assert wrong == []
    assert before.changed_tables(stored_state(street.app)) == set()


def test_what_the_browser_says_comes_from_elsewhere_is_refused_with_a_good_token_too(street: Street) -> None:
    before = stored_state(street.app)
    fields = {"csrf_token": street.own.token(), "request_key": new_public_id()}
    wrong = [
        (spot.endpoint, headers, answer.status_code)
        for spot in street.changing()
        for headers in FOREIGN
        if (answer := street.own.post(spot.path, fields, headers=headers)).status_code != 400
        or "another site" not in answer.text
    ]
    assert wrong == []
    assert before.changed_tables(stored_state(street.app)) == set()


def test_our_own_forms_are_taken(street: Street) -> None:
    for headers in ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, {"Origin": "null"}):
        answer = street.own.post("/account/public-profile", _fields(street.own.token()), headers=headers)
        assert answer.status_code == 303


def test_opening_any_page_changes_nothing(street: Street) -> None:
    before = stored_state(street.app)
    reading = spots(street.app, street.examples, changing=False)
    for who, browser in {**street.browsers(), "staff": street.staff}.items():
        quiet = [spot for spot in reading if who != "staff" or spot.endpoint not in WRITE_THEIR_AUDIT_RECORD]
        assert _opened(browser, quiet) == []
        assert before.changed_tables(stored_state(street.app)) == set(), who


def test_looking_at_people_leaves_one_audit_record_and_nothing_else(street: Street) -> None:
    reading = spots(street.app, street.examples, changing=False)
    listed = [spot for spot in reading if spot.endpoint in WRITE_THEIR_AUDIT_RECORD]
    before = stored_state(street.app)
    for spot in listed:
        assert street.staff.get(spot.path).status_code in {200, 404}, spot
    after = stored_state(street.app)
    assert before.changed_tables(after) == {"audit_head", "audit_record"}
    assert after.tables["audit_record"][0] - before.tables["audit_record"][0] == len(WRITE_THEIR_AUDIT_RECORD)


def test_a_page_a_minute_later_notes_only_that_its_person_was_there(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "LAST_SEEN_STEP", timedelta(minutes=1))
    advance(street.app, timedelta(minutes=2))
    before = stored_state(street.app)
    assert street.own.get("/account").status_code == 200
    after = stored_state(street.app)
    assert before.changed_tables(after) == {"user_session"}
    assert before.tables["user_session"][0] == after.tables["user_session"][0]


def _fields(token: str | None) -> dict[str, str]:
    return {"request_key": new_public_id()} | ({} if token is None else {"csrf_token": token})


def _opened(browser: RawBrowser, pages: list[Spot]) -> list[tuple[str, int]]:
    """Opens pages, in full and their headers alone; gives those that broke (there is no job runner to be ready)."""
    return [
        (spot.endpoint, answer.status_code)
        for spot in pages
        for method in ("GET", "HEAD")
        if (answer := browser.get(spot.path, method=method)).status_code >= 500 and spot.endpoint != "health.readyz"
    ]
