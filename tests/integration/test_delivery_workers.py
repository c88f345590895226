"""Two workers of the shipped server: a change reaches both within five seconds, and a stop loses no event."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.delivery.mover_status import log_status
from app.domain.creatives.models import Creative
from app.domain.measurement.models import AdCount
from app.domain.measurement.states import Measure
from app.domain.orders.service.running import decline_line_item
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from config import Config
from tests.factories.creatives import make_approved_creative
from tests.factories.delivery import OnAir, make_on_air, pause, resume
from tests.support.ad_reader import AdReader, nonce_of
from tests.support.databases import Databases, disconnect
from tests.support.server import LiveServer, serving

OFF_WITHIN_S = 5.0
COUNTED_WITHIN_S = 30.0
ASK_EVERY_S = 0.05
CONNECTIONS_MAX = 100


@dataclass
class Workers:
    """A server, the same app in this process, an ad on the air, and a connection to each of its two workers."""

    server: LiveServer
    app: Flask
    on_air: OnAir
    readers: list[AdReader]

    def shown(self) -> list[str | None]:
        """What each worker shows now: the name of a creative's file; None for nothing."""
        return [
            reader.decide(self.on_air.slug)[0].get("image", "").rpartition("/")[2] or None for reader in self.readers
        ]

    def seconds_until_all(self, is_so: Callable[[str | None], bool]) -> float:
        """How long it takes until it is so in every worker, and stays so."""
        began_s = time.monotonic()
        while not all(map(is_so, self.shown())):
            assert time.monotonic() - began_s < OFF_WITHIN_S, self.shown()
            time.sleep(ASK_EVERY_S)
        took_s = time.monotonic() - began_s
        assert all(is_so(name) for _ in range(10) for name in self.shown())
        return took_s


@pytest.fixture
def workers(database_kind: str, databases: Databases, tmp_path: Path) -> Iterator[Workers]:
    with serving(database_kind, databases, tmp_path, {"WEB_CONCURRENCY": "2"}) as server:
        app = create_app(Config.from_environment({**server.environment, "LOG_LEVEL": "ERROR"}))
        on_air = make_on_air(app)
        readers = reach_both(server, on_air)
        yield Workers(server, app, on_air, readers)
        for reader in readers:
            reader.close()
        disconnect(app)


def reach_both(server: LiveServer, on_air: OnAir) -> list[AdReader]:
    """Opens connections until each of two workers has answered on one; a connection stays with its worker."""
    found: dict[str, AdReader] = {}
    for _ in range(CONNECTIONS_MAX):
        reader = AdReader(server.port, on_air.origin)
        worker = worker_of(server, wait_for_ad(reader, on_air))
        if found.setdefault(worker, reader) is not reader:
            reader.close()
        if len(found) == 2:
            return list(found.values())
    message = "one worker answers everything"
    raise AssertionError(message)


def wait_for_ad(reader: AdReader, on_air: OnAir) -> str:
    """The token of the ad, when the reader's worker shows it."""
    until_s = time.monotonic() + OFF_WITHIN_S
    while (answer := reader.decide(on_air.slug)[0])["kind"] != "ad":
        assert time.monotonic() < until_s, answer
        time.sleep(ASK_EVERY_S)
    token: str = answer["token"]
    return token


def worker_of(server: LiveServer, token: str) -> str:
    """The process that gave this token: it has written so into a file that carries its number."""
    files = (server.data_dir / "events").glob("*.log")
    (name,) = [path.name for path in files if f"\t{nonce_of(token)}\t" in path.read_text()]
    return name.split("-")[1]


def is_nothing(name: str | None) -> bool:
    return name is None


@pytest.mark.timeout(240)
def test_what_may_not_run_any_more_is_off_within_seconds_in_every_worker(workers: Workers) -> None:
    first = workers.shown()[0]
    assert first is not None
    pause(workers.app, workers.on_air)
    times = [workers.seconds_until_all(is_nothing)]
    resume(workers.app, workers.on_air)
    times.append(workers.seconds_until_all(lambda name: name == first))

    second = replace_creative(workers)
    times.append(workers.seconds_until_all(lambda name: name == second))

    decline(workers)
    times.append(workers.seconds_until_all(is_nothing))
    assert max(times) < OFF_WITHIN_S, times
    assert "delivery_failed" not in workers.server.log


@pytest.mark.timeout(240)
def test_a_stop_counts_what_was_answered_before_it(workers: Workers) -> None:
    log = workers.server.data_dir / "events"
    until_s = time.monotonic() + COUNTED_WITHIN_S
    while backlog_bytes_of(workers.app, log):
        assert time.monotonic() < until_s, "what came before was not counted"
        time.sleep(ASK_EVERY_S)
    before = requests_counted(workers.app)
    for _ in range(20):
        workers.shown()
    workers.server.stop()
    assert list(log.glob("*.log")) == []
    assert requests_counted(workers.app) - before == 20 * len(workers.readers)


def backlog_bytes_of(app: Flask, log: Path) -> int:
    """How much of the log is not counted yet."""
    with app.app_context():
        found = log_status(log).backlog_bytes
        db.session.remove()
    return found


def requests_counted(app: Flask) -> int:
    """How often an ad was asked for, as the mover counted it, whatever the verdict."""
    query = sa.select(sa.func.coalesce(sa.func.sum(AdCount.events), 0)).where(AdCount.measure == Measure.REQUEST)
    with app.app_context():
        found = int(db.session.scalars(query).one())
        db.session.remove()
    return found


def replace_creative(workers: Workers) -> str:
    """Another creative takes the place of the one that runs; the name of its file."""
    app, booking = workers.app, workers.on_air.booking
    review = make_approved_creative(app, booking, number=5)
    with app.app_context():
        sha256 = db.session.scalars(sa.select(Creative.file_sha256).where(Creative.id == review.creative_id)).one()
        db.session.remove()
    return f"{sha256}.png"


def decline(workers: Workers) -> None:
    """The agreement about the line item ends."""
    booking = workers.on_air.booking
    with workers.app.app_context():
        in_transaction(lambda: decline_line_item(booking.line_item_id, reason="Refused twice.", now=database_now()))
        db.session.remove()
