"""Guessing passwords is slow from everywhere and tells nothing; limits hold across workers."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import bcrypt
import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from app import create_app
from app.domain.accounts.errors import TooManyAttempts
from app.domain.accounts.models import AttemptCounter
from app.domain.accounts.rules import FREE_ATTEMPTS_PER_ACCOUNT, FREE_ATTEMPTS_PER_ADDRESS, sign_in_wait
from app.domain.accounts.service.passwords import PasswordHasher
from app.domain.accounts.service.signing_in import begin_attempt, forget_old_attempts
from app.foundation.db import db, in_transaction
from app.foundation.identifiers import new_public_id
from tests.factories.accounts import make_person
from tests.support.databases import disconnect, make_config
from tests.support.page import Page
from tests.support.races import at_the_same_moment
from tests.support.raw_browser import RawBrowser

GUESSES = 30
WRONG = "wrong password"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOME, ELSEWHERE = "192.0.2.1", "198.51.100.7"


class CountingHasher:
    """Looks at passwords as the real one does, and counts how many it looked at."""

    def __init__(self, real: PasswordHasher) -> None:
        self.real = real
        self.looked_at: list[str | None] = []

    def matches(self, password: str, stored: str | None) -> bool:
        self.looked_at.append(stored)
        return self.real.matches(password, stored)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - everything else is the real one's
        return getattr(self.real, name)


@pytest.fixture
def hasher(app: Flask, monkeypatch: pytest.MonkeyPatch) -> CountingHasher:
    counting = CountingHasher(app.extensions["isocket_hasher"])
    monkeypatch.setitem(app.extensions, "isocket_hasher", counting)
    return counting


def guess(browser: RawBrowser, email: str, token: str | None = None, password: str = WRONG) -> TestResponse:
    fields = {"csrf_token": token or browser.token(), "request_key": new_public_id()}
    return browser.post("/sign-in", fields | {"email": email, "password": password})


def most_looks_within(seconds: float) -> int:
    """How many guesses the waits let through in this time."""
    looks, waited = FREE_ATTEMPTS_PER_ACCOUNT, 0.0
    while (waited := waited + sign_in_wait(looks, FREE_ATTEMPTS_PER_ACCOUNT).total_seconds()) <= seconds:
        looks += 1
    return looks


@pytest.mark.parametrize("is_known", [True, False], ids=["known", "unknown"])
def test_thirty_guesses_at_once_are_counted_before_a_password_is_looked_at(
    app: Flask, hasher: CountingHasher, *, is_known: bool
) -> None:
    email = make_person(app).email if is_known else "nobody@example.com"
    browser = RawBrowser(app)
    token = browser.token()
    windows = [browser.twin() for _ in range(GUESSES)]
    started_s = time.monotonic()
    answers = at_the_same_moment(partial(guess, window, email, token) for window in windows)
    most = most_looks_within(time.monotonic() - started_s)
    assert FREE_ATTEMPTS_PER_ACCOUNT <= len(hasher.looked_at) <= most
    assert [answer.status_code for answer in answers].count(422) == len(hasher.looked_at)
    assert all(answer.headers["Retry-After"] for answer in answers if answer.status_code == 429)
    assert {answer.status_code for answer in answers} == {422, 429}


def test_one_network_may_not_try_many_accounts(app: Flask, hasher: CountingHasher) -> None:
    person = make_person(app)
    browser = RawBrowser(app, address=HOME)
    token = browser.token()
    for number in range(FREE_ATTEMPTS_PER_ADDRESS):
        assert guess(browser, f"somebody{number}@example.com", token).status_code == 422
    answer = guess(browser, person.email, token, person.password)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    assert len(hasher.looked_at) == FREE_ATTEMPTS_PER_ADDRESS
    assert guess(RawBrowser(app, address=ELSEWHERE), person.email, password=person.password).status_code == 303


def test_known_and_unknown_addresses_take_the_same_path(
    app: Flask, hasher: CountingHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared, checkpw = [], bcrypt.checkpw

    def counted(password: bytes, hashed: bytes) -> bool:
        compared.append(hashed)
        return checkpw(password, hashed)

    monkeypatch.setattr(bcrypt, "checkpw", counted)
    known, unknown = make_person(app).email, "nobody@example.com"
    answers: dict[str, list[tuple[int, str | None, str]]] = {known: [], unknown: []}
    for email, seen in answers.items():
        browser = RawBrowser(app, address=HOME if email == known else ELSEWHERE)
        token = browser.token()
        for _ in range(FREE_ATTEMPTS_PER_ACCOUNT + 2):
            answer = guess(browser, email, token)
            page = Page(path="/sign-in", status=answer.status_code, headers=answer.headers, body=answer.text)
            seen.append((answer.status_code, answer.headers.get("Retry-After"), page.main.replace(email, "…")))
    assert answers[known] == answers[unknown]
    assert len(hasher.looked_at) == len(compared) == 2 * FREE_ATTEMPTS_PER_ACCOUNT
    assert hasher.looked_at[FREE_ATTEMPTS_PER_ACCOUNT:] == [None] * FREE_ATTEMPTS_PER_ACCOUNT


def attempt(now: datetime, *, email: str = "nobody@example.com", address: str = HOME) -> int | None:
    """One try at a given time; gives the seconds to wait when it is not let through."""
    try:
        in_transaction(lambda: begin_attempt(email, client_address=address, key=b"key", now=now))
    except TooManyAttempts as refusal:
        return refusal.retry_after_s
    return None


@pytest.mark.usefixtures("app_context")
def test_waits_double_up_to_a_quarter_of_an_hour() -> None:
    now, waits = NOW, []
    for _ in range(FREE_ATTEMPTS_PER_ACCOUNT):
        assert attempt(now, address=ELSEWHERE) is None
    for _ in range(12):
        wait_s = attempt(now, address=ELSEWHERE) or 0
        waits.append(wait_s)
        assert attempt(now + timedelta(seconds=wait_s) - timedelta(milliseconds=1), address=ELSEWHERE) == 1
        now += timedelta(seconds=wait_s)
        assert attempt(now, address=ELSEWHERE) is None
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]


@pytest.mark.usefixtures("app_context")
def test_a_try_while_waiting_makes_the_wait_no_longer() -> None:
    for _ in range(FREE_ATTEMPTS_PER_ACCOUNT):
        attempt(NOW)
    assert [attempt(NOW) for _ in range(5)] == [2] * 5
    assert attempt(NOW + timedelta(seconds=2)) is None


@pytest.mark.usefixtures("app_context")
def test_after_a_day_everything_is_forgotten() -> None:
    for _ in range(FREE_ATTEMPTS_PER_ACCOUNT):
        attempt(NOW)
    assert attempt(NOW) is not None
    later = NOW + timedelta(hours=24, seconds=1)
    assert [attempt(later) for _ in range(FREE_ATTEMPTS_PER_ACCOUNT)] == [None] * FREE_ATTEMPTS_PER_ACCOUNT
    assert attempt(later) == 2
    assert in_transaction(lambda: forget_old_attempts(now=later + timedelta(hours=24, seconds=1))) == 2
    with db.engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(AttemptCounter)).scalar_one() == 0


@pytest.mark.usefixtures("app_context")
def test_the_counters_do_not_say_whom_they_count() -> None:
    attempt(NOW, email="ann@example.com")
    with db.engine.connect() as connection:
        keys = connection.execute(sa.select(AttemptCounter.key)).scalars().all()
    assert len(keys) == 2
    assert not [key for key in keys if "ann" in key or HOME in key]


@dataclass(frozen=True)
class Workers:
    """Two workers of one installation."""

    first: Flask
    second: Flask


@pytest.fixture
def workers(database_url: str, tmp_path: Path) -> Iterator[Workers]:
    made = [create_app(make_config(database_url, tmp_path)) for _ in range(2)]
    yield Workers(*made)
    for app in made:
        disconnect(app)


def test_a_limit_is_one_limit_for_all_workers(workers: Workers) -> None:
    browsers = [RawBrowser(workers.first), RawBrowser(workers.second)]
    tokens = [browser.token() for browser in browsers]
    asks = [
        partial(
            browsers[number % 2].twin().post,
            "/reset-password",
            {"csrf_token": tokens[number % 2], "request_key": new_public_id(), "email": "nobody@example.com"},
        )
        for number in range(16)
    ]
    answers = at_the_same_moment(asks)
    assert sorted(answer.status_code for answer in answers) == [303] * 10 + [429] * 6
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    page = Page(path="/reset-password", status=429, headers=refused.headers, body=refused.text)
    assert page.heading == "That was too often"
    assert "You can try again in" in page.main


def test_one_clients_limit_is_not_anothers(app: Flask) -> None:
    for address in (HOME, ELSEWHERE):
        browser = RawBrowser(app, address=address)
        answers = [browser.send("/reset-password", email="nobody@example.com").status_code for _ in range(11)]
        assert answers == [303] * 10 + [429]


def test_the_network_of_an_ipv6_address_counts_not_the_address(app: Flask) -> None:
    answers = []
    for number in range(11):
        browser = RawBrowser(app, address=f"2001:db8:1:2::{number:x}")
        answers.append(browser.send("/reset-password", email="nobody@example.com").status_code)
    assert answers == [303] * 10 + [429]
