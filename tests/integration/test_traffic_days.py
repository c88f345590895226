"""Daily sums of traffic are what the hours come to: after any batches, in any zone, and however they were made."""

import random
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.delivery.event_log import EventFlag, EventKind
from app.domain.catalogue.queries.zones import zones_of
from app.domain.inventory.models import Site
from app.domain.inventory.service.sites import SiteDetails, amend_site
from app.domain.measurement.models import AdCount, TrafficDay
from app.domain.measurement.queries.traffic import traffic_of_sockets
from app.domain.measurement.service.traffic import sum_traffic
from app.domain.measurement.states import Measure, Verdict
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from config import Config
from tests.factories.events import Told, make_tagged_socket
from tests.factories.inventory import SITE, Offered
from tests.factories.readers import count_lines
from tests.support.catalogue import refresh
from tests.support.daily_sums import check_daily_sums, kept_sums, traffic_of_hours
from tests.support.databases import Databases, disconnect, make_config, migrate
from tests.support.run_directory import REPOSITORY

ZONES = ("UTC", "Asia/Kolkata", "America/Los_Angeles", "Pacific/Apia", "Australia/Lord_Howe")
KINDS = (EventKind.DECISION, EventKind.DECISION, EventKind.IMPRESSION, EventKind.VIEWABLE, EventKind.CLICK)
HOUR = timedelta(hours=1)
OVERLAP_S = 0.5


@pytest.fixture
def offered(app: Flask) -> Offered:
    return make_tagged_socket(app)


def now_of(app: Flask) -> datetime:
    with app.app_context():
        now = database_now()
        db.session.remove()
    return now


def drawn(chance: random.Random, offered: Offered, now: datetime, *, events: int) -> str:
    """Lines of the log from anywhere in the last 40 days, robots and repeated tokens among them."""
    lines = []
    for _ in range(events):
        at = now - timedelta(minutes=chance.randint(0, 40 * 24 * 60))
        told = Told(
            kind=chance.choice(KINDS),
            at=at,
            socket_id=offered.socket_id,
            creative_id=chance.choice((0, 7)),
            nonce=f"n{chance.randint(0, 400)}",
            issued_at=at - timedelta(minutes=1),
            address_hash=f"{chance.randint(0, 90):022d}",
            flags=chance.choice(("", EventFlag.MEASURABLE.value)),
        )
        lines.append((told.but(agent="Googlebot/2.1") if chance.random() < 0.1 else told).line)
    return "".join(lines)


def move_to_zone(app: Flask, offered: Offered, zone: str) -> None:
    """The owner names another time zone for the site; nothing of it is sold."""
    with app.app_context():
        site = db.session.get_one(Site, offered.site_id)
        details = SiteDetails(**{name: getattr(site, name) for name in SITE.__dataclass_fields__})
        moved = replace(details, time_zone=zone)
        db.session.remove()
        owner = {"user_id": offered.publisher.user_id}
        in_transaction(lambda: amend_site(offered.account_id, offered.site_id, moved, **owner, now=database_now()))
        db.session.remove()


def check(app: Flask, offered: Offered, now: datetime) -> None:
    """The table is what the hours come to, and so is what a page says."""
    with app.app_context():
        check_daily_sums([offered.socket_id])
        zone = ZoneInfo(zones_of([offered.socket_id])[offered.socket_id])
        for moment in (now, now + timedelta(days=3), now + timedelta(days=20)):
            shown = traffic_of_sockets([offered.socket_id], zone=zone, now=moment)
            assert shown == {offered.socket_id: traffic_of_hours(offered.socket_id, moment)}
        db.session.remove()


@pytest.mark.parametrize("seed", range(3))
def test_sums_and_pages_are_what_the_hours_come_to_after_any_batches_and_moves(
    app: Flask, config: Config, offered: Offered, seed: int
) -> None:
    chance, now = random.Random(seed), now_of(app)  # noqa: S311 - a story, not a secret
    for zone in chance.sample(ZONES, 3):
        count_lines(app, config, drawn(chance, offered, now, events=400))
        check(app, offered, now)
        move_to_zone(app, offered, zone)
        # Counted before the change is noticed: the mover still adds to days of the old zone.
        count_lines(app, config, drawn(chance, offered, now, events=200))
        refresh(app)
        check(app, offered, now)


