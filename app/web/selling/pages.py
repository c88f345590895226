"""Rows and labels of the publisher's pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import url_for

from app.domain.inventory.models import Listing, Site, Socket
from app.domain.inventory.service.prices import Combination, RateCard, cheapest_combination
from app.domain.inventory.states import DayKind, ListingKind, SiteState, SocketState
from app.foundation.money import format_amount

MONTHS_AHEAD_MAX = 12
WEEK = timedelta(days=7)
DAY = timedelta(days=1)
DECEMBER = 12
EXAMPLE_LENGTHS = (1, 3, 7, 10, 14, 30, 60, 90)
DAY_WORDS = {DayKind.SOLD: "sold", DayKind.AUCTION: "auction", DayKind.HELD: "held", DayKind.BLACKOUT: "blackout"}


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to do next, and where."""

    words: str
    url: str


@dataclass(frozen=True, slots=True)
class SocketRow:
    """A socket in the list of what is for sale."""

    socket: Socket
    kind: str
    state: str
    next_step: NextStep | None


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A site in the list of what is for sale, with its sockets."""

    site: Site
    next_step: NextStep | None
    sockets: Sequence[SocketRow]


def site_rows(sites: Sequence[Site], sockets: Sequence[Socket], listings: Sequence[Listing]) -> list[SiteRow]:
    """The list of what is for sale: each site with its sockets, their states and the next step of each."""
    on_sale: dict[int, set[ListingKind]] = {}
    for listing in listings:
        on_sale.setdefault(listing.socket_id, set()).add(listing.kind)
    rows = []
    for site in sites:
        own = [one for one in sockets if one.site_id == site.id]
        lines = [_socket_row(site, socket, on_sale.get(socket.id, set())) for socket in own]
        rows.append(SiteRow(site, _site_step(site, has_sockets=bool(own)), lines))
    return rows


def _site_step(site: Site, *, has_sockets: bool) -> NextStep | None:
    if site.state is not SiteState.PROVED:
        return NextStep("Show that the site is yours", url_for("selling.site", site_id=site.id))
    if site.missing_since is not None:
        return NextStep("Put the proof back", url_for("selling.site", site_id=site.id))
    if not has_sockets:
        return NextStep("Add a socket", url_for("selling.new_socket", site_id=site.id))
    return None


def _socket_row(site: Site, socket: Socket, on_sale: set[ListingKind]) -> SocketRow:
    if socket.state is SocketState.CLOSED:
        step = NextStep("Reopen it", url_for("selling.socket", socket_id=socket.id))
        return SocketRow(socket, "neutral", "Closed", step)
    if site.state is not SiteState.PROVED:
        return SocketRow(socket, "neutral", "Waits for the proof of the site", None)
    if not on_sale:
        step = NextStep("Set prices", url_for("selling.rate_card", socket_id=socket.id))
        return SocketRow(socket, "neutral", "Not on sale", step)
    words = {ListingKind.RATE_CARD: "fixed prices", ListingKind.AUCTION: "auction"}
    ways = " and ".join(word for kind, word in words.items() if kind in on_sale)
    return SocketRow(socket, "live", f"On sale: {ways}", None)


@dataclass(frozen=True, slots=True)
class PriceLine:
    """What a run of days costs, and how that comes about."""

    length: int
    made_of: str
    total: str


def price_lines(card: RateCard, currency: str) -> list[PriceLine]:
    """Examples of what buyers pay, for lengths that the rate card offers."""
    lengths = sorted({card.days_min, card.days_max, *EXAMPLE_LENGTHS})
    offered = (length for length in lengths if card.days_min <= length <= card.days_max)
    found = ((length, cheapest_combination(card, length)) for length in offered)
    return [
        PriceLine(length, _arithmetic(parts, card, currency), format_amount(parts.total_minor, currency))
        for length, parts in found
        if parts is not None
    ]


def _arithmetic(parts: Combination, card: RateCard, currency: str) -> str:
    terms = (
        (parts.months, "× 30 days", card.price_30_days_minor),  # noqa: RUF001 - the sign of multiplication
        (parts.weeks, "× 1 week", card.price_week_minor),  # noqa: RUF001 - the sign of multiplication
        (parts.days, "× 1 day", card.price_day_minor),  # noqa: RUF001 - the sign of multiplication
    )
    used = [
        f"{number} {unit} at {format_amount(price, currency)}"
        for number, unit, price in terms
        if number and price is not None
    ]
    return " + ".join(used)


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of a month's calendar."""

    day: date
    kind: str
    words: str
    is_past: bool
    is_today: bool


@dataclass(frozen=True, slots=True)
class Month:
    """A month's calendar: weeks from Monday to Sunday, None where another month's days would stand."""

    first: date
    weeks: Sequence[Sequence[DayCell | None]]
    previous: str | None
    following: str | None

    @property
    def title(self) -> str:
        """The month's name and year."""
        return f"{self.first:%B %Y}"


def month_bounds(asked: str, today: date) -> tuple[date, date]:
    """The first day of the asked month and of the one after it; this month's when the question makes no sense."""
    try:
        first = date.fromisoformat(f"{asked}-01")
    except ValueError:
        first = today.replace(day=1)
    if not 0 <= _months_between(today, first) <= MONTHS_AHEAD_MAX:
        first = today.replace(day=1)
    return first, _month_after(first)


def month_page(first: date, taken: Mapping[date, Mapping[DayKind, int]], places: int, today: date) -> Month:
    """A month as the calendar page shows it."""
    days = [first + number * DAY for number in range((_month_after(first) - first).days)]
    cells: list[DayCell | None] = [None] * first.weekday()
    cells += [_cell(day, taken.get(day, {}), places, today) for day in days]
    cells += [None] * (-len(cells) % WEEK.days)
    before = (first - DAY).replace(day=1)
    after = _month_after(first)
    return Month(
        first=first,
        weeks=[cells[start : start + WEEK.days] for start in range(0, len(cells), WEEK.days)],
        previous=f"{before:%Y-%m}" if _months_between(today, before) >= 0 else None,
        following=f"{after:%Y-%m}" if _months_between(today, after) <= MONTHS_AHEAD_MAX else None,
    )


def _cell(day: date, taken: Mapping[DayKind, int], places: int, today: date) -> DayCell:
    kinds = [kind for kind in DAY_WORDS if taken.get(kind)]
    free = max(places - sum(taken.values()), 0)
    if places == 1 or len(kinds) + bool(free) == 1:
        words = (DAY_WORDS[kinds[0]] if kinds else "free").capitalize()
    else:
        counts = [f"{taken[kind]} {DAY_WORDS[kind]}" for kind in kinds] + ([f"{free} free"] if free else [])
        words = ", ".join(counts)
    if day < today:
        words = f"Over, {words.lower()}" if kinds else "Over"
    kind = "free" if free else kinds[0].value
    return DayCell(day=day, kind=kind, words=words, is_past=day < today, is_today=day == today)


def _month_after(first: date) -> date:
    return date(first.year + first.month // DECEMBER, first.month % DECEMBER + 1, 1)


def _months_between(earlier: date, later: date) -> int:
    return (later.year - earlier.year) * DECEMBER + later.month - earlier.month
