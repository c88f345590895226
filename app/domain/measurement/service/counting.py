"""Counting: a stretch of the event log is judged and added up, exactly once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.domain.measurement.models import AdCount, CountedToken, EventFile, EventWatermark, RecentViewer, TagSighting
from app.domain.measurement.queries import judging
from app.domain.measurement.rules import (
    LIMITS,
    MAY_BE_LATE_AFTER,
    OWN_ADDRESS_FOR,
    AdEvent,
    HourCount,
    HourGrid,
    RateWindow,
    counted_in,
    in_ms,
    moment_from_ms,
    window_key,
)
from app.domain.measurement.service.days import lock_old_days
from app.domain.measurement.service.rows import execute, insert_into
from app.domain.measurement.service.traffic import add_traffic
from app.domain.measurement.states import Measure, Verdict
from app.foundation.db import db
from app.foundation.errors import InvariantBroken
from app.foundation.flight import today

HOSTS_A_SOCKET_MAX = 50
OWN_ADDRESS_MS = int(OWN_ADDRESS_FOR.total_seconds() * 1000)
MAY_BE_LATE_MS = int(MAY_BE_LATE_AFTER.total_seconds() * 1000)

Key = tuple[int, int, int, int, Measure, Verdict]


@dataclass(frozen=True, slots=True)
class CountedSocket:
    """What counting has to know of a socket: whose it is, and the zones its days are cut in."""

    account_id: int
    zone: ZoneInfo
    line_item_zones: Mapping[int, ZoneInfo]
    hours: HourGrid


@dataclass(frozen=True, slots=True, kw_only=True)
class LogBatch:
    """A stretch of one file of the log, in its order."""

    name: str
    begins_at_byte: int
    ends_at_byte: int
    lines: int
    unreadable: int = 0
    strays: int = 0
    is_torn: bool = False
    is_last: bool = False
    """Nothing will be written behind it."""
    events: Sequence[AdEvent] = ()


def count_batch(batch: LogBatch, places: Mapping[int, CountedSocket], *, now: datetime) -> Counter[Key]:
    """Judges the events of a stretch in their order and adds them up.

    The file's position moves on in the same transaction, from where the stretch begins to where it ends; so a
    stretch is counted once or not at all, however often it is tried.

    Args:
        batch: the stretch.
        places: the socket of each event.
        now: the market's time; only events older than five hours are looked up among the closed days.

    Returns:
        What was added: socket, hour (ms), line item, creative, measure and verdict, and how many events.
    """
    _move_on(batch, now)
    bench = _BatchJudge(batch.events, places, now)
    counts: Counter[Key] = Counter()
    for event in batch.events:
        for key in bench.judge(event):
            counts[key] += 1
    _add(counts)
    add_traffic(_counted_hours(counts), {socket_id: place.zone for socket_id, place in places.items()})
    bench.remember(now)
    _note_sightings(batch.events)
    return counts


def note_counted_until(source: str, counted_until: datetime) -> None:
    """Notes how far the log of one machine is counted."""
    row = insert_into(EventWatermark).values(source=source, counted_until=counted_until)
    changed = {"counted_until": row.excluded.counted_until}
    db.session.execute(row.on_conflict_do_update(index_elements=[EventWatermark.source], set_=changed))


def _move_on(batch: LogBatch, now: datetime) -> None:
    position = EventFile.name == batch.name, EventFile.offset_bytes == batch.begins_at_byte
    values: dict[str, Any] = {
        "offset_bytes": batch.ends_at_byte,
        "moved_at": now,
        "finished_at": now if batch.is_last else None,
    }
    added = {"batch": 1, "lines": batch.lines, "unreadable": batch.unreadable, "strays": batch.strays}
    added |= {"torn": int(batch.is_torn)}
    columns = EventFile.metadata.tables[EventFile.__tablename__].c
    query = sa.update(EventFile).where(*position, EventFile.finished_at.is_(None))
    moved = db.session.execute(query.values(**values, **{name: columns[name] + more for name, more in added.items()}))
    if moved.rowcount == 1:  # type: ignore[attr-defined]  # a CursorResult for an UPDATE
        return
    if batch.begins_at_byte != 0:
        message = f"{batch.name} is not counted up to byte {batch.begins_at_byte}"
        raise InvariantBroken(message)
    # Its first stretch. Should it be counted already, the key refuses it.
    db.session.execute(sa.insert(EventFile).values(name=batch.name, **values, **added))


class _BatchJudge:
    """Judges the events of one stretch, with what is known from before and what they themselves add to it."""

    def __init__(self, events: Sequence[AdEvent], places: Mapping[int, CountedSocket], now: datetime) -> None:
        self._places = places
        self._own = judging.own_addresses({places[event.socket_id].account_id for event in events})
        self._tokens = judging.counted_tokens({event.nonce for event in events if event.measure in LIMITS})
        self._window_keys = [window_key(event) if event.measure in LIMITS else "" for event in events]
        self._windows = judging.running_windows({key for key in self._window_keys if key})
        self._closed = self._closed_days(events, in_ms(now))
        self._new_tokens: list[tuple[str, Measure]] = []
        self._moved_windows: dict[str, RateWindow] = {}
        self._next = 0

    def judge(self, event: AdEvent) -> list[Key]:
        """The counters that this event belongs to; the events of the stretch in their order, each once."""
        place = self._places[event.socket_id]
        verdict = self._verdict(event, place)
        self._next += 1
        measure, hour_ms = event.measure, place.hours.start_of(event.at_ms)
        about = event.socket_id, hour_ms, event.line_item_id, event.creative_id
        if measure is Measure.REQUEST:
            keys: list[Key] = [(event.socket_id, hour_ms, 0, 0, measure, verdict)]
            if event.line_item_id:
                is_late = verdict is Verdict.COUNTED and self._is_closed(event, place)
                keys.append((*about, Measure.FILLED, Verdict.LATE if is_late else verdict))
            return keys
        if measure is Measure.IMPRESSION and event.is_measurable:
            return [(*about, measure, verdict), (*about, Measure.MEASURABLE, verdict)]
        return [(*about, measure, verdict)]

    def remember(self, now: datetime) -> None:
        """Writes down what later stretches have to know."""
        tokens = [{"nonce": nonce, "measure": measure, "counted_at": now} for nonce, measure in self._new_tokens]
        if tokens:
            db.session.connection().execute(sa.insert(CountedToken), tokens)
        windows = [
            {"key": key, "window_at": moment_from_ms(window.began_ms), "events": window.events}
            for key, window in sorted(self._moved_windows.items())
        ]
        row = insert_into(RecentViewer)
        changed = {"window_at": row.excluded.window_at, "events": row.excluded.events}
        execute(row.on_conflict_do_update(index_elements=[RecentViewer.key], set_=changed), windows)

    def _verdict(self, event: AdEvent, place: CountedSocket) -> Verdict:
        if event.fault is not None:
            return event.fault
        if self._is_own(event, place):
            return Verdict.OWN_VIEW
        if event.measure not in LIMITS:
            return Verdict.COUNTED  # a request: it has no token, and no day of a line item is its own
        if (event.nonce, event.measure) in self._tokens:
            return Verdict.DUPLICATE
        return self._verdict_on_time(event, place)

    def _verdict_on_time(self, event: AdEvent, place: CountedSocket) -> Verdict:
        key = self._window_keys[self._next]
        window = counted_in(self._windows.get(key), LIMITS[event.measure], event.at_ms) if key else None
        if key and window is None:
            return Verdict.RATE_LIMIT
        if self._is_closed(event, place):
            return Verdict.LATE
        self._tokens.add((event.nonce, event.measure))
        self._new_tokens.append((event.nonce, event.measure))
        if window is not None:
            self._windows[key] = self._moved_windows[key] = window
        return Verdict.COUNTED

    def _is_own(self, event: AdEvent, place: CountedSocket) -> bool:
        seen_ms = self._own.get((place.account_id, event.address_hash)) if self._own else None
        return seen_ms is not None and event.at_ms - seen_ms <= OWN_ADDRESS_MS

    def _is_closed(self, event: AdEvent, place: CountedSocket) -> bool:
        if not self._closed:
            return False
        zone = place.line_item_zones.get(event.line_item_id, place.zone)
        return (event.line_item_id, today(moment_from_ms(event.at_ms), zone)) in self._closed

    def _closed_days(self, events: Sequence[AdEvent], now_ms: int) -> set[tuple[int, date]]:
        old = {event.line_item_id for event in events if now_ms - event.at_ms > MAY_BE_LATE_MS} - {0}
        if not old:
            return set()
        lock_old_days()
        return judging.closed_days(old)


def _add(counts: Counter[Key]) -> None:
    row = insert_into(AdCount)
    columns = AdCount.metadata.tables[AdCount.__tablename__].c
    more = {"events": columns.events + row.excluded.events}
    # In order, so that two machines that add to the same counters never wait for each other in a circle.
    rows = [
        {
            "socket_id": socket_id,
            "hour_at": moment_from_ms(hour_ms),
            "line_item_id": line_item_id,
            "creative_id": creative_id,
            "measure": measure,
            "verdict": verdict,
            "events": events,
        }
        for (socket_id, hour_ms, line_item_id, creative_id, measure, verdict), events in sorted(counts.items())
    ]
    execute(row.on_conflict_do_update(index_elements=list(row.table.primary_key), set_=more), rows)


def _counted_hours(counts: Mapping[Key, int]) -> list[HourCount]:
    return [
        HourCount(socket_id, moment_from_ms(hour_ms), measure, events)
        for (socket_id, hour_ms, _line_item, _creative, measure, verdict), events in counts.items()
        if verdict is Verdict.COUNTED
    ]


def _note_sightings(events: Sequence[AdEvent]) -> None:
    seen: dict[tuple[int, str], list[AdEvent]] = {}
    for event in events:
        if event.measure is Measure.REQUEST and event.host and event.fault in {None, Verdict.WRONG_DOMAIN}:
            seen.setdefault((event.socket_id, event.host), []).append(event)
    if not seen:
        return
    hosts, rows = judging.known_hosts({socket_id for socket_id, _ in seen}), []
    for (socket_id, host), sighted in sorted(seen.items()):
        is_expected = any(event.fault is None for event in sighted)
        if not is_expected and host not in hosts[socket_id] and len(hosts[socket_id]) >= HOSTS_A_SOCKET_MAX:
            continue  # anybody can name any host
        hosts[socket_id].add(host)
        times = [event.at_ms for event in sighted]
        first, last = moment_from_ms(min(times)), moment_from_ms(max(times))
        row = {"socket_id": socket_id, "host": host, "is_expected": is_expected}
        rows.append(row | {"first_seen_at": first, "last_seen_at": last})
    insert = insert_into(TagSighting)
    changed = {"is_expected": insert.excluded.is_expected, "last_seen_at": insert.excluded.last_seen_at}
    key = [TagSighting.socket_id, TagSighting.host]
    execute(insert.on_conflict_do_update(index_elements=key, set_=changed), rows)
