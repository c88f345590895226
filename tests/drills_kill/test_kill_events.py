"""``kill -9`` of web workers and of the mover under load: every event whose answer was received is counted once.

A few kills on each database, more by night; ``ISOCKET_KILLS=50`` makes it fifty. Every file of the event log is kept by
a second name, so that an independent recount can say at the end what the counters have to be. The end is a SIGTERM
under load.
"""

import os
import random
import shutil
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.domain.measurement.models import AdCount, EventFile
from app.domain.measurement.queries.moving import moved_totals
from app.foundation.db import db
from config import Config
from tests.drills_kill.readers import ROBOT, Crowd, Event
from tests.factories.delivery import OnAir, make_on_air
from tests.support.databases import Databases, disconnect
from tests.support.length import times
from tests.support.recount import Ground, Home, Recount, Row
from tests.support.server import LOG_TAIL_CHARACTERS, LiveServer, serving

KILLS = int(os.environ.get("ISOCKET_KILLS", times(4, by_night=12)))
TIMEOUT_S = 300 + 20 * KILLS
READERS = 6
KEEP_EVERY_S = 0.05
LOOK_EVERY_S = 0.1
UP_WITHIN_S = 90
# Granian takes a worker that dies again within 5.5 s of its start for hopeless, and ends.
WORKER_LIVES_S = 6.0
SETTINGS = {"WEB_CONCURRENCY": "2", "TRUSTED_HOPS": "1"}
REASONS = ("known_bot", "data_centre", "prefetch", "duplicate", "rate_limit", "wrong_domain")
TORN = "1\td\t17639"

pytestmark = pytest.mark.timeout(TIMEOUT_S)


@dataclass
class Scene:
    """A server with ads on the air, the same app in this process, and the files of the log by a second name."""

    server: LiveServer
    app: Flask
    on_air: list[OnAir]
    kept: Path
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def log(self) -> Path:
        """Where the gate writes."""
        return self.server.data_dir / "events"

    def keep_files(self) -> None:
        """Gives every file of the log a second name as soon as it is there."""
        while not self.stopping.wait(KEEP_EVERY_S):
            for path in self.log.glob("*.log"):
                second = self.kept / path.name
                if not path.name.startswith(".") and not second.exists():
                    try:
                        second.hardlink_to(path)
                    except FileNotFoundError:
                        continue

    def has_written(self, pid: int) -> bool:
        """Whether this worker has answered with an event."""
        return any(path.stat().st_size for path in self.kept.glob(f"*-{pid}-*.log"))

    def count_the_rest(self) -> None:
        """What lies in the log is counted after the next start, without any reader."""
        self.server.start()
        until_s = time.monotonic() + UP_WITHIN_S
        while list(self.log.glob("*.log")):
            assert time.monotonic() < until_s, "not everything was counted after another start"
            time.sleep(LOOK_EVERY_S)
        self.server.stop()

    def last_count(self) -> datetime | None:
        """When events were counted last."""
        with self.app.app_context():
            found = db.session.scalars(sa.select(sa.func.max(EventFile.moved_at))).one()
            db.session.remove()
        return found


@pytest.fixture
def scene(database_kind: str, databases: Databases, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Scene]:
    kept = tmp_path / "kept"
    kept.mkdir()
    with serving(database_kind, databases, tmp_path, SETTINGS) as server:
        app = create_app(Config.from_environment({**server.environment, "LOG_LEVEL": "ERROR"}))
        found = Scene(server, app, [make_on_air(app, number=number) for number in range(2)], kept)
        keeper = threading.Thread(target=found.keep_files)
        keeper.start()
        yield found
        found.stopping.set()
        keeper.join()
        disconnect(app)
        request.node.add_report_section("call", "server log", server.log[-LOG_TAIL_CHARACTERS:])


