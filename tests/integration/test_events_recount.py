"""Whatever is in the log and wherever the mover dies: the counters are what a plain recount gives."""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.delivery import log_files, mover
from app.delivery.event_log import EventKind
from app.delivery.mover import Mover
from app.domain.measurement.models import (
    AdCount,
    ClosedDay,
    CountedToken,
    EventFile,
    OwnAddress,
    RecentViewer,
    TagSighting,
)
from app.domain.measurement.queries import figures_of_days
from app.domain.measurement.queries.statistics import (
    Scope,
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
from tests.factories.events import AGENT, Told, events_directory, in_ms, make_tagged_socket, write_log
from tests.factories.inventory import Offered
from tests.support.recount import Ground, Recount, Row

EXAMPLES = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
HOMES = ("news.example", "blog.example")
OWN, OTHERS = "O" * 22, ("A" * 22, "B" * 22)
BOT = "Googlebot/2.1"
LINE_ITEMS = (0, 51, 52)
HOUR_MS = 3_600_000
TABLES = (AdCount, ClosedDay, CountedToken, EventFile, OwnAddress, RecentViewer, TagSighting)


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
    return first, make_tagged_socket(app, address="https://blog.example", time_zone="Asia/Kolkata")


@st.composite
def streams(draw: st.DrawFn) -> list[dict[str, object]]:
    """Events as rows of choices; most are sound, so that tokens and windows have their say too."""
    rarely = st.sampled_from
    event = st.fixed_dictionaries(
        {
            "kind": st.sampled_from(list(EventKind)),
            "minutes": st.one_of(st.integers(0, 12), st.integers(0, 3 * 24 * 60)),
            "socket": st.sampled_from((0, 0, 0, 1, 2)),
            "line_item_id": st.sampled_from(LINE_ITEMS),
            "creative_id": st.sampled_from((0, 7, 8)),
            "nonce": st.sampled_from(("n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "")),
            "age_minutes": rarely((0, 0, 0, 1, 239, 240, 241, 24 * 60, 24 * 60 + 1)),
            "address_hash": rarely((*OTHERS, *OTHERS, "", OWN)),
            "host": rarely((0, 0, 0, 0, "other.example", "")),
            "flags": rarely(("", "", "m", "m", "p", "g", "x", "b", "mp")),
            "agent": rarely((AGENT, AGENT, AGENT, "Another/1.0", BOT, "")),
        }
    )
    return draw(st.lists(event, max_size=60))


def told(choices: dict[str, object], sockets: tuple[Offered, Offered], base: datetime) -> str:
    """The line of an event."""
    number = int(str(choices["socket"]))
    at = base + timedelta(minutes=int(str(choices["minutes"])), milliseconds=123)
    host = choices["host"] if choices["host"] != 0 else HOMES[min(number, 1)]
    return Told(
        kind=EventKind(choices["kind"]),
        at=at,
        socket_id=sockets[number].socket_id if number < len(sockets) else 987_654,
        line_item_id=int(str(choices["line_item_id"])),
        creative_id=int(str(choices["creative_id"])),
        nonce=str(choices["nonce"]),
        issued_at=at - timedelta(minutes=int(str(choices["age_minutes"]))),
        address_hash=str(choices["address_hash"]),
        host=str(host),
        flags=str(choices["flags"]),
        agent=str(choices["agent"]),
    ).line


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
        homes={socket.socket_id: home for socket, home in zip(sockets, HOMES, strict=True)},
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


@EXAMPLES
@given(
    choices=streams(),
    cuts=st.lists(st.integers(0, 60), max_size=3),
    stretch_bytes=st.integers(300, 3_000),
    seed=st.integers(0, 2**32),
    junk=st.booleans(),
)
def test_the_counters_are_what_a_recount_gives(
    app: Flask,
    directory: Path,
    sockets: tuple[Offered, Offered],
    choices: list[dict[str, object]],
    cuts: list[int],
    stretch_bytes: int,
    seed: int,
    junk: bool,  # noqa: FBT001 - drawn by name
) -> None:
    with app.app_context():
        # Old enough for a day to be closed.
        base = (database_now() - timedelta(days=5)).replace(hour=0, minute=0, second=0, microsecond=0)
        db.session.remove()
    recount = Recount(prepare(app, sockets, base))
    lines = [told(one, sockets, base) for one in choices]
    if junk:
        lines.insert(len(lines) // 2, "1\td\tjunk\n")
    bounds = sorted({0, len(lines), *(min(cut, len(lines)) for cut in cuts)})
    for begin, end in zip(bounds, [*bounds[1:], len(lines)], strict=True):
        part = "".join(lines[begin:end])
        recount.read(part.splitlines())
        write_log(directory, part + "1\td\ttorn")
    with dying(random.Random(seed), stretch_bytes):  # noqa: S311 - deaths, not secrets
        move_to_the_end(app, directory)
    assert counted(app) == recount.rows
    with app.app_context():
        sums = [
            sa.func.coalesce(sa.func.sum(column), 0)
            for column in (EventFile.unreadable, EventFile.strays, EventFile.lines, EventFile.torn)
        ]
        unreadable, strays, read, torn = db.session.execute(sa.select(*sums)).one()
        check_figures(sockets, recount.rows, base)
        db.session.remove()
    assert (unreadable, strays, read, torn) == (recount.unreadable, recount.strays, len(lines), len(bounds))
    assert list(directory.glob("*.log")) == []


def check_figures(sockets: tuple[Offered, Offered], rows: Counter[Row], base: datetime) -> None:
    """Both sides' pages and settlement read the same numbers, by hour, by day and in all."""
    days = Flight(base.date() - timedelta(days=1), base.date() + timedelta(days=5))
    for socket in sockets:
        zone = zone_of(socket, sockets)
        starts_at, before = days.starts_at(zone), days.ends_at(zone)
        scope = Scope(socket_id=socket.socket_id)
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
            total_figures(Scope(socket_id=socket.socket_id, line_item_id=one), starts_at=starts_at, before=before)
            for one in LINE_ITEMS
        ]
        assert sum((Counter(part.events) for part in parts), Counter()) == Counter(total.events)
        for line_item_id in LINE_ITEMS[1:]:
            settled = figures_of_days(line_item_id, socket.socket_id, days.days, zone=zone)
            bought = figures_by_day(Scope(socket_id=socket.socket_id, line_item_id=line_item_id), days, zone=zone)
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