def test_a_tag_that_came_with_the_day_has_that_day_whole(app: Flask, config: Config, offered: Offered) -> None:
    midnight = now_of(app).replace(hour=0, minute=0, second=0, microsecond=0)
    told = [Told(at=midnight - timedelta(days=day), socket_id=offered.socket_id) for day in range(1, 8)]
    count_lines(app, config, "".join(one.line for one in told))
    with app.app_context():
        shown = traffic_of_sockets([offered.socket_id], zone=ZoneInfo("UTC"), now=midnight)[offered.socket_id]
        db.session.remove()
    assert shown is not None
    assert (shown.days, shown.median, shown.low, shown.high) == (7, 1, 1, 1)
    check(app, offered, midnight)


def test_a_batch_and_a_new_summing_at_once_lose_nothing(app: Flask, config: Config, offered: Offered) -> None:
    now = now_of(app)
    chance = random.Random(5)  # noqa: S311 - a story, not a secret
    count_lines(app, config, drawn(chance, offered, now, events=100))
    is_counted, may_commit = threading.Event(), threading.Event()

    def count_slowly() -> None:
        def work() -> None:
            db.session.add(hour_of(offered, now, events=1_000))
            db.session.flush()
            sum_traffic({offered.socket_id: "Asia/Kolkata"})
            is_counted.set()
            may_commit.wait(OVERLAP_S)

        with app.app_context():
            in_transaction(work)
            db.session.remove()

    thread = threading.Thread(target=count_slowly)
    thread.start()
    assert is_counted.wait(10)
    count_lines(app, config, drawn(chance, offered, now, events=100))
    may_commit.set()
    thread.join()
    move_to_zone(app, offered, "Asia/Kolkata")
    check(app, offered, now)


def hour_of(offered: Offered, now: datetime, *, events: int) -> AdCount:
    """An hour of counted requests, as the mover leaves it."""
    return AdCount(
        socket_id=offered.socket_id,
        hour_at=now.replace(minute=0, second=0, microsecond=0) - 50 * HOUR,
        line_item_id=0,
        creative_id=99,
        measure=Measure.REQUEST,
        verdict=Verdict.COUNTED,
        events=events,
    )


def test_the_command_makes_lost_sums_anew(app: Flask, config: Config, offered: Offered) -> None:
    now = now_of(app)
    count_lines(app, config, drawn(random.Random(7), offered, now, events=300))  # noqa: S311 - a story, not a secret
    with app.app_context():
        before = kept_sums([offered.socket_id])
        db.session.remove()
        in_transaction(lambda: db.session.execute(sa.update(TrafficDay).values(request=TrafficDay.request + 1)))
        assert kept_sums([offered.socket_id]) != before
        db.session.remove()
    result = app.test_cli_runner().invoke(args=["catalogue", "sum-traffic"])
    assert (result.exit_code, result.output) == (0, "1 sockets summed.\n")
    check(app, offered, now)


@pytest.fixture
def of_before(database_kind: str, databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    """An app on an empty database of its own."""
    app = create_app(make_config(databases.empty(database_kind), tmp_path))
    yield app
    disconnect(app)


def test_the_migration_sums_what_was_counted_before_it(of_before: Flask) -> None:
    app, migrations = of_before, str(REPOSITORY / "migrations")
    migrate(app)
    offers = [make_tagged_socket(app, address=f"https://{zone[-4:].lower()}.example", time_zone=zone) for zone in ZONES]
    socket_ids = [offered.socket_id for offered in offers]
    chance, now = random.Random(11), now_of(app)  # noqa: S311 - a story, not a secret
    hours = [now.replace(minute=0, second=0, microsecond=0) - number * HOUR for number in range(400 * 24)]
    with app.app_context():
        for offered in offers:
            rows = [
                hour_of(offered, hour + 50 * HOUR, events=chance.randint(1, 9)) for hour in chance.sample(hours, 300)
            ]
            in_transaction(partial(db.session.add_all, rows))
        flask_migrate.downgrade(directory=migrations, revision="0011")
        assert "traffic_day" not in sa.inspect(db.engine).get_table_names()
        db.session.remove()
    migrate(app)
    with app.app_context():
        check_daily_sums(socket_ids)
        assert len(kept_sums(socket_ids)) > 5 * 100
        db.session.remove()
