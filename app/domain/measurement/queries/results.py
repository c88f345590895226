"""Results of sockets and line items, for both sides from the same rows."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from app.domain.measurement.models import AdCount
from app.domain.measurement.queries.statistics import EventFigures
from app.domain.measurement.states import Measure, Verdict
from app.foundation.db import UtcDateTime, db

Key = tuple[Measure, Verdict]
Stretch = tuple[datetime, datetime]


def results_in(
    socket_id: int, line_item_id: int | None, stretches: Sequence[Stretch]
) -> tuple[list[EventFigures], EventFigures]:
    """What was counted in each stretch of time, in one statement.

    Requests are those of the socket; all else is that of the line item, or of everything booked when it is None.

    Args:
        socket_id: the socket.
        line_item_id: one line item on it, or None.
        stretches: from when up to, and without, when; at least one, none over another.

    Returns:
        Figures of each stretch, in order; and apart from them those of the publisher's own ad in all stretches.
    """
    number = sa.column("number", sa.Integer)
    begins_at, ends_at = sa.column("begins_at", UtcDateTime), sa.column("ends_at", UtcDateTime)
    rows = [(position, *stretch) for position, stretch in enumerate(stretches)]
    cut = sa.values(number, begins_at, ends_at, name="cut").data(rows).cte("stretch")
    is_request = AdCount.measure == Measure.REQUEST
    is_house = sa.and_(AdCount.line_item_id == 0, AdCount.creative_id > 0, sa.not_(is_request))
    belongs = sa.true() if line_item_id is None else sa.or_(is_request, AdCount.line_item_id == line_item_id)
    events = sa.func.sum(AdCount.events)
    query = (
        sa.select(cut.c.number, AdCount.measure, AdCount.verdict, events, events.filter(is_house))
        .select_from(cut)
        .join(AdCount, sa.and_(AdCount.hour_at >= cut.c.begins_at, AdCount.hour_at < cut.c.ends_at))
        .where(AdCount.socket_id == socket_id, belongs)
        .group_by(cut.c.number, AdCount.measure, AdCount.verdict)
    )
    own: list[dict[Key, int]] = [{} for _ in stretches]
    house: dict[Key, int] = {}
    for position, measure, verdict, in_all, of_house in db.session.execute(query):
        own[position][measure, verdict] = int(in_all) - int(of_house or 0)
        house[measure, verdict] = house.get((measure, verdict), 0) + int(of_house or 0)
    return [_figures(found) for found in own], _figures(house)


def totals_of_sockets(socket_ids: Sequence[int], since: Sequence[datetime]) -> dict[int, list[EventFigures]]:
    """What was counted in each socket since each of these moments, for lists; house ads are left out.

    A socket in which nothing came in since the first of them is not in the answer.

    Args:
        socket_ids: the sockets.
        since: the earliest first.
    """
    return _totals(AdCount.socket_id, socket_ids, since)


def totals_of_line_items(line_item_ids: Sequence[int], since: Sequence[datetime]) -> dict[int, list[EventFigures]]:
    """The same for line items; requests belong to sockets, so there are none among them."""
    return _totals(AdCount.line_item_id, line_item_ids, since)


def _totals(
    column: sa.orm.InstrumentedAttribute[int], ids: Sequence[int], since: Sequence[datetime]
) -> dict[int, list[EventFigures]]:
    sums = [sa.func.sum(AdCount.events).filter(AdCount.hour_at >= moment) for moment in since]
    query = (
        sa.select(column, AdCount.measure, *sums)
        .where(
            column.in_(ids),
            AdCount.hour_at >= since[0],
            AdCount.verdict == Verdict.COUNTED,
            sa.or_(AdCount.line_item_id > 0, AdCount.measure == Measure.REQUEST),
        )
        .group_by(column, AdCount.measure)
    )
    found: dict[int, list[dict[Key, int]]] = {}
    for one, measure, *events in db.session.execute(query):
        windows = found.setdefault(one, [{} for _ in since])
        for window, sum_of_events in zip(windows, events, strict=True):
            window[measure, Verdict.COUNTED] = int(sum_of_events or 0)
    return {one: [_figures(window) for window in windows] for one, windows in found.items()}


def _figures(found: Mapping[Key, int]) -> EventFigures:
    return EventFigures({key: events for key, events in found.items() if events})
