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
from app.domain.measurement.queries.statistics import NOTHING, EventFigures
from app.domain.measurement.states import Measure
from app.domain.orders.queries import flight_of
from app.domain.orders.states import LineItemState
from app.foundation.messages import N_
from app.web.campaigns.pages import row_in_words
from app.web.parts.needs import Need
from app.web.words.dates import moment_words, run_words, span_words
from app.web.words.messages import _, ngettext, translated
from app.web.words.money import amount_words
from app.web.words.numbers import count_words, share_words
from app.web.words.states.orders import LINE_ITEM_STATES

DAY = timedelta(days=1)
MONTH = timedelta(days=30)
SOON = timedelta(hours=72)
SINCE_THE_BEGINNING = datetime(2012, 1, 1, tzinfo=UTC)
OVER_SHOWN_MAX = 20
RUNS = frozenset({LineItemState.IN_FLIGHT, LineItemState.PAUSED})
COMES = frozenset({LineItemState.BOOKED})
LIVE = RUNS | COMES
ANSWERS = {
    ReviewState.CHANGE_ASKED: N_("The publisher asks for a change"),
    ReviewState.REFUSED: N_("The publisher refused your ad"),
}

Counted = Mapping[int, Sequence[EventFigures]]
"""By line item: since the beginning, and over the last 30 days."""


@dataclass(frozen=True, slots=True)
class LineItemCells:
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
class LineItemsByStage:
    """A buyer's line items by how they stand."""

    running: Sequence[LineItemCells]
    coming: Sequence[LineItemCells]
    over: Sequence[LineItemCells]


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


def buyer_needs(rows: Sequence[LineItemRow], bids: Sequence[BidRow], now: datetime) -> list[Need]:
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
    price = amount_words(bid.price_minor, bid.currency)
    is_due = bid.award is AwardState.DUE
    return Need(
        words=_("You have won: pay %(price)s", price=price)
        if is_due
        else _("You may take this for %(price)s", price=price),
        note=_("%(place)s. %(span)s left.", place=_name(bid.socket, bid.site), span=span_words(left)),
        step=_("Pay") if is_due else _("Look at the offer"),
        url=url_for("bidding.award", public_id=bid.public_id),
        is_soon=left < DAY,
    )


def _creative_need(row: LineItemRow, now: datetime) -> Need:
    line_item = row.line_item
    begins_at = flight_of(line_item).starts_at(ZoneInfo(line_item.time_zone))
    return Need(
        words=translated(ANSWERS.get(row.latest or ReviewState.REPLACED, N_("An ad is missing"))),
        note=_deadline(row, begins_at, now),
        step=_("Send an ad"),
        url=url_for("campaigns.line_item", public_id=line_item.public_id),
        is_soon=begins_at - now < SOON,
    )


def _deadline(row: LineItemRow, begins_at: datetime, now: datetime) -> str:
    place, hours = _name(row.socket.name, row.site.name), row.line_item.terms.hours_to_answer
    if begins_at <= now:
        return _("%(place)s. The flight has begun; days without an approved ad are charged.", place=place)
    due = begins_at - timedelta(hours=hours)
    if due <= now:
        return ngettext(
            "%(place)s. The flight begins in %(span)s, and the publisher has 1 hour to answer. Send it now.",
            "%(place)s. The flight begins in %(span)s, and the publisher has %(num)s hours to answer. Send it now.",
            hours,
            place=place,
            span=span_words(begins_at - now),
        )
    by = moment_words(due, ZoneInfo(row.line_item.time_zone))
    return _("%(place)s. Send it by %(moment)s, so that it can run from the first day.", place=place, moment=by)


def lines_of(
    rows: Sequence[LineItemRow], counted: Counted, money: Mapping[int, MovedMoney], now: datetime
) -> LineItemsByStage:
    """What was bought: what runs and what comes with the next day first, what is over with the latest first."""
    running = sorted((row for row in rows if row.line_item.state in RUNS), key=lambda row: row.line_item.ends_before)
    coming = sorted((row for row in rows if row.line_item.state in COMES), key=lambda row: row.line_item.starts_on)
    over = [row for row in rows if row.line_item.state not in LIVE][:OVER_SHOWN_MAX]
    return LineItemsByStage(*([_line(row, counted, money, now) for row in part] for part in (running, coming, over)))


def _line(row: LineItemRow, counted: Counted, money: Mapping[int, MovedMoney], now: datetime) -> LineItemCells:
    line_item = row.line_item
    figures = counted[line_item.id][0] if line_item.id in counted else NOTHING
    moved = money.get(line_item.id, MovedMoney())
    begins_at = flight_of(line_item).starts_at(ZoneInfo(line_item.time_zone))
    days = run_words(line_item.starts_on, line_item.ends_before)
    if begins_at > now:
        days = _("%(days)s, begins in %(span)s", days=days, span=span_words(begins_at - now))
    return LineItemCells(
        public_id=line_item.public_id,
        name=_name(row.socket.name, row.site.name),
        days=days,
        badge=LINE_ITEM_STATES[line_item.state].badge,
        creative=row_in_words(row),
        figures=[count_words(figures.counted(measure)) for measure in (Measure.VIEWABLE, Measure.CLICK)],
        price=amount_words(line_item.price_minor, line_item.currency),
        delivered=amount_words(moved.delivered_minor, line_item.currency),
        returned=amount_words(moved.returned_minor, line_item.currency),
    )


def bid_lines(bids: Sequence[BidRow], now: datetime) -> list[BidLine]:
    """The running auctions in which the buyer has bid."""
    return [
        BidLine(
            name=_name(bid.socket, bid.site),
            days=run_words(bid.starts_on, bid.ends_before),
            kind="live" if bid.leads else "neutral",
            words=_("You lead") if bid.leads else _("You are outbid"),
            price=amount_words(bid.price_minor, bid.currency),
            left=span_words(bid.until - now),
            url=url_for("bidding.auction", public_id=bid.public_id),
        )
        for bid in bids
        if bid.award is None
    ]


def month_totals(counted: Counted) -> list[tuple[str, str, str]]:
    """The last 30 days of everything bought: value, unit, and what it is a share of."""
    figures = sum((windows[1] for windows in counted.values()), NOTHING)
    impressions, viewable = figures.counted(Measure.IMPRESSION), figures.counted(Measure.VIEWABLE)
    clicks, measurable = figures.counted(Measure.CLICK), figures.counted(Measure.MEASURABLE)
    if not impressions and not clicks:
        return []
    return [
        (
            count_words(impressions),
            ngettext("impression", "impressions", impressions),
            _("last 30 days, counted by us"),
        ),
        (
            count_words(viewable),
            ngettext("viewable impression", "viewable impressions", viewable),
            _("%(share)s of those that could be measured", share=share_words(viewable, measurable)),
        ),
        (
            count_words(clicks),
            ngettext("click", "clicks", clicks),
            _("%(share)s of impressions", share=share_words(clicks, impressions)),
        ),
    ]


def _name(socket: str, site: str) -> str:
    return f"{socket}, {site}"
