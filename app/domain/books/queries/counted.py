"""Counted events beside settled days, and beside one another."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.domain.books.queries.comparing import DIFFERENCES_MAX, Comparison, differing, or_zero
from app.domain.books.queries.differences import Difference
from app.domain.books.states import BookSection, DifferenceSubject
from app.domain.inventory.models import Socket
from app.domain.measurement.models import AdCount, TrafficDay
from app.domain.measurement.states import Measure, Verdict
from app.domain.orders.models import LineItem
from app.domain.settlement.models import SettledDay
from app.foundation.db import db
from app.foundation.messages import N_

# Each step leads to the next, so there cannot be more of the next.
STEPS = (
    (Measure.FILLED, Measure.IMPRESSION, N_("impressions of what was filled")),
    (Measure.IMPRESSION, Measure.MEASURABLE, N_("measurable of the impressions")),
    (Measure.MEASURABLE, Measure.VIEWABLE, N_("viewable of the measurable")),
    (Measure.IMPRESSION, Measure.CLICK, N_("clicks on the impressions")),
)
LINE_ITEMS_AT_ONCE = 50
A_DAY_MORE = timedelta(days=1)


def counted_comparisons() -> list[Comparison]:
    """What must hold among counted events."""
    steps = [
        Comparison(
            part=BookSection.COUNTERS,
            what=what,
            subject=DifferenceSubject.LINE_ITEM,
            rows=_narrowing(first, next_one),
            is_money=False,
            is_limit=True,
        )
        for first, next_one, what in STEPS
    ]
    return [
        *steps,
        *_daily_sums(),
        Comparison(
            part=BookSection.COUNTERS,
            what=N_("filled of the requests"),
            subject=DifferenceSubject.SOCKET,
            rows=_filled_of_requests(),
            is_money=False,
            is_limit=True,
        ),
        Comparison(
            part=BookSection.COUNTERS,
            what=N_("events counted for another socket than its own"),
            subject=DifferenceSubject.LINE_ITEM,
            rows=_elsewhere(),
            is_money=False,
        ),
    ]


def _daily_sums() -> list[Comparison]:
    """What pages read by day is what was counted by hour."""
    return [
        Comparison(
            part=BookSection.COUNTERS,
            what=N_("daily sums of what was counted"),
            subject=DifferenceSubject.SOCKET,
            rows=_summed(measure),
            is_money=False,
        )
        for measure in Measure
    ]


def _summed(measure: Measure) -> "sa.Select[Any]":
    counted = sa.select(AdCount.socket_id, sa.func.sum(AdCount.events).label("events"))
    counted = counted.where(AdCount.measure == measure, AdCount.verdict == Verdict.COUNTED)
    by_hour = counted.group_by(AdCount.socket_id).subquery()
    summed = sa.select(TrafficDay.socket_id, sa.func.sum(getattr(TrafficDay, measure.value)).label("events"))
    by_day = summed.group_by(TrafficDay.socket_id).subquery()
    expected, found = or_zero(by_hour.c.events), or_zero(by_day.c.events)
    return (
        differing(Socket.id, expected=expected, found=found)
        .select_from(Socket)
        .outerjoin(by_hour, by_hour.c.socket_id == Socket.id)
        .outerjoin(by_day, by_day.c.socket_id == Socket.id)
        .where(expected != found)
        .order_by(Socket.id)
    )


def _counted(measure: Measure) -> "sa.ColumnElement[int]":
    is_it = sa.and_(AdCount.measure == measure, AdCount.verdict == Verdict.COUNTED)
    return or_zero(sa.func.sum(sa.case((is_it, AdCount.events), else_=0)))


def _narrowing(first: Measure, next_one: Measure) -> "sa.Select[Any]":
    expected, found = _counted(first), _counted(next_one)
    return (
        differing(LineItem.id, public_id=LineItem.public_id, expected=expected, found=found)
        .select_from(AdCount)
        .join(LineItem, LineItem.id == AdCount.line_item_id)
        .where(AdCount.measure.in_((first, next_one)))
        .group_by(LineItem.id, LineItem.public_id)
        .having(found > expected)
        .order_by(LineItem.id)
    )


def _filled_of_requests() -> "sa.Select[Any]":
    expected, found = _counted(Measure.REQUEST), _counted(Measure.FILLED)
    query = differing(AdCount.socket_id, expected=expected, found=found).select_from(AdCount)
    query = query.where(AdCount.measure.in_((Measure.REQUEST, Measure.FILLED))).group_by(AdCount.socket_id)
    return query.having(found > expected).order_by(AdCount.socket_id)


def _elsewhere() -> "sa.Select[Any]":
    return (
        differing(
            LineItem.id,
            public_id=LineItem.public_id,
            expected=sa.literal(0),
            found=or_zero(sa.func.sum(AdCount.events)),
        )
        .select_from(AdCount)
        .join(LineItem, LineItem.id == AdCount.line_item_id)
        .where(AdCount.socket_id != LineItem.socket_id)
        .group_by(LineItem.id, LineItem.public_id)
        .order_by(LineItem.id)
    )


def filled_of_days() -> Iterator[Difference]:
    """Settled days whose filled requests are not what is counted of them; at most a hundred.

    A settled day is closed: what comes after is marked late, so both stay the same for good. Days begin and
    end by their site's clock, which no database can be asked for in one statement: some line items are
    compared at a time.
    """
    last, found = 0, 0
    while rows := _next_days(last):
        for line_item, days in groupby(rows, key=lambda row: (row.id, row.public_id, row.time_zone)):
            number, public_id, zone = line_item
            for difference in _differing_days(number, public_id, ZoneInfo(zone), {day.day: day.filled for day in days}):
                yield difference
                found += 1
                if found == DIFFERENCES_MAX:
                    return
        last = rows[-1].id


def _next_days(last: int) -> "list[sa.Row[Any]]":
    some = sa.select(SettledDay.line_item_id).where(SettledDay.line_item_id > last).distinct()
    some = some.order_by(SettledDay.line_item_id).limit(LINE_ITEMS_AT_ONCE)
    query = (
        sa.select(LineItem.id, LineItem.public_id, LineItem.time_zone, SettledDay.day, SettledDay.filled)
        .join(SettledDay, SettledDay.line_item_id == LineItem.id)
        .where(LineItem.id.in_(some.scalar_subquery()))
        .order_by(LineItem.id, SettledDay.day)
    )
    return list(db.session.execute(query))


def _differing_days(
    line_item_id: int, public_id: str, zone: ZoneInfo, settled: dict[date, int]
) -> Iterator[Difference]:
    query = sa.select(AdCount.hour_at, AdCount.events).where(
        AdCount.line_item_id == line_item_id,
        AdCount.measure == Measure.FILLED,
        AdCount.verdict == Verdict.COUNTED,
    )
    counted: Counter[date] = Counter()
    for hour_at, events in db.session.execute(query.execution_options(yield_per=1_000)):
        counted[hour_at.astimezone(zone).date()] += events
    for day, filled in settled.items():
        if counted[day] != filled:
            yield Difference(
                BookSection.COUNTERS,
                N_("filled on the settled day"),
                DifferenceSubject.LINE_ITEM,
                f"{line_item_id}, {day}",
                public_id,
                f"{filled:,}",
                f"{counted[day]:,}",
            )
