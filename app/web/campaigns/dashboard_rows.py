"""Rows and labels of the buyer's first page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import url_for

from app.domain.auctions.states import AwardState
from app.domain.catalogue.queries.dashboards import BidRow, MovedMoney
from app.domain.creatives.queries import LineItemRow
from app.domain.creatives.states import ReviewState
from app.domain.measurement.queries.statistics import NOTHING, Figures
from app.domain.measurement.states import Measure
from app.domain.orders.queries import flight_of
from app.domain.orders.states import LineItemState
from app.foundation.money import format_amount
from app.web.campaigns.pages import BADGES, row_in_words
from app.web.parts.needs import Need
from app.web.words.dates import moment_words, run_words, span_words
from app.web.words.messages import _
from app.web.words.numbers import share_words

DAY = timedelta(days=1)
MONTH = timedelta(days=30)
SOON = timedelta(hours=72)
SINCE_THE_BEGINNING = datetime(2012, 1, 1, tzinfo=UTC)
OVER_SHOWN_MAX = 20
RUNS = frozenset({LineItemState.IN_FLIGHT, LineItemState.PAUSED})
COMES = frozenset({LineItemState.BOOKED})
LIVE = RUNS | COMES
NO_AD = "An ad is missing"
ANSWERS = {
    ReviewState.CHANGE_ASKED: "The publisher asks for a change",
    ReviewState.REFUSED: "The publisher refused your ad",
}

Counted = Mapping[int, Sequence[Figures]]
"""By line item: since the beginning, and over the last 30 days."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line item in a list: where, when, how it stands, what it got, and what became of its money."""

    public_id: str
    name: str
    days: str
    badge: tuple[str, str]
    creative: str
    figures: Sequence[str]
    price: str
    delivered: str
    returned: str


@dataclass(frozen=True, slots=True)
class Lines:
    """A buyer's line items by how they stand."""

    running: Sequence[Line]
    coming: Sequence[Line]
    over: Sequence[Line]


@dataclass(frozen=True, slots=True)
class BidLine:
    """An auction that the buyer bids in."""

    name: str
    days: str
    kind: str
    words: str
    price: str
    left: str
    url: str


def needs_of(rows: Sequence[LineItemRow], bids: Sequence[BidRow], now: datetime) -> list[Need]:
    """What needs the buyer: awards to pay or to take, then line items without a creative, the next to begin first."""
    wanting = [row for row in rows if row.line_item.state in LIVE and _wants_creative(row)]
    wanting.sort(key=lambda row: row.line_item.starts_on)
    return [
        *(_award_need(bid, now) for bid in bids if bid.award is not None),
        *(_creative_need(row, now) for row in wanting),
    ]


def _wants_creative(row: LineItemRow) -> bool:
    return not row.has_creative and row.latest is not ReviewState.WAITING


def _award_need(bid: BidRow, now: datetime) -> Need:
    left = bid.until - now
    price = format_amount(bid.price_minor, bid.currency)
    is_due = bid.award is AwardState.DUE
    return Need(
        words=f"You have won: pay {price}" if is_due else f"You may take this for {price}",
        note=f"{_name(bid.socket, bid.site)}. {span_words(left).capitalize()} left.",
        step="Pay" if is_due else _("Look at the offer"),
        url=url_for("bidding.award", public_id=bid.public_id),
        is_soon=left < DAY,
    )


def _creative_need(row: LineItemRow, now: datetime) -> Need:
    line_item = row.line_item
    begins_at = flight_of(line_item).starts_at(ZoneInfo(line_item.time_zone))
    return Need(
        words=ANSWERS.get(row.latest, NO_AD) if row.latest else NO_AD,
        note=f"{_name(row.socket.name, row.site.name)}. {_deadline(row, begins_at, now)}",
        step=_("Send an ad"),
        url=url_for("campaigns.line_item", public_id=line_item.public_id),
        is_soon=begins_at - now < SOON,
    )


