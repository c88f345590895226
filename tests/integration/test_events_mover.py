"""The mover: every event once, with its reason, in the order of the log."""

import fcntl
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.delivery.event_log import EventKind, EventLog
from app.delivery.log_files import AnotherMover, sole_mover
from app.delivery.mover import Mover
from app.domain.measurement.models import AdCount, CountedToken, DailySalt, EventFile, TagSighting
from app.domain.measurement.queries import counted_until
from app.domain.measurement.service.days import close_day
from app.domain.measurement.service.salts import ensure_salts, note_own_address
from app.domain.measurement.states import Measure, Verdict
from app.foundation.address_hash import address_hash
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.foundation.errors import InvariantBroken
from config import Config
from tests.factories.bare import make_line_items
from tests.factories.events import Told, events_directory, make_tagged_socket, move_events, write_log
from tests.factories.inventory import Offered

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
BOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
AGENT_TWO = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Safari/605.1.15"
LINE_ITEM = 41


@pytest.fixture
def directory(config: Config) -> Iterator[Path]:
    directory = events_directory(config)
    yield directory
    for path in directory.iterdir():
        path.unlink()


@pytest.fixture
def socket(app: Flask) -> Offered:
    return make_tagged_socket(app)


@pytest.fixture
def event(app: Flask, socket: Offered) -> Told:
    make_line_items(app, LINE_ITEM, LINE_ITEM + 1, offered=socket)
    return Told(at=NOW, socket_id=socket.socket_id, line_item_id=LINE_ITEM, creative_id=7)


def counts(app: Flask) -> Counter[tuple[Measure, Verdict]]:
    with app.app_context():
        rows = db.session.execute(sa.select(AdCount.measure, AdCount.verdict, AdCount.events)).all()
        db.session.remove()
    found: Counter[tuple[Measure, Verdict]] = Counter()
    for measure, verdict, events in rows:
        found[measure, verdict] += events
    return found


def of(app: Flask, measure: Measure) -> dict[Verdict, int]:
    return {verdict: events for (found, verdict), events in counts(app).items() if found is measure}


def move(app: Flask, config: Config, directory: Path, *events: Told) -> None:
    write_log(directory, "".join(event.line for event in events))
    move_events(app, config)


def files(app: Flask) -> list[EventFile]:
    with app.app_context():
        rows = list(db.session.scalars(sa.select(EventFile).order_by(EventFile.name)))
        db.session.remove()
    return rows


def test_a_decision_is_a_request_and_filled_when_a_line_item_was_given(
    app: Flask, config: Config, directory: Path, event: Told
) -> None:
    move(app, config, directory, event, event.but(line_item_id=0, creative_id=0, nonce=""))
    assert counts(app) == {(Measure.REQUEST, Verdict.COUNTED): 2, (Measure.FILLED, Verdict.COUNTED): 1}
    with app.app_context():
        keys = sa.select(AdCount.measure, AdCount.line_item_id, AdCount.creative_id, AdCount.hour_at)
        rows = sorted(tuple(row) for row in db.session.execute(keys))
    hour = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert rows == [(Measure.FILLED, LINE_ITEM, 7, hour), (Measure.REQUEST, 0, 0, hour)]


def test_a_house_ad_fills_nothing_that_was_sold(app: Flask, config: Config, directory: Path, event: Told) -> None:
    move(app, config, directory, event.but(line_item_id=0))
    assert counts(app) == {(Measure.REQUEST, Verdict.COUNTED): 1}


def test_an_impression_that_can_be_measured_is_counted_as_both(
    app: Flask, config: Config, directory: Path, event: Told
) -> None:
    seen = event.but(kind=EventKind.IMPRESSION)
    move(app, config, directory, seen, seen.but(flags="m"), seen.but(flags="mp"))
    assert of(app, Measure.IMPRESSION) == {Verdict.COUNTED: 2, Verdict.PREFETCH: 1}
    assert of(app, Measure.MEASURABLE) == {Verdict.COUNTED: 1, Verdict.PREFETCH: 1}


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"flags": "b"}, Verdict.BAD_TOKEN),
        ({"nonce": ""}, Verdict.BAD_TOKEN),
        ({"flags": "x"}, Verdict.STALE_TOKEN),
        ({"issued_at": NOW - timedelta(hours=4, seconds=1)}, Verdict.STALE_TOKEN),
        ({"issued_at": NOW - timedelta(hours=4)}, Verdict.COUNTED),
        ({"host": "evilnews.example"}, Verdict.WRONG_DOMAIN),
        ({"host": "news.example:8080"}, Verdict.WRONG_DOMAIN),
        ({"host": "www.news.example"}, Verdict.COUNTED),
        ({"host": "blog.news.example"}, Verdict.COUNTED),
        ({"host": ""}, Verdict.COUNTED),
        ({"flags": "p"}, Verdict.PREFETCH),
        ({"flags": "g", "address_hash": ""}, Verdict.COUNTED),
        ({"agent": BOT}, Verdict.KNOWN_BOT),
        ({"agent": ""}, Verdict.KNOWN_BOT),
        ({"flags": "d"}, Verdict.DATA_CENTRE),
        ({"agent": BOT, "flags": "d"}, Verdict.KNOWN_BOT),
        ({"agent": BOT, "flags": "p"}, Verdict.PREFETCH),
        ({"agent": BOT, "host": "other.example"}, Verdict.WRONG_DOMAIN),
        ({"flags": "x", "host": "other.example"}, Verdict.STALE_TOKEN),
        ({"flags": "bx"}, Verdict.BAD_TOKEN),
    ],
)
def test_what_the_line_alone_tells_against_an_event(
    app: Flask, config: Config, directory: Path, event: Told, changes: dict[str, object], verdict: Verdict
) -> None:
    move(app, config, directory, event.but(kind=EventKind.VIEWABLE, **changes))
    assert of(app, Measure.VIEWABLE) == {verdict: 1}


