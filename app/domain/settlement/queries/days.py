"""Reads about days: which are to be settled, what they are judged from, and what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.domain.creatives.queries.timeline import CreativeTimeline, creative_timeline
from app.domain.creatives.states import Decider, ReviewState
from app.domain.inventory.models import Site, Socket
from app.domain.ledger.queries import balance
from app.domain.ledger.rules import escrow
from app.domain.measurement.models import AdCount
from app.domain.measurement.queries import day_figures
from app.domain.measurement.rules import HourGrid, in_ms, moment_from_ms
from app.domain.measurement.states import Measure, Verdict
from app.domain.orders.models import LineItem, LineItemMove
from app.domain.orders.queries import moves_of
from app.domain.orders.states import LineItemState, Party
from app.domain.payments.models import PaymentIntent
from app.domain.payments.states import IntentState
from app.domain.settlement.models import Adjustment, MoneyReturn, SettledDay
from app.domain.settlement.rules.days import SETTLED_AFTER, DayFacts, DeliveryHistory, ReviewWindow, TimeSpan
from app.domain.settlement.rules.pricing import DueAmounts
from app.domain.settlement.states import EARNED, DayOutcome
from app.foundation.db import db
from app.foundation.flight import day_bounds
from app.foundation.work_failures import Retries

ENDED_EARLY = frozenset({LineItemState.DECLINED, LineItemState.STOPPED})


def line_items_to_settle(limit: int, *, counted_until: datetime | None, retries: Retries) -> Sequence[int]:
    """Line items with a day that may be settled now, the one that waits longest first.

    Those that were ended early need no count: what lies ahead of them goes back at once.
    """
    is_early = sa.and_(LineItem.settle_after <= retries.now, LineItem.state.in_(ENDED_EARLY))
    settled_until = min(retries.now, counted_until) - SETTLED_AFTER if counted_until is not None else None
    is_due = LineItem.settle_after <= settled_until if settled_until is not None else sa.false()
    query = sa.select(LineItem.id).where(sa.or_(is_early, is_due), retries.allow(LineItem.id))
    return db.session.scalars(query.order_by(LineItem.settle_after, LineItem.id).limit(limit)).all()


def settled_days_of(line_item_id: int) -> Sequence[SettledDay]:
    """A line item's settled days, in order."""
    query = sa.select(SettledDay).where(SettledDay.line_item_id == line_item_id).order_by(SettledDay.day)
    return db.session.scalars(query).all()


def adjustments_of(line_item_id: int) -> Sequence[Adjustment]:
    """The corrections of a line item's days, in the order in which they were decided."""
    query = sa.select(Adjustment).where(Adjustment.line_item_id == line_item_id).order_by(Adjustment.id)
    return db.session.scalars(query).all()


@dataclass(frozen=True, slots=True)
class SettledSoFar:
    """What was settled of a line item so far."""

    days: int
    earned: int
    posted: DueAmounts


def settled_so_far(line_item_id: int) -> SettledSoFar:
    """How many days of a line item are settled, how many of them were earned, and what was posted for them.

    Without corrections: they are no part of what a day posts, so the next one does not make up for them.
    """
    row = db.session.execute(
        sa.select(
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(sa.case((SettledDay.outcome.in_(EARNED), 1), else_=0)), 0),
            sa.func.coalesce(sa.func.sum(SettledDay.price_minor), 0),
            sa.func.coalesce(sa.func.sum(SettledDay.commission_minor), 0),
        ).where(SettledDay.line_item_id == line_item_id)
    ).one()
    return SettledSoFar(int(row[0]), int(row[1]), DueAmounts(int(row[2]), int(row[3])))


def ended_at(line_item: LineItem) -> datetime | None:
    """When a line item was declined or stopped; None when it was not."""
    if line_item.state not in ENDED_EARLY:
        return None
    return moves_of(line_item.id)[-1].moved_at


def facts_of(line_item: LineItem, day: date) -> DayFacts:
    """What a day of a line item is judged from; close the day before."""
    zone = ZoneInfo(line_item.time_zone)
    begins_at, ends_at = day_bounds(day, zone)
    figures = day_figures(line_item.id, line_item.socket_id, day, zone=zone)
    return DayFacts(
        begins_at=begins_at,
        ends_at=ends_at,
        places=line_item.terms.places,
        requests=figures.requests,
        filled=figures.filled,
        requests_by_hour=_requests_by_hour(line_item.socket_id, begins_at, ends_at),
        cuts=_cuts(line_item.socket_id, begins_at, ends_at),
        history=history_of(line_item.id),
        ended_at=ended_at(line_item),
    )


def history_of(line_item_id: int) -> DeliveryHistory:
    """Who kept a line item from running, and when."""
    moves, timeline = moves_of(line_item_id), creative_timeline(line_item_id)
    return DeliveryHistory(
        paused_by_publisher=_pauses(moves, Party.PUBLISHER),
        paused_by_buyer=_pauses(moves, Party.BUYER),
        ran=tuple(TimeSpan(one.began_at, one.ended_at) for one in timeline.assignments),
        reviews=_reviews(timeline),
    )


