"""What the front page and the list of sockets show."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from markupsafe import Markup

from app.domain.catalogue import queries
from app.domain.catalogue.states import SearchOrder, WayToBuy
from app.web.browsing.drawing import drawing
from app.web.browsing.search import Search, chips, size_in_words
from app.web.browsing.words import ENDING_SOON, categories, languages, size_words
from app.web.shell.choices import country_name
from app.web.words.dates import moment_words, span_words
from app.web.words.messages import _, ngettext
from app.web.words.money import amount_words
from app.web.words.numbers import count_words
from app.web.words.states.catalogue import SORTS, WAYS

if TYPE_CHECKING:
    from app.domain.catalogue.models import MarketFigures, SearchRow

HOME_ROWS = 6
SIZES_OFFERED_MAX = 30

Options = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Price:
    """An amount, and what it is the price of."""

    amount: str
    note: str


@dataclass(frozen=True, slots=True)
class SocketCard:
    """A socket in a list: its prices, and how long its auction still takes."""

    row: "SearchRow"
    drawing: Markup
    size: str
    prices: Sequence[Price]
    left: str
    is_ending: bool


def socket_cards(rows: "Sequence[SearchRow]", now: datetime) -> list[SocketCard]:
    """Sockets as lists show them."""
    return [_card(row, now) for row in rows]


def _card(row: "SearchRow", now: datetime) -> SocketCard:
    ends_at = row.ends_at if row.ends_at is not None and row.ends_at > now else None
    prices = []
    if ends_at is not None and row.auction_price_minor is not None and row.currency:
        prices.append(Price(amount_words(row.auction_price_minor, row.currency), bids_words(row.auction_bids or 0)))
    if row.card_price_minor is not None and row.currency:
        prices.append(
            Price(_("from %(price)s", price=amount_words(row.card_price_minor, row.currency)), _fixed_words(row))
        )
    return SocketCard(
        row=row,
        drawing=drawing(row.width_px, row.height_px),
        size=size_words(row.width_px, row.height_px),
        prices=prices,
        left=span_words(ends_at - now) if ends_at else "",
        is_ending=ends_at is not None and ends_at - now < ENDING_SOON,
    )


def bids_words(bids: int) -> str:
    """What an auction's price is, by how many bids made it."""
    if bids == 0:
        return _("in the auction, no bid yet")
    return ngettext("in the auction, %(total)s bid", "in the auction, %(total)s bids", bids, total=count_words(bids))


def _fixed_words(row: "SearchRow") -> str:
    if row.price_day_minor is None or row.currency is None:
        return _("at fixed prices, by the week or 30 days")
    return _("at fixed prices, %(price)s a day", price=amount_words(row.price_day_minor, row.currency))


def home_page(now: datetime) -> dict[str, object]:
    """The market in figures, the auctions that close next, and what was last put up at fixed prices."""
    return {
        "counts": _counts(queries.market_figures()),
        "closing": socket_cards(queries.closing_soon(now, HOME_ROWS), now),
        "newest": socket_cards(queries.newest_rate_cards(HOME_ROWS), now),
    }


def _counts(figures: "MarketFigures | None") -> list[tuple[str, str, str]]:
    """What was really counted: value, unit, source. Nothing rather than a nought."""
    if figures is None:
        return []
    on_sale, running, sites, members = (
        figures.sockets_on_sale,
        figures.auctions_running,
        figures.sites,
        figures.members,
    )
    counted = (
        (on_sale, ngettext("socket on sale now", "sockets on sale now", on_sale)),
        (running, ngettext("auction running", "auctions running", running)),
        (sites, ngettext("site with a proved owner", "sites with a proved owner", sites)),
        (
            members,
            ngettext("member with a confirmed e-mail address", "members with a confirmed e-mail address", members),
        ),
    )
    source = _("Counted here on %(moment)s", moment=moment_words(figures.counted_at, UTC))
    return [(count_words(number), unit, source) for number, unit in counted if number]


def list_page(search: Search, number: int, *, currency: str, now: datetime) -> dict[str, object]:
    """The sockets that were asked for, with the filters and the ways to widen them again."""
    found = queries.find(search.query, number, now=now)
    figures = queries.market_figures()
    return {
        "search": search,
        "found": found,
        "cards": socket_cards(found.page.rows, now),
        "chips": [(words, search.address(without=names)) for words, names in chips(search, currency)],
        "options": _options(search, figures.offered if figures else {}),
        "address": search.address,
        "currency": currency,
    }


def _options(search: Search, offered: Mapping[str, Mapping[str, int]]) -> dict[str, Options]:
    """What each filter offers: what there is on sale, and what was chosen even if there is none of it."""
    query, known = search.query, languages()
    return {
        "category": _category_options(query.category, offered.get("category", {})),
        "country": _by_name(offered.get("country", {}), query.country, country_name),
        "language": _by_name(offered.get("language", {}), query.language, lambda code: known.get(code, code)),
        "size": _size_options(query.size, offered.get("size", {})),
        "way": [("" if way is WayToBuy.ON_SALE else way.value, words.label) for way, words in WAYS.items()],
        "sort": [("" if sort is SearchOrder.ENDING else sort.value, words.label) for sort, words in SORTS.items()],
    }


def _by_name(numbers: Mapping[str, int], chosen: str | None, name: Callable[[str], str]) -> Options:
    codes = {*numbers, *([chosen] if chosen else [])}
    return sorted(((code, _counted(name(code), numbers.get(code))) for code in codes), key=lambda row: row[1])


def _category_options(chosen: str | None, numbers: Mapping[str, int]) -> Options:
    """The first tier, and below the chosen entry of it what it is made up of."""
    known = categories()
    top = queries.first_tier(chosen) if chosen else None
    found: Options = []
    for code, entry in known.items():
        if entry.tier == 1 and (code in numbers or code == top):
            found.append((code, _counted(entry.name, numbers.get(code))))
        elif entry.tier > 1 and top is not None and queries.first_tier(code) == top:
            found.append((code, f"– {entry.name}"))  # noqa: RUF001 - a dash sets it below its tier
    return found


def _size_options(chosen: str | None, numbers: Mapping[str, int]) -> Options:
    sizes = [*numbers][:SIZES_OFFERED_MAX]
    if chosen and chosen not in sizes:
        sizes.append(chosen)
    in_order = sorted(sizes, key=lambda size: [int(side) for side in size.split("x")])
    return [(size, _counted(size_in_words(size), numbers.get(size))) for size in in_order]


def _counted(name: str, number: int | None) -> str:
    return f"{name} ({number:,})" if number else name
