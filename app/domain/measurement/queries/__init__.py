"""Reads of the measurement room that settlement stands on: how far everything is counted, and a day's figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.domain.measurement.models import AdCount, EventWatermark
from app.domain.measurement.states import Measure, Verdict
from app.foundation.db import db
from app.foundation.flight import day_bounds

# A machine that is gone took its disk along: there is nothing of it left to wait for.
ABANDONED_AFTER = timedelta(hours=26)


def counted_until() -> datetime | None:
    """Everything whose answer was sent before this moment is counted; None before the first count.

    With several machines it is the one farthest behind that decides; one that has not been heard of for 26 h
    longer than another is taken for gone.
    """
    marks = db.session.scalars(sa.select(EventWatermark.counted_until)).all()
    return min((mark for mark in marks if mark >= max(marks) - ABANDONED_AFTER), default=None)


@dataclass(frozen=True, slots=True)
class DayFigures:
    """What a line item got on one day: valid requests of its socket, and those that were filled with it."""

    requests: int
    filled: int


def day_figures(line_item_id: int, socket_id: int, day: date, *, zone: ZoneInfo) -> DayFigures:
    """A line item's figures of one day of the zone it was sold in; only what was counted."""
    return figures_of_days(line_item_id, socket_id, [day], zone=zone)[day]


def figures_of_days(
    line_item_id: int, socket_id: int, days: Sequence[date], *, zone: ZoneInfo
) -> dict[date, DayFigures]:
    """The same of several days; every day has its figures, if only zeros."""
    return {day: _figures(line_item_id, socket_id, *day_bounds(day, zone)) for day in days}


def _figures(line_item_id: int, socket_id: int, starts_at: datetime, ends_at: datetime) -> DayFigures:
    is_request = AdCount.measure == Measure.REQUEST
    is_filled = sa.and_(AdCount.measure == Measure.FILLED, AdCount.line_item_id == line_item_id)
    query = sa.select(
        sa.func.coalesce(sa.func.sum(AdCount.events).filter(is_request), 0),
        sa.func.coalesce(sa.func.sum(AdCount.events).filter(is_filled), 0),
    ).where(
        AdCount.socket_id == socket_id,
        AdCount.hour_at >= starts_at,
        AdCount.hour_at < ends_at,
        AdCount.verdict == Verdict.COUNTED,
        sa.or_(is_request, is_filled),
    )
    requests, filled = db.session.execute(query).one()
    return DayFigures(int(requests), int(filled))
