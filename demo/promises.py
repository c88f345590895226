"""What is promised of a freshly loaded demo: enough of everything to look at. Sentences for what is missing."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.domain.auctions.models import Auction, Award, Bid
from app.domain.auctions.states import AuctionState, AwardState
from app.domain.creatives.models import Assignment, Creative, CreativeReview, HouseAd
from app.domain.creatives.states import ReviewState
from app.domain.inventory.models import Listing, Site, Socket
from app.domain.inventory.states import ListingKind, ListingState, SiteState
from app.domain.measurement.models import AdCount
from app.domain.measurement.states import Measure, Verdict
from app.domain.orders.models import LineItem
from app.domain.orders.states import LineItemState
from app.domain.settlement.models import MoneyReturn, Payout, SettledDay
from app.domain.settlement.states import DayOutcome, PayoutState
from app.foundation.clock import database_now
from app.foundation.db import Model, db
from demo.sites import SITES
from demo.sockets import SOCKETS

SOON, LATER = timedelta(hours=1), timedelta(days=5)
DAYS_COUNTED_MIN = 30
MONTH = timedelta(days=DAYS_COUNTED_MIN)
# At least so many rows; the plot has a few more of each, for some depend on chance.
FLIGHTS, CREATIVES, RUNNING, WITH_BIDS, RATE_CARDS, SETTLED, PAID = 15, 20, 12, 10, 30, 300, 4


def missing_promises() -> list[str]:
    """What a fresh demo should have and has not; empty when nothing is missing."""
    now = database_now()
    missing = [f"{what}: there are {number}, not {wanted}" for what, number, wanted in _counts() if number < wanted]
    missing.extend(_auctions(now))
    missing.extend(_curves(now))
    db.session.remove()
    return missing


def _counts() -> Iterator[tuple[str, int, int]]:
    """What is counted, how many there are, and how many there should be at least."""
    yield "proved sites", _number(Site, Site.state == SiteState.PROVED), len(SITES)
    yield "sockets", _number(Socket), len(SOCKETS)
    is_rate_card = Listing.kind == ListingKind.RATE_CARD, Listing.state == ListingState.OPEN
    yield "rate cards", _number(Listing, *is_rate_card), RATE_CARDS
    has_creative = sa.exists().where(Assignment.line_item_id == LineItem.id)
    in_the_air = LineItem.state == LineItemState.IN_FLIGHT
    yield "flights in the air with a creative", _number(LineItem, in_the_air, has_creative), FLIGHTS
    yield "creatives", _number(Creative), CREATIVES
    yield "creatives to look at", _number(CreativeReview, CreativeReview.state == ReviewState.WAITING), 1
    yield "refused creatives", _number(CreativeReview, CreativeReview.state == ReviewState.REFUSED), 1
    yield "own ads of publishers", _number(HouseAd), 1
    yield "settled days", _number(SettledDay), SETTLED
    for outcome in (DayOutcome.DELIVERED, DayOutcome.NO_REQUESTS, DayOutcome.NO_CREATIVE, DayOutcome.PAUSED_BY_BUYER):
        yield f"days settled as {outcome}", _number(SettledDay, SettledDay.outcome == outcome), 1
    yield "payouts", _number(Payout, Payout.state == PayoutState.PAID), PAID
    yield "refunds to a card", _number(MoneyReturn, MoneyReturn.to_card_minor > 0), 1
    yield "lapsed awards", _number(Award, Award.state == AwardState.LAPSED), 1


def _auctions(now: datetime) -> Iterator[str]:
    """Auctions that end from minutes to days ahead, most of them with bids."""
    bids = sa.select(sa.func.count()).select_from(Bid).where(Bid.auction_id == Auction.id).scalar_subquery()
    query = sa.select(Auction.ends_at, bids).where(Auction.state == AuctionState.OPEN, Auction.ends_at > now)
    running = db.session.execute(query.order_by(Auction.ends_at)).all()
    if len(running) < RUNNING:
        yield f"running auctions: there are {len(running)}, not {RUNNING}"
        return
    if running[0][0] > now + SOON or running[-1][0] < now + LATER:
        yield "running auctions: none ends within the hour, or none is left in some days"
    if sum(number > 0 for _, number in running) < WITH_BIDS:
        yield "running auctions: too few have bids"


def _curves(now: datetime) -> Iterator[str]:
    """A month of readers, who come by day more than by night, and on working days more than on Saturdays."""
    rows = db.session.execute(
        sa.select(AdCount.hour_at, sa.func.sum(AdCount.events))
        .where(AdCount.measure == Measure.REQUEST, AdCount.verdict == Verdict.COUNTED, AdCount.hour_at > now - MONTH)
        .group_by(AdCount.hour_at)
    ).all()
    days = {hour_at.date() for hour_at, _ in rows}
    if len(days) < DAYS_COUNTED_MIN:
        yield f"statistics: {len(days)} days have readers, not {DAYS_COUNTED_MIN}"
        return
    # Most readers are in Europe and America, so together they sleep from 05:00 to 08:00 UTC.
    by_day = sum(events for hour_at, events in rows if 17 <= hour_at.hour < 20)  # noqa: PLR2004 - see the line before
    by_night = sum(events for hour_at, events in rows if 4 <= hour_at.hour < 7)  # noqa: PLR2004 - see the line before
    if by_day < 2 * by_night:
        yield f"statistics: {by_day} requests in the evening, and {by_night} before dawn"


def _number(model: type[Model], *conditions: sa.ColumnElement[bool]) -> int:
    return db.session.scalars(sa.select(sa.func.count()).select_from(model).where(*conditions)).one()
