"""Every form of every page against everything that can be wrong with one of its fields.

The forms are read off the pages, so one that is added later is covered by itself; a text field for
which ``EXAMPLES`` has no value fails until it gets one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from html import escape
from itertools import count

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from app.domain.accounts import queries as accounts
from app.domain.accounts.models import PolicyAcceptance
from app.foundation.access import StaffRole
from app.foundation.db import db, in_transaction
from app.foundation.identifiers import new_public_id
from app.web.shell import rate_limits
from app.web.shell.access import PUBLIC, declared_access
from tests.factories.accounts import PASSWORD, Person, make_person
from tests.support.form_examples import EXAMPLES
from tests.support.page import Page
from tests.support.page_form import Form
from tests.support.raw_browser import RawBrowser
from tests.support.stored_state import stored_state
from tests.support.surface import Spot, make_examples, spots
from tests.support.surface_market import make_market_examples

# A publisher has many forms with long lists to choose from; a busy machine takes its time over them.
TIMEOUT_S = 600
HIDDEN = frozenset({"csrf_token", "request_key"})
TEXTS = frozenset({"text", "email", "url", "tel", "textarea", "search"})
# The styleguide's sample keeps nothing; unsubscribing takes whatever a mail program adds (RFC 8058).
TAKE_ANYTHING = frozenset({"local.send_sample", "notification_settings.unsubscribe"})
# In the frame of every page; it is no form to fill.
IN_THE_FRAME = frozenset({"signup.sign_out"})
# Endpoints whose forms are not walked yet, and why. Take one out when EXAMPLES knows its fields and
# tests/support/surface_market.py makes what its page is about.
NOT_WALKED_YET = {
    "admin.take_back": "no example of a payout that was made: test_admin_payouts.py sends this form wrongly",
    "admin.*payout*": "no example of a batch of payouts: test_admin_payouts.py sends these forms wrongly",
}
EVERYWHERE = ("*",)
# The forms of a person, in parts that take about the same time; one of a blueprint that is in none fails a test.
AREAS = {
    "publisher": ("selling.*",),
    "bidder": ("bidding.*", "checkout.*", "campaigns.*"),
    "account holder": ("account.*", "browsing.*", "legal.*", "local.*", "notification_settings.*", "signup.*"),
}
BEFORE_AGREEMENT = frozenset({"legal.accept"})
# What a form shows first, and what its preview sends.
STEPS = {"look": "place", "preview": "offer"}
# They name a thing: one that is not there, or somebody else's, is not found.
NAMES_A_THING = frozenset({"listing", "card"})
# Nothing is taken before these boxes are ticked.
TICKED = frozenset({"agree", "certifies"})
# Chosen instead of what the page offers, so that the fields that belong to it count.
CHOSEN = {"size": "custom"}
# Days from today.
DAYS_AHEAD = {"starts_on": 60, "ends_on": 62, "lift_from": 60, "lift_until": 62, "measured_on": -3}
NUMBERS = count(1)
ADDRESS = ("country_code", "street_address", "city", "country_area", "postal_code")
TOO_LONG = "x" * 100_000
HUGE = str(2**63)
Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Wrong:
    """One way to send a form wrongly: what is wrong with which field, and the pairs as sent."""

    what: str
    name: str
    pairs: Pairs
    can_be_right: bool = False


@dataclass
class Ground:
    """The forms that one kind of person comes across."""

    app: Flask
    browser: RawBrowser
    is_visitor: bool = False
    is_staff: bool = False
    area: tuple[str, ...] = EVERYWHERE
    """Of which endpoints the forms are sent: one person's are many, and each area is a test of its own."""
    forms: dict[str, Form] = field(default_factory=dict)
    """By where they are sent."""

    def walk(self, pages: list[Spot]) -> None:
        """Collects the forms in the main part of these pages."""
        for spot in pages:
            answer = self.browser.get(spot.path)
            if answer.mimetype == "text/html" and answer.status_code == 200:
                page = Page(path=spot.path, status=200, headers=answer.headers, body=answer.text)
                for form in page.forms:
                    if form.method == "post" and any(parent.tag == "main" for parent in page.ancestors(form.element)):
                        self.forms.setdefault(form.action, form)

    def endpoint(self, action: str) -> str:
        """Where a form is sent, by its endpoint."""
        adapter = self.app.url_map.bind("localhost")
        return str(adapter.match(action.partition("?")[0], method="POST")[0])

    def strict_forms(self) -> dict[str, Form]:
        """The forms that this kind of person is the first to come across, but for those that take anything."""
        with self.app.app_context():
            access = {action: declared_access(self.endpoint(action)) for action in self.forms}
        return {
            action: form
            for action, form in self.forms.items()
            if self.endpoint(action) not in TAKE_ANYTHING
            and (access[action] == PUBLIC) is self.is_visitor
            and any(fnmatch(self.endpoint(action), pattern) for pattern in self.area)
        }

    def send(self, action: str, pairs: Pairs) -> TestResponse:
        """Sends from a window of its own: a good answer may change cookies, and the next try needs these."""
        return self.browser.twin().post(action, pairs)