def was_tag_missing(line_item_id: int) -> bool:
    """Whether a day of this line item was settled before on which nobody asked for its socket."""
    query = sa.select(SettledDay.day).where(
        SettledDay.line_item_id == line_item_id, SettledDay.outcome == DayOutcome.NO_REQUESTS
    )
    return db.session.scalars(query.limit(1)).first() is not None


@dataclass(frozen=True, slots=True)
class SettledMoney:
    """Where the money of a line item is: together its price."""

    price_minor: int
    delivered_minor: int
    returned_minor: int
    escrow_minor: int
    commission_minor: int
    """Ours, of what was delivered."""
    given_back_minor: int
    """Of what was returned, what corrections of days took back from the publisher: the buyer's credit."""
    days: Sequence[SettledDay]
    adjustments: Sequence[Adjustment]
    money_return: MoneyReturn | None
    refund_state: IntentState | None
    """Where the card's part of the return stands; None when the card gets nothing."""

    @property
    def is_return_under_way(self) -> bool:
        """Whether a part of the return has still to reach the card."""
        return self.money_return is not None and self.escrow_minor > 0


def money_of(line_item: LineItem) -> SettledMoney:
    """What was delivered of a paid line item, what went back, and what is still kept."""
    days, left = settled_days_of(line_item.id), balance(escrow(line_item.id))
    adjustments = adjustments_of(line_item.id)
    moved: list[SettledDay | Adjustment] = [*days, *adjustments]
    delivered = sum(one.price_minor for one in moved)
    returned, refund_state = _return_of(line_item.id)
    return SettledMoney(
        price_minor=line_item.price_minor,
        delivered_minor=delivered,
        returned_minor=line_item.price_minor - delivered - left,
        escrow_minor=left,
        commission_minor=sum(one.commission_minor for one in moved),
        given_back_minor=-sum(one.price_minor for one in adjustments if one.price_minor < 0),
        days=days,
        adjustments=adjustments,
        money_return=returned,
        refund_state=refund_state,
    )


def _return_of(line_item_id: int) -> tuple[MoneyReturn | None, IntentState | None]:
    """What goes back of a line item, if anything does, and where the card's part of it stands."""
    query = (
        sa.select(MoneyReturn, PaymentIntent.state)
        .outerjoin(PaymentIntent, PaymentIntent.id == MoneyReturn.intent_id)
        .where(MoneyReturn.line_item_id == line_item_id)
    )
    row = db.session.execute(query).one_or_none()
    return (None, None) if row is None else (row[0], row[1])


def _requests_by_hour(socket_id: int, begins_at: datetime, ends_at: datetime) -> dict[datetime, int]:
    query = (
        sa.select(AdCount.hour_at, sa.func.sum(AdCount.events))
        .where(
            AdCount.socket_id == socket_id,
            AdCount.hour_at >= begins_at,
            AdCount.hour_at < ends_at,
            AdCount.measure == Measure.REQUEST,
            AdCount.verdict == Verdict.COUNTED,
        )
        .group_by(AdCount.hour_at)
    )
    return {row[0]: int(row[1]) for row in db.session.execute(query)}


def _cuts(socket_id: int, begins_at: datetime, ends_at: datetime) -> frozenset[datetime]:
    """Where the hours of a day's counters begin: the site's zone cuts them, and each zone its places were sold in."""
    sold_in = db.session.scalars(sa.select(LineItem.time_zone).where(LineItem.socket_id == socket_id).distinct())
    of_site = sa.select(Site.time_zone).join(Socket, Socket.site_id == Site.id).where(Socket.id == socket_id)
    site_zone = db.session.scalars(of_site).one()
    grid = HourGrid([ZoneInfo(name) for name in (site_zone, *sold_in)])
    return frozenset(moment_from_ms(start_ms) for start_ms in grid.starts_between(in_ms(begins_at), in_ms(ends_at)))


def _pauses(moves: Sequence[LineItemMove], party: Party) -> tuple[TimeSpan, ...]:
    ends = [*(move.moved_at for move in moves[1:]), None]
    return tuple(
        TimeSpan(move.moved_at, ended)
        for move, ended in zip(moves, ends, strict=True)
        if move.to_state is LineItemState.PAUSED and move.party is party
    )


def _reviews(timeline: CreativeTimeline) -> tuple[ReviewWindow, ...]:
    return tuple(
        ReviewWindow(
            sent_at=one.submitted_at,
            due_at=one.answer_due_at,
            answered_at=one.decided_at,
            is_refused_by_silence=one.state is ReviewState.REFUSED and one.decided_by is Decider.SILENCE,
        )
        for one in timeline.reviews
    )


def next_day(line_item: LineItem, settled: int) -> date | None:
    """The first day of a line item that is not settled; days are settled in order. None after the last."""
    day = line_item.starts_on + timedelta(days=settled)
    return day if day < line_item.ends_before else None