def test_a_click_is_good_for_a_day(app: Flask, config: Config, directory: Path, event: Told) -> None:
    click = event.but(kind=EventKind.CLICK)
    fresh, stale = NOW - timedelta(hours=24), NOW - timedelta(hours=24, seconds=1)
    move(app, config, directory, click.but(issued_at=fresh), click.but(issued_at=stale))
    assert of(app, Measure.CLICK) == {Verdict.COUNTED: 1, Verdict.STALE_TOKEN: 1}


def test_a_request_that_names_no_page_is_from_a_wrong_one(
    app: Flask, config: Config, directory: Path, event: Told
) -> None:
    move(app, config, directory, event.but(host=""))
    assert counts(app) == {(Measure.REQUEST, Verdict.WRONG_DOMAIN): 1, (Measure.FILLED, Verdict.WRONG_DOMAIN): 1}


@pytest.mark.parametrize("is_one_file", [True, False])
def test_a_token_stands_for_one_event_of_a_measure(
    app: Flask, config: Config, directory: Path, event: Told, is_one_file: object
) -> None:
    seen = event.but(kind=EventKind.IMPRESSION, nonce="once", flags="m")
    told = [seen, seen, seen.but(kind=EventKind.VIEWABLE), seen.but(kind=EventKind.CLICK), seen]
    for some in [told] if is_one_file else [[one] for one in told]:
        move(app, config, directory, *some)
    assert of(app, Measure.IMPRESSION) == {Verdict.COUNTED: 1, Verdict.DUPLICATE: 2}
    assert of(app, Measure.MEASURABLE) == {Verdict.COUNTED: 1, Verdict.DUPLICATE: 2}
    assert of(app, Measure.VIEWABLE) == of(app, Measure.CLICK) == {Verdict.COUNTED: 1}


def test_a_token_that_was_refused_is_not_used_up(app: Flask, config: Config, directory: Path, event: Told) -> None:
    click = event.but(kind=EventKind.CLICK, nonce="once")
    move(app, config, directory, click.but(flags="p"), click)
    assert of(app, Measure.CLICK) == {Verdict.PREFETCH: 1, Verdict.COUNTED: 1}


def test_five_views_in_five_minutes_from_one_place(app: Flask, config: Config, directory: Path, event: Told) -> None:
    seen = event.but(kind=EventKind.IMPRESSION)
    for second in (0, 60, 120, 180, 240, 299, 300):
        move(app, config, directory, seen.but(at=NOW + timedelta(seconds=second)))
    assert of(app, Measure.IMPRESSION) == {Verdict.COUNTED: 6, Verdict.RATE_LIMIT: 1}
    others = [seen.but(address_hash="B" * 22), seen.but(agent=AGENT_TWO), seen.but(kind=EventKind.VIEWABLE)]
    move(app, config, directory, *others)
    assert of(app, Measure.IMPRESSION)[Verdict.RATE_LIMIT] == 1
    assert of(app, Measure.VIEWABLE) == {Verdict.COUNTED: 1}


def test_three_clicks_in_ten_minutes_on_one_line_item(app: Flask, config: Config, directory: Path, event: Told) -> None:
    click = event.but(kind=EventKind.CLICK)
    at = [click.but(at=NOW + timedelta(minutes=minute)) for minute in (0, 1, 2, 9, 10)]
    move(app, config, directory, *at, click.but(line_item_id=LINE_ITEM + 1))
    assert of(app, Measure.CLICK) == {Verdict.COUNTED: 5, Verdict.RATE_LIMIT: 1}
    move(app, config, directory, at[4], at[4], at[4].but(agent=AGENT_TWO))
    assert of(app, Measure.CLICK) == {Verdict.COUNTED: 7, Verdict.RATE_LIMIT: 2}