class Killer:
    """Kills web workers, the one that lives longest first, and the mover whenever it counts."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._chance = random.Random(4)  # noqa: S311 - moments of death, not secrets
        self._seen_at_s: dict[int, float] = {}
        self.killed: Counter[str] = Counter()

    def kill(self) -> None:
        """Kills whoever is due first."""
        until_s = time.monotonic() + UP_WITHIN_S
        last_count = self._scene.last_count()
        while time.monotonic() < until_s:
            for mover in movers(self._scene.server):
                if self._scene.last_count() != last_count and self.killed["mover"] <= self.killed["worker"]:
                    return self._strike("mover", mover)
            for worker in self._due_workers():
                if self.killed["worker"] <= 3 * self.killed["mover"]:
                    return self._strike("worker", worker)
            time.sleep(LOOK_EVERY_S)
        message = f"nobody came back to be killed after {self.killed}"
        raise AssertionError(message)

    def wait_for_all(self) -> None:
        """Until two workers and the mover are at work again."""
        until_s = time.monotonic() + UP_WITHIN_S
        last_count = self._scene.last_count()
        while not (
            movers(self._scene.server)
            and self._scene.last_count() != last_count
            and sum(map(self._scene.has_written, workers(self._scene.server))) == 2
        ):
            assert time.monotonic() < until_s, "not all of them came back"
            time.sleep(LOOK_EVERY_S)

    def _due_workers(self) -> list[int]:
        now_s = time.monotonic()
        alive = [pid for pid in workers(self._scene.server) if self._scene.has_written(pid)]
        self._seen_at_s = {pid: self._seen_at_s.get(pid, now_s) for pid in alive}
        due = [(seen_at_s, pid) for pid, seen_at_s in self._seen_at_s.items() if now_s - seen_at_s > WORKER_LIVES_S]
        return [pid for _, pid in sorted(due)]

    def _strike(self, name: str, pid: int) -> None:
        time.sleep(self._chance.random() / 2)
        os.kill(pid, signal.SIGKILL)
        while command_of(pid):
            time.sleep(LOOK_EVERY_S)
        self.killed[name] += 1


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def movers(server: LiveServer) -> list[int]:
    assert server.process is not None
    return [pid for pid in children(server.process.pid) if "\0events\0move" in command_of(pid)]


def workers(server: LiveServer) -> list[int]:
    assert server.process is not None
    webs = [pid for pid in children(server.process.pid) if "app.commands.web_server" in command_of(pid)]
    return [pid for web in webs for pid in children(web) if "app.commands.web_server" in command_of(pid)]


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def test_every_event_whose_answer_came_is_counted_once(scene: Scene) -> None:
    killer = Killer(scene)
    with Crowd(scene.server.port, scene.on_air, readers=READERS) as crowd:
        for number in range(KILLS):
            killer.kill()
            if number == 0:
                leave_a_torn_line(scene)
        killer.wait_for_all()
        scene.server.stop()  # which asserts that all of it is gone within 20 s
    assert killer.killed.total() == KILLS
    assert min(killer.killed["worker"], killer.killed["mover"]) > 0
    assert crowd.problems == []
    if list(scene.log.glob("*.log")):
        # Killed again and again, the mover may be further behind than it catches up while it stops.
        scene.count_the_rest()

    logged = read_log(scene.kept)
    heard = crowd.heard()
    seen = Counter({event: events for event, events in logged.events.items() if event[0] != "d"})
    assert heard.answered.total() > 100
    assert heard.answered - logged.events == Counter(), "answered, but not written down"
    assert seen - heard.asked == Counter(), "written down more often than asked for"
    assert heard.decisions_answered <= logged.decisions <= heard.decisions_asked

    recount = Recount(ground_of(scene))
    recount.read(logged.lines)
    assert counted(scene.app) == recount.rows
    with scene.app.app_context():
        totals = moved_totals()
        db.session.remove()
    found = (totals.lines, totals.unreadable, totals.strays, totals.torn)
    assert found == (len(logged.lines), 0, recount.strays, logged.torn)
    check_reasons(recount)


@dataclass
class Logged:
    """What the files of the log say."""

    lines: list[str] = field(default_factory=list)
    events: Counter[Event] = field(default_factory=Counter)
    decisions: int = 0
    torn: int = 0


def read_log(kept: Path) -> Logged:
    logged = Logged()
    for path in sorted(kept.glob("*.log")):
        *lines, rest = path.read_text().split("\n")
        logged.torn += bool(rest)
        logged.lines += lines
    for line in logged.lines:
        _, kind, *_, nonce = line.split("\t")[:7]
        logged.events[kind, nonce] += 1
        logged.decisions += kind == "d"
    return logged


def leave_a_torn_line(scene: Scene) -> None:
    """A file of a writer that died in the middle of a line; a kill rarely meets that moment."""
    path = scene.kept / "0000000000001-1-0000torn.log"
    path.write_text(TORN)
    draft = scene.log / ".torn.draft"
    shutil.copyfile(path, draft)
    draft.rename(scene.log / path.name)


def ground_of(scene: Scene) -> Ground:
    homes = {one.booking.socket_id: Home(one.domain, ZoneInfo("UTC")) for one in scene.on_air}
    return Ground(homes=homes, own={}, closed=set(), robots={ROBOT})


def counted(app: Flask) -> Counter[Row]:
    found: Counter[Row] = Counter()
    with app.app_context():
        for row in db.session.scalars(sa.select(AdCount)):
            key = (row.socket_id, row.line_item_id, row.creative_id, row.measure.value, row.verdict.value)
            found[key] += row.events
        db.session.remove()
    return found


def check_reasons(recount: Recount) -> None:
    """The load had each of these reasons in it, and enough that counts."""
    by_verdict: Counter[str] = Counter()
    for row, events in recount.rows.items():
        by_verdict[row[4]] += events
    assert by_verdict.keys() >= {
        "counted",
        "known_bot",
        "data_centre",
        "prefetch",
        "duplicate",
        "rate_limit",
        "wrong_domain",
    }
    assert by_verdict["counted"] > by_verdict.total() / 3
    assert recount.strays > 0
