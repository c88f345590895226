"""Statistics of both sides, from the same rows: what was counted, and what was not and why, by hour and by day."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.domain.measurement.models import AdCount, TagSighting
from app.domain.measurement.states import Measure, Verdict
from app.foundation.db import db
from app.foundation.flight import Flight, today

PER_MILLION = 1_000_000
HOSTS_SHOWN_MAX = 50


@dataclass(frozen=True, slots=True)
class EventFigures:
    """Events of a stretch of time, by measure and verdict. Counted and all reasons together are all events."""

    events: Mapping[tuple[Measure, Verdict], int] = field(default_factory=dict)

    def counted(self, measure: Measure) -> int:
        """How many count."""
        return self.events.get((measure, Verdict.COUNTED), 0)

    def all_of(self, measure: Measure) -> int:
        """How many there were, counted or not."""
        return sum(events for (found, _), events in self.events.items() if found is measure)

    def not_counted(self, measure: Measure) -> dict[Verdict, int]:
        """How many do not count, by reason, in the order of judging; reasons that never came up are left out."""
        return {
            verdict: self.events[measure, verdict]
            for verdict in Verdict
            if verdict is not Verdict.COUNTED and (measure, verdict) in self.events
        }

    def share(self, part: Measure, whole: Measure) -> int | None:
        """How many of a million counted events of one measure there were of the other; None without any.

        Viewable of measurable is the viewable rate, filled of requests the fill rate, clicks of impressions the CTR.
        """
        of = self.counted(whole)
        return self.counted(part) * PER_MILLION // of if of else None

    def __add__(self, other: "EventFigures") -> "EventFigures":
        return EventFigures(Counter(self.events) + Counter(other.events))


NOTHING = EventFigures()


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureScope:
    """Whose figures: those of a socket, which its publisher sees, or of one line item on it, which both see.

    A line item alone has no requests: what it is measured against are the requests of its socket.
    """

    socket_id: int
    line_item_id: int | None = None
    creative_id: int | None = None


def figures_by_hour(scope: FigureScope, *, starts_at: datetime, before: datetime) -> dict[datetime, EventFigures]:
    """Figures of each hour that had any, earliest first. Hours begin where those of the site do."""
    gathered: dict[datetime, dict[tuple[Measure, Verdict], int]] = {}
    query = (
        sa.select(AdCount.hour_at, AdCount.measure, AdCount.verdict, sa.func.sum(AdCount.events))
        .where(*_conditions(scope), AdCount.hour_at >= starts_at, AdCount.hour_at < before)
        .group_by(AdCount.hour_at, AdCount.measure, AdCount.verdict)
        .order_by(AdCount.hour_at)
    )
    for hour_at, measure, verdict, events in db.session.execute(query):
        gathered.setdefault(hour_at, {})[measure, verdict] = int(events)
    return {hour_at: EventFigures(events) for hour_at, events in gathered.items()}


def figures_by_day(scope: FigureScope, flight: Flight, *, zone: ZoneInfo) -> dict[date, EventFigures]:
    """Figures of every day of a run of days of the site's zone, earliest first; days without events too."""
    hours = figures_by_hour(scope, starts_at=flight.starts_at(zone), before=flight.ends_at(zone))
    days = dict.fromkeys(flight.days, NOTHING)
    for hour_at, figures in hours.items():
        days[today(hour_at, zone)] += figures
    return days


def total_figures(scope: FigureScope, *, starts_at: datetime, before: datetime) -> EventFigures:
    """Figures of a stretch of time as one."""
    query = sa.select(AdCount.measure, AdCount.verdict, sa.func.sum(AdCount.events))
    query = query.where(*_conditions(scope), AdCount.hour_at >= starts_at, AdCount.hour_at < before)
    rows = db.session.execute(query.group_by(AdCount.measure, AdCount.verdict))
    return EventFigures({(measure, verdict): int(events) for measure, verdict, events in rows})


def figures_by_line_item(line_item_ids: Iterable[int]) -> dict[int, EventFigures]:
    """Figures of whole line items, for lists and dashboards; line items without events have none."""
    gathered: dict[int, dict[tuple[Measure, Verdict], int]] = {line_item_id: {} for line_item_id in line_item_ids}
    query = sa.select(AdCount.line_item_id, AdCount.measure, AdCount.verdict, sa.func.sum(AdCount.events))
    query = query.where(AdCount.line_item_id.in_(gathered))
    grouped = query.group_by(AdCount.line_item_id, AdCount.measure, AdCount.verdict)
    for line_item_id, measure, verdict, events in db.session.execute(grouped):
        gathered[line_item_id][measure, verdict] = int(events)
    return {line_item_id: EventFigures(events) for line_item_id, events in gathered.items()}


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where a tag was seen, from when to when, and whether that is a page of its site."""

    host: str
    is_expected: bool
    first_seen_at: datetime
    last_seen_at: datetime


def tag_sightings(socket_id: int) -> list[Sighting]:
    """Where a socket's tag was seen in the last 90 days, latest first."""
    query = sa.select(TagSighting).where(TagSighting.socket_id == socket_id)
    rows = db.session.scalars(query.order_by(TagSighting.last_seen_at.desc(), TagSighting.host).limit(HOSTS_SHOWN_MAX))
    return [Sighting(row.host, row.is_expected, row.first_seen_at, row.last_seen_at) for row in rows]


def _conditions(scope: FigureScope) -> list[sa.ColumnElement[bool]]:
    conditions = [AdCount.socket_id == scope.socket_id]
    if scope.line_item_id is not None:
        conditions.append(AdCount.line_item_id == scope.line_item_id)
    if scope.creative_id is not None:
        conditions.append(AdCount.creative_id == scope.creative_id)
    return conditions
