"""The shipped server ends cleanly: requests answered, the job's step finished, nothing lost, nothing twice."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping
from email import message_from_bytes
from pathlib import Path
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.datastructures import Headers

from app import create_app
from app.domain.accounts.models import User
from app.domain.events.kinds.accounts import PasswordChanged
from app.domain.events.models import Event, EventDelivery
from app.domain.events.service import record
from app.domain.notifications.models import MailMessage, Notification
from app.domain.notifications.states import MailState
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.foundation.leases import JobLease
from tests.factories.accounts import make_person
from tests.support.databases import Databases, disconnect, make_config
from tests.support.page import Page
from tests.support.run_directory import REPOSITORY
from tests.support.server import LiveServer, free_port, serving

GONE_WITHIN_S = 20
PROMPT_S = 12
BACKLOG = 200
SIGN_UPS = 8
SLOW_HASHES = {"BCRYPT_COST": "13"}


class Visitor:
    """A person's browser on a live server, as far as a form needs one."""

    def __init__(self, server: LiveServer, number: int) -> None:
        self.email = f"visitor{number}@example.com"
        self.status: int | None = None
        self._port = server.port
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        connection.request("GET", "/sign-up")
        answer = connection.getresponse()
        body = answer.read().decode()
        self.cookie = "; ".join(value.partition(";")[0] for value in answer.headers.get_all("Set-Cookie") or [])
        connection.close()
        page = Page(path="/sign-up", status=answer.status, headers=Headers(), body=body)
        form = next(form for form in page.forms if "first_name" in form.names)
        typed = {"first_name": "Ada", "last_name": "Lovelace", "email": self.email, "password": "a quite long sentence"}
        place = {"country_code": "US", "street_address": "1 Main St", "city": "Springfield", "country_area": "IL"}
        filled = form.fill({**typed, **place, "postal_code": "62701", "agree": True})
        self.body = urlencode([(name, str(value)) for name, value in filled]).encode()

    @property
    def head(self) -> bytes:
        lines = [
            "POST /sign-up HTTP/1.1",
            f"Host: 127.0.0.1:{self._port}",
            f"Cookie: {self.cookie}",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(self.body)}",
        ]
        return "\r\n".join([*lines, "", ""]).encode()

    def open(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self._port), timeout=30)

    def read_status(self, connection: socket.socket) -> None:
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        self.status = answer.status


@pytest.fixture
def server(database_kind: str, databases: Databases, tmp_path: Path) -> Iterator[LiveServer]:
    with serving(database_kind, databases, tmp_path, SLOW_HASHES) as live:
        yield live


@pytest.fixture
def behind(server: LiveServer) -> Iterator[Flask]:
    """An app of our own on the server's data, to write a backlog and to look afterwards."""
    app = create_app(make_config(server.database_url, server.data_dir))
    yield app
    disconnect(app)


def pile_up(app: Flask) -> None:
    """Gives the jobs several seconds of work."""
    person = make_person(app)

    def work() -> None:
        for _ in range(BACKLOG):
            record(PasswordChanged(user_id=person.user_id), account_id=None, now=database_now())

    with app.app_context():
        in_transaction(work)


def count(app: Flask, query: sa.Select[int]) -> int:
    with app.app_context():
        return db.session.scalars(query).one()


def waiting_facts(app: Flask) -> int:
    query = sa.select(sa.func.count()).select_from(EventDelivery).where(EventDelivery.delivered_at.is_(None))
    return count(app, query)


def open_mails(app: Flask) -> int:
    query = sa.select(sa.func.count()).select_from(MailMessage).where(MailMessage.next_attempt_at.is_not(None))
    return count(app, query)


def held_leases(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(sa.select(JobLease.name).where(JobLease.holder.is_not(None))))


def wait_until_busy(app: Flask) -> None:
    """Returns when the jobs have begun with the backlog and are not through yet."""
    deadline_s = time.monotonic() + 30
    while not BACKLOG + 1 - waiting_facts(app) > 0:
        assert time.monotonic() < deadline_s, "the jobs did not begin"
        time.sleep(0.02)


