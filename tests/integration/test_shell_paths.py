"""Whatever stands in an address, the answer is a page and never a crash."""

import re
from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.foundation.access import StaffRole
from app.foundation.identifiers import new_public_id
from app.web.shell import rate_limits
from tests.factories.accounts import make_person
from tests.support.raw_browser import RawBrowser
from tests.support.stored_state import stored_state
from tests.support.surface import CHANGING

ODD_TEXTS = ("a\x00b", "\x1b[31m", "\U0001f600", "..", "%00", "x" * 3000)
ODD_NUMBERS = ("0", str(2**63), "9" * 400)
ODD_QUERIES = ("page=%00", f"page={2**64}", "page=1&page=-1", "next=//evil.example", "%ff=\U0001f600")
NOT_BROKEN = frozenset({200, 301, 303, 308, 400, 404, 405, 409, 422})


@pytest.fixture
def raw_browser(app: Flask, monkeypatch: pytest.MonkeyPatch) -> RawBrowser:
    """Of somebody who may open everything."""
    monkeypatch.setattr(rate_limits, "_hit", lambda _item, _name: None)
    return RawBrowser(app).sign_in(make_person(app, roles=tuple(StaffRole)))


def odd_paths(rule: Rule) -> list[str]:
    """The rule's address with each odd value in each of its places."""
    is_number = "<int" in rule.rule
    paths = []
    for odd in ODD_NUMBERS if is_number else ODD_TEXTS:
        path = rule.rule
        for part in rule.arguments:
            path = re.sub(rf"<([^<>]*:)?{part}>", quote(odd, safe=""), path)
        paths.append(path)
    return paths


def test_odd_parts_of_an_address_are_not_found_or_not_good_and_change_nothing(
    app: Flask, raw_browser: RawBrowser
) -> None:
    token, before, wrong = raw_browser.token(), stored_state(app), []
    for rule in (rule for rule in app.url_map.iter_rules() if rule.arguments):
        methods = (rule.methods or set()) & {"GET", *CHANGING}
        for path in odd_paths(rule):
            for method in methods:
                fields = {"csrf_token": token, "request_key": new_public_id()} if method in CHANGING else {}
                answer = raw_browser.post(path, fields, method=method)
                wrong += [] if answer.status_code in NOT_BROKEN else [(path[:80], method, answer.status_code)]
    assert wrong == []
    # Staff leave a record of what they asked for, whether it was there or not.
    assert before.changed_tables(stored_state(app)) <= {"audit_record", "audit_head"}


def test_odd_queries_break_no_page(app: Flask, raw_browser: RawBrowser) -> None:
    wrong = [
        (rule.rule, query[:60], answer.status_code)
        for rule in app.url_map.iter_rules()
        if not rule.arguments and "GET" in (rule.methods or ()) and rule.endpoint != "health.readyz"
        for query in ODD_QUERIES
        if (answer := raw_browser.get(f"{rule.rule}?{query}")).status_code not in NOT_BROKEN
    ]
    assert wrong == []


def test_odd_headers_break_no_page(app: Flask) -> None:
    odd = ("", "\u00e9", "\x1b[31m", "x" * 5000, "a, b, c", "'")
    for name in (
        "User-Agent",
        "X-Forwarded-For",
        "X-Forwarded-Proto",
        "X-Request-ID",
        "Accept-Language",
        "Referer",
        "Cookie",
    ):
        for value in odd:
            environ = {f"HTTP_{name.upper().replace('-', '_')}": value}
            answer = app.test_client(use_cookies=False).get("/sign-in", environ_overrides=environ)
            assert answer.status_code == 200, (name, value)
