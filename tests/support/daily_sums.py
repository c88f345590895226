"""Daily sums of traffic, worked out once more from the hours: slowly, plainly, and from nothing but the counters."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.domain.inventory.models import Site, Socket
from app.domain.measurement.models import AdCount, MeasuredSocket, TrafficDay
from app.domain.measurement.rules import TrafficSummary
from app.domain.measurement.states import Measure, Verdict
from app.foundation.db import db
from app.foundation.flight import day_bounds

DAY = timedelta(days=1)

Sums = dict[tuple[int, date], dict[str, int]]


def check_daily_sums(socket_ids: Sequence[int]) -> None:
    """The sums that are kept are what the hours come to, and the first request is the earliest there is."""
    assert kept_sums(socket_ids) == sums_of_hours(socket_ids)
    for socket_id in socket_ids:
        first = min((row.hour_at for row in _counted(socket_id) if row.measure is Measure.REQUEST), default=None)
        kept = db.session.get(MeasuredSocket, socket_id, populate_existing=True)
        assert (kept.first_request_at if kept else None) == first


def kept_sums(socket_ids: Sequence[int]) -> Sums:
    """As they stand in the table."""
    query = sa.select(TrafficDay).where(TrafficDay.socket_id.in_(socket_ids)).execution_options(populate_existing=True)
    return {
        (row.socket_id, row.day): {measure.value: getattr(row, measure.value) for measure in Measure}
        for row in db.session.scalars(query)
    }


def sums_of_hours(socket_ids: Sequence[int]) -> Sums:
    """As the hours have it: each belongs to the day of its site within whose bounds it begins."""
    found: dict[tuple[int, date], Counter[str]] = {}
    for socket_id in socket_ids:
        zone = zone_of(socket_id)
        for row in _counted(socket_id):
            (day,) = [
                near
                for near in (row.hour_at.date() + number * DAY for number in (-1, 0, 1))
                if day_bounds(near, zone)[0] <= row.hour_at < day_bounds(near, zone)[1]
            ]
            found.setdefault((socket_id, day), Counter())[row.measure.value] += row.events
    return {key: {measure.value: sums[measure.value] for measure in Measure} for key, sums in found.items()}


def traffic_of_hours(socket_id: int, now: datetime) -> TrafficSummary | None:
    """What a page says of a socket: the 30 days before today, as the hours have them."""
    zone = zone_of(socket_id)
    today = now.astimezone(zone).date()
    rows = _counted(socket_id)
    first = min((row.hour_at for row in rows if row.measure is Measure.REQUEST), default=None)
    bounds = [day_bounds(today - number * DAY, zone) for number in range(30, 0, -1)]
    whole = [(begins, ends) for begins, ends in bounds if first is not None and first <= begins]
    if len(whole) < 7:
        return None
    sums = [
        Counter[Measure]({m: sum(r.events for r in rows if r.measure is m and b <= r.hour_at < e) for m in Measure})
        for b, e in whole
    ]
    requests = [one[Measure.REQUEST] for one in sums]
    measurable, viewable = (sum(one[m] for one in sums) for m in (Measure.MEASURABLE, Measure.VIEWABLE))
    share = min(viewable * 10_000 // measurable, 10_000) if measurable >= 100 else None
    return TrafficSummary(len(whole), int(median(requests)), min(requests), max(requests), share)


def zone_of(socket_id: int) -> ZoneInfo:
    """The zone of a socket's site."""
    query = sa.select(Site.time_zone).join(Socket, Socket.site_id == Site.id).where(Socket.id == socket_id)
    return ZoneInfo(db.session.scalars(query).one())


def _counted(socket_id: int) -> Sequence[AdCount]:
    query = sa.select(AdCount).where(AdCount.socket_id == socket_id, AdCount.verdict == Verdict.COUNTED)
    return db.session.scalars(query.execution_options(populate_existing=True)).all()