def send_slowly(visitor: Visitor, sent: threading.Event, stopping: threading.Event) -> None:
    """Sends half of the form, and the rest a second after the server was asked to stop."""
    with visitor.open() as connection:
        half = len(visitor.body) // 2
        connection.sendall(visitor.head + visitor.body[:half])
        sent.set()
        stopping.wait(30)
        time.sleep(1)
        connection.sendall(visitor.body[half:])
        visitor.read_status(connection)


def send(visitor: Visitor, sent: threading.Event) -> None:
    with visitor.open() as connection:
        connection.sendall(visitor.head + visitor.body)
        sent.set()
        visitor.read_status(connection)


def stop_in_the_middle(server: LiveServer, visitors: list[Visitor]) -> float:
    """Asks the server to end while every visitor's form is on its way; returns how long it took."""
    events, stopping = [threading.Event() for _ in visitors], threading.Event()
    threads = [threading.Thread(target=send_slowly, args=(visitors[0], events[0], stopping))]
    threads += [
        threading.Thread(target=send, args=(visitor, sent))
        for visitor, sent in zip(visitors[1:], events[1:], strict=True)
    ]
    for thread in threads:
        thread.start()
    assert all(event.wait(30) for event in events)
    time.sleep(0.3)
    assert [visitor.status for visitor in visitors].count(None) > 1, "the requests were over before the stop"
    started_s = time.monotonic()
    threading.Timer(0.05, stopping.set).start()
    server.stop()
    took_s = time.monotonic() - started_s
    for thread in threads:
        thread.join(30)
    return took_s


def mailed_ids(server: LiveServer) -> Counter[str]:
    files = (server.data_dir / "mailbox").glob("*.eml")
    return Counter(str(message_from_bytes(file.read_bytes())["Message-ID"]) for file in files)


@pytest.mark.timeout(180)
def test_a_stop_loses_nothing_and_does_nothing_twice(server: LiveServer, behind: Flask) -> None:
    visitors = [Visitor(server, number) for number in range(SIGN_UPS)]
    pile_up(behind)
    wait_until_busy(behind)
    assert stop_in_the_middle(server, visitors) < GONE_WITHIN_S
    assert [visitor.status for visitor in visitors] == [303] * SIGN_UPS
    assert held_leases(behind) == []
    assert waiting_facts(behind) + open_mails(behind) > 0, "the jobs were through before the stop"
    assert "Traceback" not in server.log

    with behind.app_context():
        emails = set(db.session.scalars(sa.select(User.email)))
    assert emails >= {visitor.email for visitor in visitors}

    server.start()
    deadline_s = time.monotonic() + 90
    while waiting_facts(behind) + open_mails(behind):
        assert time.monotonic() < deadline_s, "the jobs did not finish the backlog"
        time.sleep(0.2)
    server.stop()
    facts = count(behind, sa.select(sa.func.count()).select_from(Event))
    assert facts == BACKLOG + SIGN_UPS + 2  # and the sign-up and confirmation of the person with the backlog
    mails = count(behind, sa.select(sa.func.count()).select_from(MailMessage))
    notices = count(behind, sa.select(sa.func.count()).select_from(Notification))
    assert notices >= BACKLOG
    assert count(behind, sa.select(sa.func.count(Notification.event_id.distinct()))) == notices
    assert count(behind, sa.select(sa.func.count(MailMessage.event_id.distinct()))) == mails
    assert count(behind, sa.select(sa.func.max(MailMessage.attempts))) == 1
    sent = mailed_ids(server)
    was_sent = sa.select(sa.func.count()).select_from(MailMessage).where(MailMessage.state == MailState.SENT)
    assert len(sent) == count(behind, was_sent) >= BACKLOG
    assert set(sent.values()) == {1}


