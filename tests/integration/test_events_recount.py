"""Whatever is in the log and wherever the mover dies: the counters are what a plain recount gives."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.delivery import log_files, mover
from app.delivery.event_log import EventKind
from app.delivery.mover import Mover
from app.domain.measurement.models import (
    AdCount,
    ClosedDay,
    CountedToken,
    EventFile,
    MeasuredSocket,
    OwnAddress,
    RecentViewer,
    TagSighting,
    TrafficDay,
)
from app.domain.measurement.queries import figures_of_days
from app.domain.measurement.queries.moving import moved_totals
from app.domain.measurement.queries.statistics import (
    FigureScope,
    figures_by_day,
    figures_by_hour,
    figures_by_line_item,
    total_figures,
)
from app.domain.measurement.service.counting import count_batch
from app.domain.measurement.states import Measure, Verdict
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.foundation.flight import Flight
from config import Config
from tests.factories.bare import make_line_items
from tests.factories.events import AGENT, Told, events_directory, in_ms, make_tagged_socket, write_log
from tests.factories.inventory import Offered
from tests.support.daily_sums import check_daily_sums
from tests.support.length import times
from tests.support.recount import Ground, Home, Recount, Row

# A failure is shown as it was found: to look for a smaller one would take minutes.
EXAMPLES = settings(
    max_examples=times(5, by_night=30),
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
HOMES = ("news.example", "blog.example")
ZONES = (ZoneInfo("UTC"), ZoneInfo("Asia/Kolkata"))
OWN, OTHERS = "O" * 22, ("A" * 22, "B" * 22)
BOT = "Googlebot/2.1"
LINE_ITEMS = (0, 51, 52)
HOUR_MS = 3_600_000
TABLES = (
    AdCount,
    ClosedDay,
    CountedToken,
    EventFile,
    MeasuredSocket,
    OwnAddress,
    RecentViewer,
    TagSighting,
    TrafficDay,
)


class Crash(Exception):  # noqa: N818 - what happens, not an error of ours
    """The mover dies here."""


@pytest.fixture
def directory(config: Config) -> Iterator[Path]:
    directory = events_directory(config)
    yield directory
    for path in directory.iterdir():
        path.unlink()


@pytest.fixture
def sockets(app: Flask) -> tuple[Offered, Offered]:
    first = make_tagged_socket(app)
    make_line_items(app, *LINE_ITEMS[1:], offered=first)
    return first, make_tagged_socket(app, address="https://blog.example", time_zone=ZONES[1].key)


@dataclass(frozen=True)
class Drawn:
    """An event as drawn; ``host`` is None where it is the site's own."""

    kind: EventKind
    minutes: int
    socket: int
    line_item_id: int
    creative_id: int
    nonce: str
    age_minutes: int
    address_hash: str
    host: str | None
    flags: str
    agent: str

    def line(self, sockets: Sequence[Offered], base: datetime) -> str:
        """Its line in the log."""
        at = base + timedelta(minutes=self.minutes, milliseconds=123)
        return Told(
            kind=self.kind,
            at=at,
            socket_id=sockets[self.socket].socket_id if self.socket < len(sockets) else 987_654,
            line_item_id=self.line_item_id,
            creative_id=self.creative_id,
            nonce=self.nonce,
            issued_at=at - timedelta(minutes=self.age_minutes),
            address_hash=self.address_hash,
            host=HOMES[min(self.socket, 1)] if self.host is None else self.host,
            flags=self.flags,
            agent=self.agent,
        ).line