def test_who_objects_to_being_recognised_is_not_limited(
    app: Flask, config: Config, directory: Path, event: Told
) -> None:
    seen = event.but(kind=EventKind.IMPRESSION, flags="g", address_hash="")
    move(app, config, directory, *[seen] * 9)
    assert of(app, Measure.IMPRESSION) == {Verdict.COUNTED: 9}


def test_the_owners_own_view_is_not_counted(
    app: Flask, config: Config, directory: Path, event: Told, socket: Offered
) -> None:
    with app.app_context():
        in_transaction(lambda: ensure_salts(NOW))
        in_transaction(lambda: note_own_address(socket.account_id, "203.0.113.9", now=NOW))
        today, tomorrow = db.session.scalars(sa.select(DailySalt.salt).order_by(DailySalt.day))
        db.session.remove()
    own = event.but(address_hash=address_hash(today, "203.0.113.9"))
    move(app, config, directory, own, own.but(address_hash=address_hash(today, "203.0.113.10")))
    after_midnight = own.but(address_hash=address_hash(tomorrow, "203.0.113.9"), at=NOW + timedelta(hours=24))
    move(app, config, directory, after_midnight, after_midnight.but(at=NOW + timedelta(hours=24, seconds=1)))
    assert of(app, Measure.REQUEST) == {Verdict.OWN_VIEW: 2, Verdict.COUNTED: 2}


def test_events_of_a_closed_day_are_late(app: Flask, config: Config, directory: Path, event: Told) -> None:
    with app.app_context():
        now = database_now()
        day = now.date() - timedelta(days=2)
        db.session.remove()
        in_transaction(lambda: close_day(LINE_ITEM, day, now=now))
        in_transaction(lambda: close_day(LINE_ITEM, day, now=now))
        db.session.remove()
    old = datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=UTC)
    click = event.but(kind=EventKind.CLICK, at=old)
    others = [click.but(line_item_id=LINE_ITEM + 1), click.but(at=old + timedelta(seconds=1))]
    move(app, config, directory, event.but(at=old), click, *others)
    assert of(app, Measure.REQUEST) == {Verdict.COUNTED: 1}
    assert of(app, Measure.FILLED) == {Verdict.LATE: 1}
    assert of(app, Measure.CLICK) == {Verdict.LATE: 1, Verdict.COUNTED: 2}


def test_a_torn_last_line_is_passed_over_and_noted(app: Flask, config: Config, directory: Path, event: Told) -> None:
    path = write_log(directory, event.line + event.line[:-1])
    move_events(app, config)
    (file,) = files(app)
    assert (file.torn, file.lines, file.unreadable) == (1, 1, 0)
    assert file.finished_at is not None
    assert not path.exists()
    assert of(app, Measure.REQUEST) == {Verdict.COUNTED: 1}


def test_half_a_line_is_left_while_its_writer_is_at_it(
    app: Flask, config: Config, directory: Path, event: Told
) -> None:
    whole, half = event.line, event.line
    path = write_log(directory, whole + half[:20])
    with path.open("a") as writer:
        fcntl.flock(writer.fileno(), fcntl.LOCK_EX)
        move_events(app, config)
        assert [(file.offset_bytes, file.finished_at) for file in files(app)] == [(len(whole), None)]
        writer.write(half[20:])
    move_events(app, config)
    assert of(app, Measure.REQUEST) == {Verdict.COUNTED: 2}
    assert [file.torn for file in files(app)] == [0]


def test_what_cannot_be_read_or_belongs_to_nobody_is_noted(
    app: Flask, config: Config, directory: Path, event: Told
) -> None:
    junk = ["", "nonsense", event.line[2:-1], event.line[:-1] + "\tmore", event.line[:-1].replace("\td\t", "\tq\t")]
    junk += [
        f"1\td\t{'9' * 5000}\t1\t0\t0\t-\t0\t-\t-\t-\t-",
        "\x00" * 50,
        f"1\td\t-5\t{event.socket_id}\t0\t0\t-\t0\t-\t-\t-\t-",
    ]
    forged = event.but(kind=EventKind.CLICK, socket_id=0, flags="b")
    gone = event.but(socket_id=987_654)
    write_log(directory, "\n".join(junk) + "\n" + forged.line + gone.line + event.line)
    move_events(app, config)
    (file,) = files(app)
    assert (file.lines, file.unreadable, file.strays) == (len(junk) + 3, len(junk), 2)
    assert of(app, Measure.REQUEST) == {Verdict.COUNTED: 1}


def test_a_file_without_a_line_end_does_not_stop_the_others(
    app: Flask, config: Config, directory: Path, event: Told
) -> None:
    write_log(directory, "x" * 3_000_000 + "\n" + event.line)
    move(app, config, directory, event)
    assert of(app, Measure.REQUEST) == {Verdict.COUNTED: 2}
    assert list(directory.glob("*.log")) == []


