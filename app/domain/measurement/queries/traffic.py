"""What sockets' own tags measured, as visitors read it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.domain.measurement.models import MeasuredSocket, TrafficDay
from app.domain.measurement.rules import TRAFFIC_DAYS, TrafficSummary, traffic_of
from app.foundation.db import db
from app.foundation.flight import day_bounds, today

DAY = timedelta(days=1)
NOTHING = (0, 0, 0)

Sums = Mapping[date, tuple[int, int, int]]
"""Requests, measurable and viewable impressions that count, by day."""


def traffic_of_sockets(socket_ids: Sequence[int], *, zone: ZoneInfo, now: datetime) -> dict[int, TrafficSummary | None]:
    """What the tags of a site's sockets measured on the last 30 whole days, in one statement.

    Days without a request count as what they are, from the first whole day with the tag. None for a socket that
    has fewer than seven of them.
    """
    before = today(now, zone)
    begin = before - TRAFFIC_DAYS * DAY
    firsts: dict[int, datetime | None] = {}
    found: dict[int, dict[date, tuple[int, int, int]]] = {socket_id: {} for socket_id in socket_ids}
    bounds = {"socket_ids": socket_ids, "begin": begin, "before": before}
    for socket_id, first_at, day, *events in db.session.execute(_days(), bounds):
        firsts[socket_id] = first_at
        if day is not None:
            found[socket_id][day] = (events[0], events[1], events[2])
    return {
        socket_id: _traffic(sums, _whole_days(firsts.get(socket_id), begin, before, zone))
        for socket_id, sums in found.items()
    }


@cache
def _days() -> sa.Select[int, datetime, date, int, int, int]:
    # Built once: it is read for every page of a socket or a site.
    days = TrafficDay.metadata.tables[TrafficDay.__tablename__].c
    kept = MeasuredSocket.metadata.tables[MeasuredSocket.__tablename__].c
    belongs = sa.and_(
        days.socket_id == kept.socket_id, days.day >= sa.bindparam("begin"), days.day < sa.bindparam("before")
    )
    return (
        sa.select(kept.socket_id, kept.first_request_at, days.day, days.request, days.measurable, days.viewable)
        .select_from(kept.socket_id.table.outerjoin(days.day.table, belongs))
        .where(kept.socket_id.in_(sa.bindparam("socket_ids", expanding=True)), kept.first_request_at.is_not(None))
    )


def _whole_days(first_at: datetime | None, begin: date, before: date, zone: ZoneInfo) -> list[date]:
    """The days on which the tag was there from their beginning: that of the first request only if it came at once."""
    if first_at is None:
        return []
    first_day = today(first_at, zone)
    if first_at > day_bounds(first_day, zone)[0]:
        first_day += DAY
    first_whole = max(begin, first_day)
    return [first_whole + number * DAY for number in range((before - first_whole).days)]


def _traffic(sums: Sums, days: Sequence[date]) -> TrafficSummary | None:
    counted = [sums.get(day, NOTHING) for day in days]
    return traffic_of(
        [requests for requests, _, _ in counted],
        measurable=sum(measurable for _, measurable, _ in counted),
        viewable=sum(viewable for _, _, viewable in counted),
    )