# Most are sound and come within a few minutes, so that tokens and windows have their say too.
EVENTS = st.builds(
    Drawn,
    kind=st.sampled_from(EventKind),
    minutes=st.one_of(*[st.integers(0, 12)] * 3, st.integers(0, 3 * 24 * 60)),
    socket=st.sampled_from((0, 0, 0, 1, 2)),
    line_item_id=st.sampled_from(LINE_ITEMS),
    creative_id=st.sampled_from((0, 7, 8)),
    nonce=st.sampled_from((*[f"n{number}" for number in range(40)], "")),
    age_minutes=st.sampled_from((*[0] * 9, 239, 240, 241, 24 * 60, 24 * 60 + 1)),
    address_hash=st.sampled_from((*OTHERS * 4, "", OWN)),
    host=st.sampled_from((*[None] * 8, "other.example", "")),
    flags=st.sampled_from((*["", "m"] * 5, "p", "g", "x", "b", "d", "mp")),
    agent=st.sampled_from((*[AGENT] * 6, "Another/1.0", BOT, "")),
)


@dataclass(frozen=True)
class Story:
    """What is in the log, in how many files, and how the mover fares with it."""

    events: list[Drawn]
    cuts: list[int]
    stretch_bytes: int
    deaths: int
    """The seed of the moments at which it dies."""
    has_junk: bool

    def files(self, sockets: Sequence[Offered], base: datetime) -> list[list[str]]:
        """The lines of each file."""
        lines = [one.line(sockets, base) for one in self.events]
        if self.has_junk:
            lines.insert(len(lines) // 2, "1\td\tjunk\n")
        bounds = sorted({0, len(lines), *(min(cut, len(lines)) for cut in self.cuts)})
        return [lines[begin:end] for begin, end in pairwise([*bounds, len(lines)])]


STORIES = st.builds(
    Story,
    events=st.lists(EVENTS, min_size=100, max_size=120),
    cuts=st.lists(st.integers(0, 120), max_size=3),
    stretch_bytes=st.integers(1_000, 6_000),
    deaths=st.integers(0, 2**32),
    has_junk=st.booleans(),
)


def prepare(app: Flask, sockets: tuple[Offered, Offered], base: datetime) -> Ground:
    """Nothing is counted yet; the first owner was signed in for a while, and one day is closed."""
    closed = (LINE_ITEMS[1], base.date() + timedelta(days=1))
    with app.app_context():
        in_transaction(lambda: [db.session.execute(sa.delete(table)) for table in TABLES])
        rows = [
            OwnAddress(account_id=sockets[0].account_id, address_hash=OWN, seen_at=base),
            ClosedDay(line_item_id=closed[0], day=closed[1], closed_at=base),
        ]
        in_transaction(lambda: db.session.add_all(rows))
        db.session.remove()
    return Ground(
        homes={one.socket_id: Home(home, zone) for one, home, zone in zip(sockets, HOMES, ZONES, strict=True)},
        own={(sockets[0].socket_id, OWN): in_ms(base)},
        closed={closed},
        robots={BOT},
    )


@contextmanager
def dying(chance: random.Random, stretch_bytes: int) -> Iterator[None]:
    """The mover reads small stretches, and dies now and then: before it commits, or before it deletes a file."""
    real_unlink = Path.unlink

    def dies_before_commit(*arguments: object, **named: object) -> object:
        done = count_batch(*arguments, **named)  # type: ignore[arg-type]  # whatever the mover gives
        if chance.random() < 0.3:
            raise Crash
        return done

    def dies_before_deleting(path: Path, *, missing_ok: bool = False) -> None:
        if chance.random() < 0.3:
            raise Crash
        real_unlink(path, missing_ok=missing_ok)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(log_files, "STRETCH_BYTES", stretch_bytes)
        patch.setattr(mover, "count_batch", dies_before_commit)
        patch.setattr(Path, "unlink", dies_before_deleting)
        yield


def move_to_the_end(app: Flask, directory: Path) -> None:
    """A new mover after each death, until one gets through."""
    for _ in range(10_000):
        try:
            Mover(app, directory, source="test").move()
        except Crash:
            continue
        return
    message = "no mover got through"
    raise AssertionError(message)


def counted(app: Flask) -> Counter[Row]:
    found: Counter[Row] = Counter()
    with app.app_context():
        for row in db.session.scalars(sa.select(AdCount)):
            key = (row.socket_id, row.line_item_id, row.creative_id, row.measure.value, row.verdict.value)
            found[key] += row.events
        db.session.remove()
    return found


@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # a story is long, and only told when it fails
@pytest.mark.timeout(times(120, by_night=900))
@EXAMPLES
@given(story=STORIES)
def test_the_counters_are_what_a_recount_gives(
    app: Flask, directory: Path, sockets: tuple[Offered, Offered], story: Story
) -> None:
    with app.app_context():
        # Old enough for a day to be closed.
        base = (database_now() - timedelta(days=5)).replace(hour=0, minute=0, second=0, microsecond=0)
        db.session.remove()
    recount = Recount(prepare(app, sockets, base))
    files = story.files(sockets, base)
    for lines in files:
        recount.read(lines)
        write_log(directory, "".join(lines) + "1\td\ttorn")
    with dying(random.Random(story.deaths), story.stretch_bytes):  # noqa: S311 - deaths, not secrets
        move_to_the_end(app, directory)
    assert counted(app) == recount.rows
    read = sum(map(len, files))
    assert log_totals(app) == (recount.unreadable, recount.strays, read, len(files))
    with app.app_context():
        check_figures(sockets, recount.rows, base)
        check_daily_sums([socket.socket_id for socket in sockets])
        db.session.remove()
    assert list(directory.glob("*.log")) == []


def log_totals(app: Flask) -> tuple[int, int, int, int]:
    with app.app_context():
        totals = moved_totals()
        db.session.remove()
    return totals.unreadable, totals.strays, totals.lines, totals.torn


def check_figures(sockets: tuple[Offered, Offered], rows: Counter[Row], base: datetime) -> None:
    """Both sides' pages and settlement read the same numbers, by hour, by day and in all."""
    days = Flight(base.date() - timedelta(days=1), base.date() + timedelta(days=5))
    for socket, zone in zip(sockets, ZONES, strict=True):
        starts_at, before = days.starts_at(zone), days.ends_at(zone)
        scope = FigureScope(socket_id=socket.socket_id)
        total = total_figures(scope, starts_at=starts_at, before=before)
        for by in (figures_by_hour(scope, starts_at=starts_at, before=before), figures_by_day(scope, days, zone=zone)):
            assert sum((Counter(one.events) for one in by.values()), Counter()) == Counter(total.events)
        for measure in Measure:
            every = {verdict: events_of(rows, socket.socket_id, measure, verdict) for verdict in Verdict}
            assert total.all_of(measure) == sum(every.values())
            assert total.counted(measure) == every[Verdict.COUNTED]
            assert total.not_counted(measure) == {
                verdict: events for verdict, events in every.items() if events and verdict is not Verdict.COUNTED
            }
        parts = [
            total_figures(FigureScope(socket_id=socket.socket_id, line_item_id=one), starts_at=starts_at, before=before)
            for one in LINE_ITEMS
        ]
        assert sum((Counter(part.events) for part in parts), Counter()) == Counter(total.events)
        for line_item_id in LINE_ITEMS[1:]:
            settled = figures_of_days(line_item_id, socket.socket_id, days.days, zone=zone)
            bought = figures_by_day(FigureScope(socket_id=socket.socket_id, line_item_id=line_item_id), days, zone=zone)
            sold = figures_by_day(scope, days, zone=zone)
            for day in days:
                assert settled[day].filled == bought[day].counted(Measure.FILLED)
                assert settled[day].requests == sold[day].counted(Measure.REQUEST)
    by_line_item = figures_by_line_item(LINE_ITEMS[1:])
    for line_item_id, figures in by_line_item.items():
        clicks = sum(n for row, n in rows.items() if row[1] == line_item_id and row[3:] == ("click", "counted"))
        assert figures.counted(Measure.CLICK) == clicks


def events_of(rows: Counter[Row], socket_id: int, measure: Measure, verdict: Verdict) -> int:
    return sum(n for row, n in rows.items() if (row[0], *row[3:]) == (socket_id, measure.value, verdict.value))
