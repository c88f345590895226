"""Salts of the day, owners' own addresses, what is forgotten, and how the counting is shown."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskCliRunner

from app.delivery.log_files import sole_mover
from app.domain.measurement.models import (
    CountedToken,
    DailySalt,
    EventFile,
    EventWatermark,
    OwnAddress,
    RecentViewer,
    TagSighting,
)
from app.domain.measurement.queries import counted_until
from app.domain.measurement.service import purging
from app.domain.measurement.service.counting import note_counted_until
from app.domain.measurement.service.salts import ensure_salts
from app.domain.measurement.states import Measure
from app.foundation.access import StaffRole
from app.foundation.address_hash import address_hash
from app.foundation.clock import database_now
from app.foundation.db import Model, db, in_transaction
from app.web.parts import own_views
from config import Config
from tests.factories.accounts import make_person, sign_in
from tests.factories.events import Told, events_directory, make_tagged_socket, move_events, write_log
from tests.factories.inventory import Offered, account_of
from tests.support.mail_jobs import advance
from tests.support.page_client import PageClient

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def directory(config: Config) -> Iterator[Path]:
    directory = events_directory(config)
    yield directory
    for path in directory.iterdir():
        path.unlink()


def salts(app: Flask) -> dict[date, str]:
    with app.app_context():
        found = {row.day: row.salt for row in db.session.scalars(sa.select(DailySalt))}
        db.session.remove()
    return found


def make_salts(app: Flask, now: datetime) -> dict[date, str]:
    with app.app_context():
        in_transaction(lambda: ensure_salts(now))
    return salts(app)


def own_hashes(app: Flask, account_id: int) -> set[str]:
    with app.app_context():
        found = set(db.session.scalars(sa.select(OwnAddress.address_hash).where(OwnAddress.account_id == account_id)))
        db.session.remove()
    return found


def salts_now(app: Flask) -> dict[date, str]:
    with app.app_context():
        now = database_now()
        db.session.remove()
    return make_salts(app, now)


def test_salts_are_made_ahead_and_thrown_away(app: Flask) -> None:
    first = make_salts(app, NOW)
    assert set(first) == {NOW.date(), NOW.date() + DAY}
    assert make_salts(app, NOW + timedelta(hours=11)) == first
    second = make_salts(app, NOW + DAY)
    assert set(second) == {NOW.date() + DAY, NOW.date() + 2 * DAY}
    assert second[NOW.date() + DAY] == first[NOW.date() + DAY]
    assert len({*first.values(), *second.values()}) == 3
    assert all(len(salt) >= 43 for salt in first.values())


def test_an_owner_is_noted_at_sign_in_and_with_every_touch(app: Flask, client: PageClient) -> None:
    owner, reader = make_person(app), make_person(app)
    account_id = make_tagged_socket(app, publisher=owner).account_id
    hashed = {address_hash(salt, "127.0.0.1") for salt in salts_now(app).values()}
    sign_in(client, owner)
    assert own_hashes(app, account_id) == hashed
    forget(app)
    client.get("/account")
    assert own_hashes(app, account_id) == set()
    advance(app, timedelta(minutes=2))
    client.get("/account")
    assert own_hashes(app, account_id) == hashed
    sign_in(PageClient(app), reader)
    assert own_hashes(app, account_of(app, reader)) == set()


def test_a_page_is_shown_even_when_the_address_cannot_be_noted(
    app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = make_person(app)
    make_tagged_socket(app, publisher=owner)
    salts_now(app)
    monkeypatch.setattr(own_views, "note_own_address", broken)
    sign_in(client, owner)
    advance(app, timedelta(minutes=2))
    assert client.get("/account").status == 200
    advance(app, timedelta(seconds=50))
    assert client.get("/account").status == 200


def broken(*_: object, **__: object) -> None:
    db.session.execute(sa.text("SELECT * FROM there_is_no_such_table"))


def forget(app: Flask) -> None:
    with app.app_context():
        in_transaction(lambda: db.session.execute(sa.delete(OwnAddress)))


@pytest.mark.parametrize(
    ("forget_old", "age", "make"),
    [
        (purging.forget_counted_tokens, timedelta(hours=26), lambda _, at: token(at)),
        (purging.forget_viewers, timedelta(hours=2, minutes=10), lambda _, at: viewer(at)),
        (purging.forget_viewers, timedelta(hours=24), lambda offered, at: own_address(offered.account_id, at)),
        (purging.forget_event_files, 7 * DAY, lambda _, at: event_file(at)),
        (purging.forget_sightings, 90 * DAY, lambda offered, at: sighting(offered.socket_id, at)),
    ],
    ids=["tokens", "viewers", "own addresses", "files", "sightings"],
)
def test_what_counting_does_not_need_any_more_is_forgotten(
    app: Flask, forget_old: Callable[..., int], age: timedelta, make: Callable[[Offered, datetime], Model]
) -> None:
    offered = make_tagged_socket(app)
    add(app, *[make(offered, NOW - age + timedelta(seconds=second)) for second in (-1, 1)])
    with app.app_context():
        assert in_transaction(partial(forget_old, now=NOW)) == 1
        assert in_transaction(partial(forget_old, now=NOW)) == 0


def test_the_record_of_a_file_that_is_still_there_stays(app: Flask) -> None:
    add(app, EventFile(name="open", offset_bytes=1, batch=1, moved_at=NOW - 90 * DAY, finished_at=None))
    with app.app_context():
        assert in_transaction(lambda: purging.forget_event_files(now=NOW)) == 0


def name(at: datetime) -> str:
    return at.isoformat()


def token(at: datetime) -> CountedToken:
    return CountedToken(nonce=name(at), measure=Measure.CLICK, counted_at=at)


def viewer(at: datetime) -> RecentViewer:
    return RecentViewer(key=name(at), window_at=at, events=1)


def own_address(account_id: int, at: datetime) -> OwnAddress:
    return OwnAddress(account_id=account_id, address_hash=name(at), seen_at=at)


def event_file(at: datetime) -> EventFile:
    return EventFile(name=name(at), offset_bytes=1, batch=1, moved_at=at, finished_at=at)


def sighting(socket_id: int, at: datetime) -> TagSighting:
    return TagSighting(socket_id=socket_id, host=name(at), is_expected=True, first_seen_at=at, last_seen_at=at)


def add(app: Flask, *rows: Model) -> None:
    with app.app_context():
        in_transaction(lambda: db.session.add_all(rows))
        db.session.remove()


def test_the_machine_farthest_behind_decides_unless_it_is_gone(app: Flask) -> None:
    def mark(source: str, at: datetime) -> datetime | None:
        with app.app_context():
            in_transaction(lambda: note_counted_until(source, at))
            found = counted_until()
            db.session.remove()
        return found

    assert mark("web.1", NOW) == NOW
    assert mark("web.2", NOW - timedelta(hours=20)) == NOW - timedelta(hours=20)
    assert mark("web.1", NOW + timedelta(hours=7)) == NOW + timedelta(hours=7)
    assert mark("web.2", NOW + timedelta(hours=6)) == NOW + timedelta(hours=6)


def test_an_operator_sees_how_far_the_log_is_counted(
    app: Flask, cli: FlaskCliRunner, config: Config, directory: Path
) -> None:
    assert "Nothing was counted yet." in cli.invoke(args=["events", "status"]).output
    told = Told(at=NOW, socket_id=make_tagged_socket(app).socket_id)
    write_log(directory, "junk\n" + told.line + told.but(socket_id=0).line + "1\td")
    move_events(app, config)
    waiting = write_log(directory, told.line).stat().st_size
    output = cli.invoke(args=["events", "status"]).output
    assert "Counted until 2" in output
    assert "UTC (test)." in output
    assert f"Files in the log: 1, not counted yet: {waiting:,} bytes." in output
    assert "Of 3 lines of the last week 1 could not be read, 1 belong to no socket or booking, and" in output
    assert "and 1 files end in a torn line." in output


def test_a_second_mover_says_why_it_does_not_start(cli: FlaskCliRunner, directory: Path) -> None:
    with sole_mover(directory):
        result = cli.invoke(args=["events", "move"])
    assert result.exit_code == 1
    assert "There can be one only." in result.output


def test_staff_see_how_the_counting_stands(app: Flask, client: PageClient, config: Config, directory: Path) -> None:
    admin = make_person(app, roles=(StaffRole.ADMIN,))
    told = Told(at=NOW, socket_id=make_tagged_socket(app).socket_id)
    write_log(directory, told.line + "1\td")
    move_events(app, config)
    page = sign_in(client, admin).get("/staff")
    assert "Counting of events" in page.text
    assert "Files that end in a torn line 1" in page.text
    assert "needs a look" not in page.text
    with app.app_context():
        in_transaction(lambda: db.session.execute(sa.update(EventWatermark).values(counted_until=NOW - DAY)))
    assert "behind: needs a look" in client.get("/staff").text
