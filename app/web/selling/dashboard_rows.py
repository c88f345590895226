"""Rows and labels of the publisher's first page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import url_for

from app.domain.catalogue.queries.dashboards import Deadline, SocketOverview
from app.domain.inventory.states import ClaimKind, ListingKind, SiteState, SocketState
from app.domain.measurement.queries.statistics import EventFigures
from app.domain.measurement.states import Measure
from app.domain.settlement.queries.earnings import PublisherMoney
from app.domain.settlement.states import PayoutObstacle
from app.foundation.flight import today
from app.foundation.messages import N_
from app.web.parts.needs import Need
from app.web.selling.pages import NextStep, SiteRow, SocketRow
from app.web.words.dates import ago_words, span_words
from app.web.words.messages import _, translated
from app.web.words.numbers import count_words, share_words
from app.web.words.states.inventory import DAY_KINDS, SOCKET_STATES
from app.web.words.states.settlement import OBSTACLES

if TYPE_CHECKING:
    from app.domain.inventory.models import Site, Socket

DAY = timedelta(days=1)
WEEK = 7
WEEKS_AHEAD_DAYS = 6 * WEEK
TAG_QUIET_AFTER = timedelta(hours=24)
TAG_WANTED_BEFORE = 3
FREE = "free"
# By whether it has fixed prices, and whether it is in an auction.
ON_SALE = {
    (True, False): N_("On sale: fixed prices"),
    (False, True): N_("On sale: auction"),
    (True, True): N_("On sale: fixed prices and auction"),
}
# What to do, and where; the words for what is missing are the obstacle's own.
PAYOUT_STEPS = {
    PayoutObstacle.NO_BANK_ACCOUNT: (N_("Say where you are paid"), "account.payout"),
    PayoutObstacle.NO_TAX_PROFILE: (N_("Fill them in"), "account.tax"),
    PayoutObstacle.CAME_BACK: (N_("Check the bank account"), "account.payout"),
}


@dataclass(frozen=True, slots=True)
class AvailabilityStrip:
    """The coming weeks of a socket: a field a day, and their sum in words."""

    socket: "Socket"
    site: "Site"
    days: Sequence[str]
    first: date
    words: str


@dataclass(frozen=True, slots=True)
class SocketFigures:
    """What was counted in a socket over the last 30 and 7 days."""

    socket: "Socket"
    site: "Site"
    cells: Sequence[Sequence[str]]


def publisher_needs(
    overview: Sequence[SocketOverview], reviews: Sequence[Deadline], awards: Sequence[Deadline], now: datetime
) -> list[Need]:
    """What needs the publisher, the most pressing kind first."""
    return [
        *(_review_need(one, now) for one in reviews),
        *_proof_needs(overview),
        *_tag_needs(overview, now),
        *(_award_need(one, now) for one in awards),
    ]


def _review_need(one: Deadline, now: datetime) -> Need:
    step = (_("Look at it"), url_for("selling.creative", public_id=one.public_id))
    left = one.until - now
    place = _place(one.socket, one.site)
    note = (
        _("%(place)s. The time to answer is over.", place=place)
        if left <= timedelta(0)
        else _("%(place)s. %(span)s left to answer.", place=place, span=span_words(left))
    )
    return Need(_("An ad waits for your answer"), note, *step, is_soon=left < DAY)


def _award_need(one: Deadline, now: datetime) -> Need:
    step = (_("See the auction"), url_for("bidding.own_auction", public_id=one.public_id))
    note = _(
        "%(place)s. The buyer has %(span)s to pay.",
        place=_place(one.socket, one.site),
        span=span_words(one.until - now),
    )
    return Need(_("An auction is won and not paid yet"), note, *step)


def _proof_needs(overview: Sequence[SocketOverview]) -> list[Need]:
    sites = {row.site.id: row.site for row in overview}.values()
    found = []
    for site in sites:
        step = (_("Put it back"), url_for("selling.site", site_id=site.id, _anchor="proof"))
        if site.state is SiteState.LAPSED:
            note = _("%(site)s. Nothing new can be sold until it is back.", site=site.name)
            found.append(Need(_("The proof of a site is gone"), note, *step))
        elif site.state is SiteState.PROVED and site.missing_since is not None:
            note = _("%(site)s. You have a week.", site=site.name)
            found.append(Need(_("The proof of a site is missing"), note, *step, is_soon=True))
    return found


def _tag_needs(overview: Sequence[SocketOverview], now: datetime) -> list[Need]:
    """Sockets on which something runs now or in a few days, and whose tag nobody saw lately."""
    found = []
    for row in overview:
        if row.socket is None or row.first_sold_on is None:
            continue
        here = today(now, ZoneInfo(row.site.time_zone))
        runs_soon = row.first_sold_on <= here + TAG_WANTED_BEFORE * DAY
        is_quiet = row.tag_seen_at is None or now - row.tag_seen_at > TAG_QUIET_AFTER
        if runs_soon and is_quiet:
            step = (_("Put the tag on your pages"), url_for("selling.tag", socket_id=row.socket.id))
            note = _tag_note(_place(row.socket.name, row.site.name), row.tag_seen_at, now)
            found.append(Need(_("Sold, but the tag is missing"), note, *step, is_soon=True))
    return found


def _tag_note(place: str, seen_at: datetime | None, now: datetime) -> str:
    if seen_at is None:
        return _("%(place)s. We have never seen it. Days without it are not paid.", place=place)
    return _("%(place)s. Last seen %(ago)s. Days without it are not paid.", place=place, ago=ago_words(seen_at, now))


def _place(socket: str, site: str) -> str:
    return f"{socket}, {site}"


def payout_needs(money: PublisherMoney) -> list[Need]:
    """What keeps money that was earned from being paid out, as far as the publisher can mend it."""
    if money.earnings.total_minor <= 0:
        return []
    note = _("Money you earned waits; nothing is paid out without it.")
    return [
        Need(OBSTACLES[obstacle].label, note, translated(step), url_for(endpoint))
        for obstacle, (step, endpoint) in PAYOUT_STEPS.items()
        if obstacle in money.next_payout.obstacles
    ]


def strips_of(
    overview: Sequence[SocketOverview], taken: Mapping[int, Mapping[date, Mapping[ClaimKind, int]]], now: datetime
) -> list[AvailabilityStrip]:
    """The coming weeks of every open socket, from today at its site."""
    return [
        _strip(row.socket, row.site, taken.get(row.socket.id, {}), today(now, ZoneInfo(row.site.time_zone)))
        for row in overview
        if row.socket is not None and (row.socket.state is SocketState.OPEN or row.socket.id in taken)
    ]


def _strip(
    socket: "Socket", site: "Site", taken: Mapping[date, Mapping[ClaimKind, int]], here: date
) -> AvailabilityStrip:
    days = [_day(taken.get(here + number * DAY, {}), socket.places) for number in range(WEEKS_AHEAD_DAYS)]
    counted = [(days.count(kind.value), words.sentence_id) for kind, words in DAY_KINDS.items()]
    counted.append((days.count(FREE), N_("%(count)s free")))
    words = ", ".join(translated(sentence) % {"count": number} for number, sentence in counted if number)
    return AvailabilityStrip(socket, site, days, here, words)


def _day(taken: Mapping[ClaimKind, int], places: int) -> str:
    """A day is what its places are; while one of several is free, the day is free."""
    if sum(taken.values()) < places:
        return FREE
    return next((kind.value for kind in DAY_KINDS if taken.get(kind)), FREE)


def performance_of(
    overview: Sequence[SocketOverview], counted: Mapping[int, Sequence[EventFigures]]
) -> list[SocketFigures]:
    """What was counted in each socket; those in which nothing came in are left out."""
    return [
        SocketFigures(row.socket, row.site, [_cells(figures) for figures in counted[row.socket.id]])
        for row in overview
        if row.socket is not None and row.socket.id in counted
    ]


def _cells(figures: EventFigures) -> list[str]:
    requests, filled = figures.counted(Measure.REQUEST), figures.counted(Measure.FILLED)
    viewable, measurable = figures.counted(Measure.VIEWABLE), figures.counted(Measure.MEASURABLE)
    return [
        count_words(requests),
        share_words(filled, requests),
        count_words(viewable),
        share_words(viewable, measurable),
        count_words(figures.counted(Measure.CLICK)),
    ]


def site_rows(overview: Sequence[SocketOverview]) -> list[SiteRow]:
    """The list of what is for sale: each site with its sockets, their states and the next step of each."""
    sites = {row.site.id: row.site for row in overview}
    found = []
    for site in sites.values():
        own = [row for row in overview if row.site.id == site.id and row.socket is not None]
        lines = [_socket_row(site, row.socket, row) for row in own if row.socket is not None]
        found.append(SiteRow(site, _site_step(site, has_sockets=bool(own)), lines))
    return found


def _site_step(site: "Site", *, has_sockets: bool) -> NextStep | None:
    if site.state is not SiteState.PROVED:
        return NextStep(_("Show that the site is yours"), url_for("selling.site", site_id=site.id))
    if site.missing_since is not None:
        return NextStep(_("Put the proof back"), url_for("selling.site", site_id=site.id))
    if not has_sockets:
        return NextStep(_("Add a socket"), url_for("selling.new_socket", site_id=site.id))
    return None


def _socket_row(site: "Site", socket: "Socket", row: SocketOverview) -> SocketRow:
    if socket.state is SocketState.CLOSED:
        step = NextStep(_("Reopen it"), url_for("selling.socket", socket_id=socket.id))
        return SocketRow(socket, *SOCKET_STATES[socket.state].badge, step)
    if site.state is not SiteState.PROVED:
        return SocketRow(socket, "neutral", _("Waits for the proof of the site"), None)
    if not row.ways:
        step = NextStep(_("Set prices"), url_for("selling.rate_card", socket_id=socket.id))
        return SocketRow(socket, "neutral", _("Not on sale"), step)
    on_sale = translated(ON_SALE[ListingKind.RATE_CARD in row.ways, ListingKind.AUCTION in row.ways])
    tag = NextStep(_("Put the tag on your pages"), url_for("selling.tag", socket_id=socket.id))
    return SocketRow(socket, "live", on_sale, None if row.tag_seen_at else tag)