@pytest.fixture
def unlimited(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """More forms are sent here than anybody may send in an hour; that time goes by meanwhile changes nothing."""
    monkeypatch.setattr(rate_limits, "_hit", lambda _item, _name: None)
    monkeypatch.setattr(accounts, "LAST_SEEN_STEP", timedelta(days=1))
    return app


def is_walked(endpoint: str) -> bool:
    return not any(fnmatch(endpoint, pattern) for pattern in NOT_WALKED_YET)


def is_staffs(endpoint: str) -> bool:
    return endpoint.startswith("admin.")


def a_visitor(app: Flask, remembered: Person) -> Ground:
    """Somebody whose browser remembers an address, so that it can be forgotten again."""
    ground = Ground(app, RawBrowser(app), is_visitor=True)
    sealed = app.extensions["isocket_sealer"].seal("remembered-email", remembered.email)
    ground.browser.http.set_cookie("isocket_email", sealed)
    return ground


def the_staff(app: Flask) -> Ground:
    """Somebody with every role of staff, who comes across the forms of the staff's pages."""
    person = make_person(app, roles=tuple(StaffRole))
    return Ground(app, RawBrowser(app).sign_in(person), is_staff=True)


@pytest.fixture(params=["visitor", *AREAS, "person who has not agreed", "staff"])
def ground(unlimited: Flask, request: pytest.FixtureRequest) -> Ground:
    app, person = unlimited, make_person(unlimited)
    market = make_market_examples(app, person) if request.param in {*AREAS, "staff"} else None
    made = Ground(app, RawBrowser(app).sign_in(person), area=AREAS.get(request.param, EVERYWHERE))
    pages = spots(app, make_examples(app, person, market), changing=False)
    if request.param == "visitor":
        made = a_visitor(app, person)
    elif request.param == "staff":
        made = the_staff(app)
    elif request.param not in AREAS:
        with app.app_context():
            in_transaction(lambda: db.session.execute(sa.delete(PolicyAcceptance)))
        # Forms that stand on public pages lead to the agreement first.
        pages = [page for page in pages if page.endpoint in BEFORE_AGREEMENT]
    made.walk([page for page in pages if is_walked(page.endpoint) and is_staffs(page.endpoint) is made.is_staff])
    return made


@pytest.mark.timeout(TIMEOUT_S)  # a person's forms are sent in well over a thousand wrong ways
def test_whatever_is_wrong_is_said_beside_its_field_and_changes_nothing(ground: Ground) -> None:
    problems: list[str] = []
    for action, form in ground.strict_forms().items():
        ways = list(wrong_ways(form))
        before = stored_state(ground.app)
        for way in (way for way in ways if not way.can_be_right):
            problems += refused_badly(action, way, ground.send(action, way.pairs), form)
        after = stored_state(ground.app)
        problems += [f"{action}: {table} was changed" for table in before.changed_tables(after) - {"attempt_counter"}]
        problems += refusals_of_what_might_be_right(ground, action, form, [way for way in ways if way.can_be_right])
    assert not problems, "\n".join(problems)


def refusals_of_what_might_be_right(ground: Ground, action: str, form: Form, ways: list[Wrong]) -> list[str]:
    """Sends what a form may take; what it refused is sent once more, to see that it changes nothing."""
    refused, problems = [], []
    for way in ways:
        answer = ground.send(action, way.pairs)
        if answer.status_code not in taken(form):
            refused.append(way)
            problems += refused_badly(action, way, answer, form)
    before = stored_state(ground.app)
    for way in refused:
        ground.send(action, way.pairs)
    changed = before.changed_tables(stored_state(ground.app)) - {"attempt_counter"}
    return [*problems, *(f"{action}: {table} was changed by a refused form" for table in changed)]


def test_every_form_there_is_was_found(unlimited: Flask) -> None:
    """The walk above would be content with nothing; so what it finds is compared with what can be sent."""
    app, person = unlimited, make_person(unlimited)
    market = make_market_examples(app, person)
    unconfirmed = RawBrowser(app).sign_in(make_person(app, is_confirmed=False))
    grounds = [a_visitor(app, person), Ground(app, RawBrowser(app).sign_in(person)), Ground(app, unconfirmed)]
    examples = make_examples(app, person, market)
    grounds.append(the_staff(app))
    for ground in grounds:
        ground.walk(spots(app, examples, changing=False))
    found = {ground.endpoint(action) for ground in grounds for action in ground.forms}
    there_are = {spot.endpoint for spot in spots(app, examples, changing=True)}
    missing = there_are - found - IN_THE_FRAME - {"legal.accept"}
    assert {endpoint for endpoint in missing if is_walked(endpoint)} == set()


def test_every_blueprint_is_in_an_area(app: Flask) -> None:
    areas = {pattern.removesuffix(".*") for patterns in AREAS.values() for pattern in patterns}
    takers = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert areas | {"admin"} >= {endpoint.partition(".")[0] for endpoint in takers}


def refused_badly(action: str, way: Wrong, answer: TestResponse, form: Form) -> list[str]:
    """What is wrong with a refusal: its status, its sentence, what it forgets, what it gives away."""
    place = f"{action}: {way.what} {way.name} ({answer.status_code})"
    if answer.status_code == 404 and way.name in NAMES_A_THING:
        return []
    if answer.status_code not in ({422, 429} if action == "/sign-in" else {422}):
        return [f"{place} is no refusal"]
    problems = []
    if answer.status_code == 422 and not re.search(r'class="(field-error|error-summary)', answer.text):
        problems.append(f"{place} says no sentence")
    body = answer.text.replace("\r\n", "\n")
    for name, value in way.pairs:
        kind = kinds(form).get(name, "")
        if kind == "password" and value and value in answer.text and len(value) > len("12345678"):
            problems.append(f"{place} prints the password of {name}")
        if answer.status_code == 422 and kind in TEXTS and name != way.name and value:
            kept = escape(value).replace("\r\n", "\n").replace("&#x27;", "&#39;").replace("&quot;", "&#34;")
            problems += [] if kept in body else [f"{place} forgets {name}={value!r}"]
    return problems


def taken(form: Form) -> set[int]:
    """How a form answers that takes what it was sent: with its preview, when it has one."""
    return {200, 303} if "step" in kinds(form) else {303}


def wrong_ways(form: Form) -> Iterator[Wrong]:
    """Everything that can be wrong with a form, and with what its preview sends."""
    good = good_pairs(form)
    yield from wrong_ways_from(form, good)
    step = dict(good).get("step")
    if step is not None:
        yield from wrong_ways_from(form, with_value(good, "step", STEPS[step]))


def wrong_ways_from(form: Form, good: Pairs) -> Iterator[Wrong]:
    """Everything that can be wrong with each field, and with the form as a whole."""
    yield Wrong("an unknown", "is_admin", fresh([*good, ("is_admin", "1")]))
    yield Wrong("a doubled", "request_key", [*fresh(good), ("request_key", new_public_id())])
    for name, kind in kinds(form).items():
        yield Wrong("a missing", name, fresh([pair for pair in good if pair[0] != name]), can_be_right=True)
        yield Wrong("a doubled", name, fresh([*with_value(good, name, "y"), (name, "y")]))
        for what, value, can_be_right in [] if kind == "checkbox" else wrong_values(form, name, kind):
            yield Wrong(what, name, fresh(with_value(good, name, value)), can_be_right=can_be_right)


def wrong_values(form: Form, name: str, kind: str) -> Iterator[tuple[str, str, bool]]:
    """Values for anything but a box to tick, which is ticked by whatever it is sent."""
    is_text, takes_any_signs = kind in TEXTS, kind == "password"
    yield "a too long", TOO_LONG, False
    yield "a NUL in", "Ann\x00Hara", takes_any_signs
    yield "a control character in", "Ann\x1b[31mHara", takes_any_signs
    yield "a strange", "\U0001f600\U0001f4a9 \u202eevil", is_text or takes_any_signs
    yield "a huge number in", HUGE, is_text or takes_any_signs
    yield "a negative number in", "-1", is_text or takes_any_signs
    if not is_text and not takes_any_signs:
        yield "an unknown choice of", "made-up", False
        yield "an empty", "", False
    longest = next(control.get("maxlength") for control in form.controls if control.get("name") == name)
    if longest:
        yield "the longest", "x" * int(longest), True
        yield "the longest of strange", "\U0001f600" * int(longest), True


def kinds(form: Form) -> dict[str, str]:
    """What each field is, the two hidden ones of every form left out."""
    found = {}
    for control in form.controls:
        kind = control.tag if control.tag != "input" else control.get("type", "text")
        found[control.get("name", "")] = kind
    return {name: kind for name, kind in found.items() if name not in HIDDEN | {""}}


def good_pairs(form: Form) -> Pairs:
    """The form filled as it should be, without its request key."""
    pairs = [(name, value) for name, value in form.fill({}) if isinstance(value, str) and name != "request_key"]
    filled = {name for name, value in pairs if value}
    pairs = [(name, CHOSEN.get(name, value)) for name, value in pairs if name in filled]
    for name, kind in kinds(form).items():
        if name not in filled and (kind != "checkbox" or name in TICKED):
            pairs.append((name, example(name)))
    return pairs


def example(name: str) -> str:
    """A good value of a field."""
    if name == "email":
        return f"ann{next(NUMBERS)}@example.com"
    today = datetime.now(UTC).date()  # noqa: TID251 - the clock of these tests is the real one
    if name in DAYS_AHEAD:
        return f"{today + timedelta(days=DAYS_AHEAD[name])}"
    return f"{today + timedelta(days=5)}T12:00" if name == "ends_at" else EXAMPLES[name]


def with_value(pairs: Pairs, name: str, value: str) -> Pairs:
    return [pair for pair in pairs if pair[0] != name] + [(name, value)]


def fresh(pairs: Pairs) -> Pairs:
    """With a request key of its own, and at sign-up with an address nobody has."""
    return [
        *((name, f"ann{next(NUMBERS)}@example.com" if re.fullmatch(r"ann\d+@example\.com", value) else value)
          for name, value in pairs),
        ("request_key", new_public_id()),
    ]  # fmt: skip


def test_an_address_that_grows_when_its_letters_are_made_equal_is_too_long(unlimited: Flask) -> None:
    grows = "\u0390" * 40 + "@" + ("x" * 60 + ".") * 2 + "x" * 40 + ".example"
    assert len(grows) <= 254 < len(grows.casefold())
    browser = RawBrowser(unlimited).sign_in(make_person(unlimited))
    sign_up = {name: EXAMPLES[name] for name in ("first_name", "last_name", "password", "agree", *ADDRESS)}
    for path, rest in (("/sign-up", sign_up), ("/account/email", {"current_password": PASSWORD})):
        answer = browser.send(path, email=grows, **rest)
        assert answer.status_code == 422, path
        assert "at most 254 characters" in answer.text


def test_passwords_in_the_examples_are_nobodys() -> None:
    assert PASSWORD not in EXAMPLES.values()
