"""What sockets' own tags measured, as visitors read it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.domain.measurement.models import AdCount
from app.domain.measurement.rules import TRAFFIC_DAYS, Traffic, traffic_of
from app.domain.measurement.states import Measure, Verdict
from app.foundation.db import UtcDateTime, db
from app.foundation.flight import day_bounds, today

DAY = timedelta(days=1)
MEASURES = (Measure.REQUEST, Measure.MEASURABLE, Measure.VIEWABLE)

Counts = dict[tuple[int, Measure], int]


def traffic_of_sockets(socket_ids: Sequence[int], *, zone: ZoneInfo, now: datetime) -> dict[int, Traffic | None]:
    """What the tags of a site's sockets measured on the last 30 whole days, in one statement.

    Days without a request count as what they are, from the first whole day with the tag. None for a socket that
    has fewer than seven of them.
    """
    last = today(now, zone)
    days = [day_bounds(last - (TRAFFIC_DAYS - number) * DAY, zone) for number in range(TRAFFIC_DAYS)]
    found: dict[int, Counts] = {socket_id: {} for socket_id in socket_ids}
    firsts: dict[int, datetime | None] = {}
    for socket_id, first_at, number, measure, events in _counted(socket_ids, days):
        firsts[socket_id] = first_at
        if measure is not None:
            found[socket_id][number, measure] = int(events)
    return {socket_id: _traffic(counts, firsts[socket_id], days) for socket_id, counts in found.items()}


def _counted(
    socket_ids: Sequence[int], days: Sequence[tuple[datetime, datetime]]
) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    if not socket_ids:
        return []
    asked = sa.values(sa.column("id", sa.BigInteger), name="given").data([(one,) for one in socket_ids]).cte("asked")
    columns = sa.column("number", sa.Integer), sa.column("begins_at", UtcDateTime), sa.column("ends_at", UtcDateTime)
    cut = sa.values(*columns, name="cut").data([(number, *day) for number, day in enumerate(days)]).cte("stretch")
    earlier = aliased(AdCount)
    # In the order of the key, so that the first row that fits ends the search.
    first_at = (
        sa.select(earlier.hour_at)
        .where(
            earlier.socket_id == asked.c.id,
            earlier.measure == Measure.REQUEST,
            earlier.verdict == Verdict.COUNTED,
        )
        .order_by(earlier.hour_at)
        .limit(1)
        .scalar_subquery()
    )
    belongs = (
        AdCount.socket_id == asked.c.id,
        AdCount.hour_at >= cut.c.begins_at,
        AdCount.hour_at < cut.c.ends_at,
        AdCount.measure.in_(MEASURES),
        AdCount.verdict == Verdict.COUNTED,
    )
    query = (
        sa.select(asked.c.id, first_at, cut.c.number, AdCount.measure, sa.func.sum(AdCount.events))
        .select_from(asked.join(cut, sa.true()).outerjoin(AdCount, sa.and_(*belongs)))
        .group_by(asked.c.id, cut.c.number, AdCount.measure)
    )
    return db.session.execute(query).all()


def _traffic(
    counts: Mapping[tuple[int, Measure], int], first_at: datetime | None, days: Sequence[tuple[datetime, datetime]]
) -> Traffic | None:
    # The day of the first request is a whole one only if the tag was there when it began.
    whole = [number for number, (begins_at, _) in enumerate(days) if first_at is not None and first_at <= begins_at]
    sums = {measure: [counts.get((number, measure), 0) for number in whole] for measure in MEASURES}
    return traffic_of(
        sums[Measure.REQUEST], measurable=sum(sums[Measure.MEASURABLE]), viewable=sum(sums[Measure.VIEWABLE])
    )
