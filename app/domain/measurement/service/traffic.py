"""Daily sums of traffic: added to with every batch that is counted, made anew when the zone of the days changes.

Whoever changes the days of a socket first locks its ``measured_socket`` row. So the mover adds to days of the zone that
stands there, and a new summing sees either all of a batch or nothing of it, and then the batch is added afterwards.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.domain.measurement.models import AdCount, MeasuredSocket, TrafficDay
from app.domain.measurement.rules import DailySums, HourCount, daily_sums
from app.domain.measurement.service.rows import execute, insert_into
from app.domain.measurement.states import Measure, Verdict
from app.foundation.db import db

ROWS_AT_ONCE = 5_000


def add_traffic(hours: Sequence[HourCount], zones: Mapping[int, ZoneInfo]) -> None:
    """Adds what one batch counted to the days of its sockets, in the batch's own transaction.

    Args:
        hours: what was counted.
        zones: where a socket is measured for the first time, the zone of its days.
    """
    if not hours:
        return
    socket_ids = {hour.socket_id for hour in hours}
    kept = _locked(socket_ids)
    if missing := socket_ids - kept.keys():
        _introduce({socket_id: zones[socket_id].key for socket_id in missing})
        kept |= _locked(missing)
    sums = daily_sums(hours, {socket_id: ZoneInfo(row.time_zone) for socket_id, row in kept.items()})
    _write_days(sums)
    for socket_id, first_at in sorted(sums.first_request_at.items()):
        row = kept[socket_id]
        if row.first_request_at is None or first_at < row.first_request_at:
            row.first_request_at = first_at
    db.session.flush()


def sum_traffic(zones: Mapping[int, str]) -> None:
    """Makes the days of these sockets anew from everything that was counted in their hours.

    Args:
        zones: the zone of each socket's days from now on.
    """
    if not zones:
        return
    _introduce(zones)
    kept = _locked(zones)
    db.session.execute(sa.delete(TrafficDay).where(TrafficDay.socket_id.in_(zones)))
    sums = daily_sums(_hours_of(zones), {socket_id: ZoneInfo(zone) for socket_id, zone in zones.items()})
    _write_days(sums)
    for socket_id, row in kept.items():
        row.time_zone = zones[socket_id]
        row.first_request_at = sums.first_request_at.get(socket_id)
    db.session.flush()


def _introduce(zones: Mapping[int, str]) -> None:
    rows = [{"socket_id": socket_id, "time_zone": zones[socket_id]} for socket_id in sorted(zones)]
    execute(insert_into(MeasuredSocket).on_conflict_do_nothing(), rows)


def _locked(socket_ids: Collection[int]) -> dict[int, MeasuredSocket]:
    # In order, so that two who lock the same sockets never wait for each other in a circle.
    query = sa.select(MeasuredSocket).where(MeasuredSocket.socket_id.in_(socket_ids)).order_by(MeasuredSocket.socket_id)
    rows = db.session.scalars(query.with_for_update().execution_options(populate_existing=True))
    return {row.socket_id: row for row in rows}


def _hours_of(socket_ids: Collection[int]) -> Iterator[HourCount]:
    query = (
        sa.select(AdCount.socket_id, AdCount.hour_at, AdCount.measure, sa.func.sum(AdCount.events))
        .where(AdCount.socket_id.in_(socket_ids), AdCount.verdict == Verdict.COUNTED)
        .group_by(AdCount.socket_id, AdCount.hour_at, AdCount.measure)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    for socket_id, hour_at, measure, events in db.session.execute(query):
        yield HourCount(socket_id, hour_at, measure, int(events))


def _write_days(sums: DailySums) -> None:
    insert = insert_into(TrafficDay)
    columns = TrafficDay.metadata.tables[TrafficDay.__tablename__].c
    more = {measure.value: columns[measure.value] + insert.excluded[measure.value] for measure in Measure}
    rows = [
        {"socket_id": socket_id, "day": day} | {measure.value: events for measure, events in of_day.items()}
        for (socket_id, day), of_day in sorted(sums.days.items())
    ]
    execute(insert.on_conflict_do_update(index_elements=list(insert.table.primary_key), set_=more), rows)