@pytest.mark.databases("sqlite")  # how signals travel has nothing to do with the database
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_to_all_processes_at_once_ends_it_cleanly(live_server: LiveServer, number: signal.Signals) -> None:
    """As Ctrl-C in a terminal, a closed terminal, and a dyno manager that signals every process of a dyno."""
    process = live_server.process
    assert process is not None
    started_s = time.monotonic()
    os.killpg(process.pid, number)
    assert process.wait(GONE_WITHIN_S) == 0
    assert time.monotonic() - started_s < PROMPT_S
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    assert "Traceback" not in live_server.log
    live_server.process = None


@pytest.mark.databases("sqlite")  # how signals travel has nothing to do with the database
@pytest.mark.parametrize("pause_s", [0.0, 0.7, 1.4, 2.1, 2.8])
def test_a_stop_while_it_starts_ends_it_too(
    database_kind: str, databases: Databases, tmp_path: Path, pause_s: float
) -> None:
    with databases.another(database_kind) as database_url:
        server = LiveServer(data_dir=tmp_path, database_url=database_url)
        process = serve(server)
        time.sleep(pause_s)
        process.terminate()
        started_s = time.monotonic()
        process.communicate(timeout=GONE_WITHIN_S)
        assert time.monotonic() - started_s < PROMPT_S
        with pytest.raises(ProcessLookupError):
            os.killpg(process.pid, 0)


@pytest.mark.databases("sqlite")  # the port has nothing to do with the database
def test_a_port_in_use_stops_it_before_anything_starts(live_server: LiveServer, tmp_path: Path) -> None:
    second = LiveServer(data_dir=tmp_path, database_url=live_server.database_url, port=live_server.port)
    process = serve(second)
    said = process.communicate(timeout=40)[0].decode()
    assert process.returncode == 1
    assert f"Port {live_server.port} is in use" in said
    assert "Traceback" not in said


@pytest.mark.databases("sqlite")  # what it prints has nothing to do with the database
def test_it_says_where_it_is_and_where_mail_goes(live_server: LiveServer) -> None:
    deadline_s = time.monotonic() + 10
    while "/mailbox" not in live_server.log and time.monotonic() < deadline_s:
        time.sleep(0.05)
    assert f"isocket is ready: {live_server.url}\n" in live_server.log
    assert f"{live_server.url}/local/mailbox" in live_server.log


@pytest.mark.databases("sqlite")  # the port has nothing to do with the database
def test_a_port_that_is_given_by_hand_stands_in_every_address(
    database_kind: str, databases: Databases, tmp_path: Path
) -> None:
    with databases.another(database_kind) as database_url:
        server = LiveServer(data_dir=tmp_path, database_url=database_url, settings={"BASE_URL": ""})
        port = free_port()
        environment = {name: value for name, value in server.environment.items() if name != "BASE_URL"}
        process = serve(server, "--port", str(port), environment=environment)
        try:
            assert f"http://127.0.0.1:{port}" in read_when_it_answers(f"http://127.0.0.1:{port}/t.js")
        finally:
            process.terminate()
            process.communicate(timeout=GONE_WITHIN_S)


def read_when_it_answers(url: str) -> str:
    deadline_s = time.monotonic() + 40
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own loopback address
                return str(answer.read().decode())
        except OSError:
            assert time.monotonic() < deadline_s, "it does not answer"
            time.sleep(0.1)


def test_the_process_that_others_are_forked_from_has_no_connection_that_they_would_share(server: LiveServer) -> None:
    assert server.process is not None
    files = [str(one.readlink()) for one in Path(f"/proc/{server.process.pid}/fd").iterdir()]
    assert [one for one in files if one.startswith("socket:") or ".sqlite" in one] == []


def serve(server: LiveServer, *options: str, environment: Mapping[str, str] | None = None) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "flask", "--app", "wsgi", "serve", *options],
        cwd=REPOSITORY,
        env=environment or server.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
