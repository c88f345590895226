"""What the pages of a socket and of a site show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.auctions.models import Auction
from app.domain.catalogue.queries import SocketView, open_offers, rows_of_site, site_view, socket_view
from app.domain.creatives.service.reviewing import refusal_grounds
from app.domain.inventory.models import Listing, Site, Socket
from app.domain.inventory.queries import category_name, rate_card_of, socket_terms, taken_places
from app.domain.inventory.service.prices import Combination, RateCard, cheapest_combination
from app.domain.inventory.states import SiteState, SocketState
from app.domain.measurement.queries.traffic import traffic_of_sockets
from app.foundation.flight import today
from app.foundation.money import format_amount
from app.web.browsing.pages import bids_words, cards_of
from app.web.browsing.people import NO_ANSWERS, answer_facts, known_slug
from app.web.browsing.words import (
    APPROVAL_RULES,
    ENDING_SOON,
    FORMATS,
    ON_SILENCE,
    POSITIONS,
    languages,
    product_names,
    size_words,
)
from app.web.parts.creative_words import SHORT_GROUNDS
from app.web.parts.months import month_bounds, month_of
from app.web.shell.choices import country_name
from app.web.words.dates import run_and_length_words, span_words

EXAMPLE_LENGTHS = (1, 3, 7, 14, 30, 60, 90)
DAY = timedelta(days=1)
BYTES_A_KB = 1000


@dataclass(frozen=True, slots=True)
class AuctionLine:
    """A running auction of a socket."""

    auction: Auction
    days: str
    price: str
    price_note: str
    left: str
    is_ending: bool


@dataclass(frozen=True, slots=True)
class CardOffer:
    """A socket's rate card: prices, rules in words, examples with their arithmetic, and the first days on offer."""

    listing: Listing
    prices: Sequence[tuple[str, str]]
    rules: str
    examples: Sequence[tuple[int, str, str]]
    first_day: date
    last_day: date


def socket_page(slug: str, asked_month: str, now: datetime) -> dict[str, object]:
    """Everything about a socket: what is on sale, its calendar, its terms, its site and its publisher."""
    view = socket_view(known_slug(slug))
    here = today(now, ZoneInfo(view.site.time_zone))
    first, before = month_bounds(asked_month, here)
    is_open = view.socket.state is SocketState.OPEN
    offers = open_offers(view.socket.id) if is_open else []
    card = next((listing for listing, auction in offers if auction is None), None)
    running = [auction for _listing, auction in offers if auction is not None and auction.ends_at > now]
    taken = taken_places(view.socket.id, first=first, before=before, now=now)
    return {
        "view": view,
        "record": view.record,
        "size": size_words(view.socket.width_px, view.socket.height_px),
        "auctions": [_auction_line(auction, now) for auction in running],
        "card": _card_offer(card, here) if card is not None and view.site.state is SiteState.PROVED else None,
        "not_for_sale": _not_for_sale(view),
        "month": month_of(first, taken, places=view.socket.places, today=here),
        "terms": _terms(view.socket),
        "grounds": [SHORT_GROUNDS[ground] for ground in refusal_grounds(socket_terms(view.socket))],
        "answers": answer_facts(view.publisher.slug) or NO_ANSWERS,
        "blocked": product_names(view.socket.blocked_products),
        "about_site": site_facts(view.site),
        "audience": view.audience,
        "traffic": traffic_of_sockets([view.socket.id], zone=ZoneInfo(view.site.time_zone), now=now)[view.socket.id],
    }


def site_page(slug: str, now: datetime) -> dict[str, object]:
    """A site: what it is about, its readers, its sockets."""
    view = site_view(known_slug(slug))
    site = view.site
    rows = rows_of_site(site.id)
    traffic = traffic_of_sockets([row.socket_id for row in rows], zone=ZoneInfo(site.time_zone), now=now)
    measured = [(row.socket_name, row.socket_slug, traffic[row.socket_id]) for row in rows]
    return {
        "site": site,
        "publisher": view.publisher,
        "record": view.record,
        "facts": site_facts(site),
        "answers": answer_facts(view.publisher.slug) or NO_ANSWERS,
        "audience": view.audience,
        "cards": cards_of(rows, now),
        "traffic": [line for line in measured if line[2] is not None],
        "is_lapsed": site.state is SiteState.LAPSED,
    }