def test_the_gates_own_files_are_moved_while_it_writes(
    app: Flask, config: Config, directory: Path, event: Told
) -> None:
    log = EventLog(directory)
    for round_number in range(1, 4):
        log.append(event.line)
        move_events(app, config)
        assert of(app, Measure.REQUEST) == {Verdict.COUNTED: round_number}
    assert len(list(directory.glob("*.log"))) == 1
    log.close()
    move_events(app, config)
    assert list(directory.glob("*.log")) == []
    assert [(file.lines, file.torn) for file in files(app)] == [(3, 0)]


def test_a_file_that_is_counted_but_not_deleted_yet_is_not_counted_again(
    app: Flask, config: Config, directory: Path, event: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_log(directory, event.line)
    with monkeypatch.context() as dying:
        dying.setattr(Path, "unlink", lambda *_, **__: None)
        move_events(app, config)
    assert path.exists()
    move_events(app, config)
    assert not path.exists()
    assert of(app, Measure.REQUEST) == {Verdict.COUNTED: 1}


def test_a_stretch_is_not_counted_from_where_the_file_does_not_stand(app: Flask, directory: Path, event: Told) -> None:
    path = write_log(directory, event.line)
    mover = Mover(app, directory, source="test")
    with app.app_context(), pytest.raises(InvariantBroken):
        mover._count_file(path, 10, NOW)
    assert counts(app) == Counter()


def test_a_stretch_that_is_counted_is_not_counted_again(app: Flask, directory: Path, event: Told) -> None:
    path = write_log(directory, event.line + event.line)
    mover = Mover(app, directory, source="test")
    with path.open("rb") as writer, app.app_context():
        fcntl.flock(writer.fileno(), fcntl.LOCK_EX)
        mover._count_file(path, 0, NOW)
        for begins_at_byte, refused in ((0, IntegrityError), (len(event.line), InvariantBroken)):
            with pytest.raises(refused):
                mover._count_file(path, begins_at_byte, NOW)
            db.session.remove()
    assert of(app, Measure.REQUEST) == {Verdict.COUNTED: 2}


def test_asked_to_stop_it_counts_to_the_end_of_the_log_first(app: Flask, directory: Path, event: Told) -> None:
    write_log(directory, event.line)
    Mover(app, directory, source="here").run(lambda _seconds: True)
    assert of(app, Measure.REQUEST) == {Verdict.COUNTED: 1}
    assert list(directory.glob("*.log")) == []


def test_two_movers_cannot_count_one_directory(app: Flask, directory: Path) -> None:
    with sole_mover(directory), pytest.raises(AnotherMover):
        Mover(app, directory, source="second").run(lambda _: True)


def test_the_mark_tells_until_when_everything_is_counted(
    app: Flask, config: Config, directory: Path, event: Told
) -> None:
    with app.app_context():
        assert counted_until() is None
        before = database_now()
        db.session.remove()
    move(app, config, directory, event)
    with app.app_context():
        mark, after = counted_until(), database_now()
    assert mark is not None
    assert before <= mark + timedelta(seconds=5) <= after


def test_where_a_tag_is_seen_is_noted(app: Flask, config: Config, directory: Path, event: Told) -> None:
    move(app, config, directory, event, event.but(host="copy.example"), event.but(host="bot.example", agent=BOT))
    later = event.but(at=NOW + timedelta(minutes=5))
    move(app, config, directory, later, event.but(host=""), event.but(host="robots.news.example", agent=BOT))
    with app.app_context():
        seen = {row.host: row for row in db.session.scalars(sa.select(TagSighting))}
    assert {host: row.is_expected for host, row in seen.items()} == {
        "news.example": True,
        "copy.example": False,
        "bot.example": False,
    }
    assert (seen["news.example"].first_seen_at, seen["news.example"].last_seen_at) == (NOW, later.at)


def test_anybody_can_name_any_host_but_only_so_many_are_kept(
    app: Flask, config: Config, directory: Path, event: Told
) -> None:
    move(app, config, directory, *[event.but(host=f"copy{number}.example") for number in range(60)])
    move(app, config, directory, event.but(host="another.example"), event)
    with app.app_context():
        hosts = set(db.session.scalars(sa.select(TagSighting.host)))
    assert len(hosts) == 51
    assert "news.example" in hosts


def test_tokens_are_kept_only_of_what_counted(app: Flask, config: Config, directory: Path, event: Told) -> None:
    move(
        app,
        config,
        directory,
        event,
        event.but(kind=EventKind.CLICK, nonce="good"),
        event.but(flags="b", kind=EventKind.CLICK),
    )
    with app.app_context():
        assert list(db.session.scalars(sa.select(CountedToken.nonce))) == ["good"]