def _deadline(row: LineItemRow, begins_at: datetime, now: datetime) -> str:
    if begins_at <= now:
        return _("The flight has begun; days without an approved ad are charged.")
    hours = row.line_item.terms.hours_to_answer
    due = begins_at - timedelta(hours=hours)
    if due <= now:
        left = span_words(begins_at - now)
        return f"The flight begins in {left}, and the publisher has {hours} hours to answer. Send it now."
    by = moment_words(due, ZoneInfo(row.line_item.time_zone))
    return f"Send it by {by}, so that it can run from the first day."


def lines_of(rows: Sequence[LineItemRow], counted: Counted, money: Mapping[int, MovedMoney], now: datetime) -> Lines:
    """What was bought: what runs and what comes with the next day first, what is over with the latest first."""
    running = sorted((row for row in rows if row.line_item.state in RUNS), key=lambda row: row.line_item.ends_before)
    coming = sorted((row for row in rows if row.line_item.state in COMES), key=lambda row: row.line_item.starts_on)
    over = [row for row in rows if row.line_item.state not in LIVE][:OVER_SHOWN_MAX]
    return Lines(*([_line(row, counted, money, now) for row in part] for part in (running, coming, over)))


def _line(row: LineItemRow, counted: Counted, money: Mapping[int, MovedMoney], now: datetime) -> Line:
    line_item = row.line_item
    figures = counted[line_item.id][0] if line_item.id in counted else NOTHING
    moved = money.get(line_item.id, MovedMoney())
    begins_at = flight_of(line_item).starts_at(ZoneInfo(line_item.time_zone))
    days = run_words(line_item.starts_on, line_item.ends_before)
    if begins_at > now:
        days += f", begins in {span_words(begins_at - now)}"
    return Line(
        public_id=line_item.public_id,
        name=_name(row.socket.name, row.site.name),
        days=days,
        badge=BADGES[line_item.state],
        creative=row_in_words(row),
        figures=[f"{figures.counted(measure):,}" for measure in (Measure.VIEWABLE, Measure.CLICK)],
        price=format_amount(line_item.price_minor, line_item.currency),
        delivered=format_amount(moved.delivered_minor, line_item.currency),
        returned=format_amount(moved.returned_minor, line_item.currency),
    )


def bid_lines(bids: Sequence[BidRow], now: datetime) -> list[BidLine]:
    """The running auctions in which the buyer has bid."""
    return [
        BidLine(
            name=_name(bid.socket, bid.site),
            days=run_words(bid.starts_on, bid.ends_before),
            kind="live" if bid.leads else "neutral",
            words=_("You lead") if bid.leads else _("You are outbid"),
            price=format_amount(bid.price_minor, bid.currency),
            left=span_words(bid.until - now),
            url=url_for("bidding.auction", public_id=bid.public_id),
        )
        for bid in bids
        if bid.award is None
    ]


def month_of(counted: Counted) -> list[tuple[str, str, str]]:
    """The last 30 days of everything bought: value, unit, and what it is a share of."""
    figures = sum((windows[1] for windows in counted.values()), NOTHING)
    impressions, viewable = figures.counted(Measure.IMPRESSION), figures.counted(Measure.VIEWABLE)
    clicks, measurable = figures.counted(Measure.CLICK), figures.counted(Measure.MEASURABLE)
    if not impressions and not clicks:
        return []
    return [
        (f"{impressions:,}", _unit(impressions, "impression"), "last 30 days, counted by us"),
        (
            f"{viewable:,}",
            _unit(viewable, "viewable impression"),
            f"{share_words(viewable, measurable)} of those that could be measured",
        ),
        (f"{clicks:,}", _unit(clicks, "click"), f"{share_words(clicks, impressions)} of impressions"),
    ]


def _unit(number: int, one: str) -> str:
    return one if number == 1 else f"{one}s"


def _name(socket: str, site: str) -> str:
    return f"{socket}, {site}"