def site_facts(site: Site) -> list[tuple[str, str]]:
    """What is known of a site, label and value."""
    return [
        ("About", category_name(site.category_code)),
        ("Language", languages().get(site.language, site.language)),
        ("Country", country_name(site.country_code) or site.country_code),
        ("Time zone", site.time_zone),
    ]


def _auction_line(auction: Auction, now: datetime) -> AuctionLine:
    return AuctionLine(
        auction=auction,
        days=run_and_length_words(auction.starts_on, auction.ends_before),
        price=format_amount(auction.standing_price_minor, auction.currency),
        price_note=bids_words(auction.bids),
        left=span_words(auction.ends_at - now),
        is_ending=auction.ends_at - now < ENDING_SOON,
    )


def _card_offer(listing: Listing, here: date) -> CardOffer:
    card, currency = rate_card_of(listing), listing.currency
    prices = (("A day", card.price_day_minor), ("A week", card.price_week_minor), ("30 days", card.price_30_days_minor))
    lengths = sorted({card.days_min, card.days_max, *EXAMPLE_LENGTHS})
    offered = [length for length in lengths if card.days_min <= length <= card.days_max]
    made = [(length, cheapest_combination(card, length)) for length in offered]
    first_day = here + card.lead_days * DAY
    return CardOffer(
        listing=listing,
        prices=[(label, format_amount(price, currency)) for label, price in prices if price is not None],
        rules=_rules(card),
        examples=[
            (length, _arithmetic(parts, card, currency), format_amount(parts.total_minor, currency))
            for length, parts in made
            if parts is not None
        ],
        first_day=first_day,
        last_day=first_day + (card.days_min - 1) * DAY,
    )


def _rules(card: RateCard) -> str:
    soon = {0: "today", 1: "tomorrow"}.get(card.lead_days, f"in {card.lead_days} days")
    return f"From {card.days_min} to {card.days_max} days in one booking, beginning {soon} at the soonest."


def _arithmetic(parts: Combination, card: RateCard, currency: str) -> str:
    terms = (
        (parts.months, "30 days", card.price_30_days_minor),
        (parts.weeks, "1 week", card.price_week_minor),
        (parts.days, "1 day", card.price_day_minor),
    )
    used = [
        f"{number} × {unit} at {format_amount(price, currency)}"  # noqa: RUF001 - the sign of multiplication
        for number, unit, price in terms
        if number and price is not None
    ]
    return " + ".join(used)


def _not_for_sale(view: SocketView) -> str:
    """Why nothing of it can be bought now; empty when nothing stands in the way but that nobody offers it."""
    if view.socket.state is SocketState.CLOSED:
        return "Its publisher has taken this socket off the market. What was sold runs on."
    if view.site.state is SiteState.LAPSED:
        return "The proof of who owns the site is gone, so nothing new can be bought. What was sold runs on."
    return ""


def _terms(socket: Socket) -> list[tuple[str, str]]:
    """What an ad must be and how it is approved, label and value."""
    hours = socket_terms(socket).hours_to_answer
    formats = ", ".join(label for one, label in FORMATS.items() if one.value in socket.formats)
    places = "1: yours alone" if socket.places == 1 else f"{socket.places}, in equal shares of the requests"
    return [
        ("Size", size_words(socket.width_px, socket.height_px)),
        ("Where", f"{socket.page_hint}, {POSITIONS[socket.position]}"),
        ("Formats", f"{formats}, up to {socket.bytes_max // BYTES_A_KB:,} kB"),
        ("Places", places),
        ("Approval", APPROVAL_RULES[socket.approval_rule]),
        *([("Approval time", f"{hours} hours; after that {ON_SILENCE[socket.on_silence]}")] if hours else []),
        ("The publisher's own rules", socket.taste_rules or "None beyond the rules of the market"),
    ]
