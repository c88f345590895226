"""What the pages of a socket and of a site show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import url_for

from app.domain.catalogue.queries import SocketView, open_offers, rows_of_site, site_view, socket_view
from app.domain.creatives.service.reviewing import refusal_grounds
from app.domain.inventory.queries import category_name, rate_card_of, socket_terms, taken_places
from app.domain.inventory.rules import RateCard, cheapest_combination
from app.domain.inventory.states import OnSilence, SiteState, SocketState
from app.domain.measurement.queries.traffic import traffic_of_sockets
from app.foundation.flight import today
from app.foundation.messages import N_
from app.web.browsing.pages import bids_words, socket_cards
from app.web.browsing.people import answer_facts, known_slug, no_answers
from app.web.browsing.words import ENDING_SOON, languages, size_words
from app.web.parts.months import MonthGrid, month_bounds, month_of
from app.web.parts.prices import arithmetic_words
from app.web.parts.products import product_names
from app.web.shell.choices import country_name
from app.web.words.dates import run_and_length_words, span_words
from app.web.words.messages import _, translated
from app.web.words.money import amount_words
from app.web.words.numbers import count_words
from app.web.words.states.creatives import REFUSAL_GROUNDS
from app.web.words.states.inventory import APPROVAL_RULES, CREATIVE_FORMATS, POSITIONS

if TYPE_CHECKING:
    from app.domain.auctions.models import Auction
    from app.domain.inventory.models import Listing, Site, Socket

EXAMPLE_LENGTHS = (1, 3, 7, 14, 30, 60, 90)
DAY = timedelta(days=1)
BYTES_A_KB = 1000
AFTER_APPROVAL_TIME = {
    OnSilence.REFUSE: N_("%(hours)s hours; after that the ad counts as refused, and you get your money back"),
    OnSilence.APPROVE: N_("%(hours)s hours; after that the ad runs"),
}


@dataclass(frozen=True, slots=True)
class AuctionLine:
    """A running auction of a socket."""

    auction: "Auction"
    days: str
    price: str
    price_note: str
    left: str
    is_ending: bool


@dataclass(frozen=True, slots=True)
class CardOffer:
    """A socket's rate card: prices, rules in words, examples with their arithmetic, and the first days on offer."""

    listing: "Listing"
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
    month = month_of(first, taken, places=view.socket.places, today=here)
    return {
        "view": view,
        "record": view.record,
        "size": size_words(view.socket.width_px, view.socket.height_px),
        "auctions": [_auction_line(auction, now) for auction in running],
        "card": _card_offer(card, here) if card is not None and view.site.state is SiteState.PROVED else None,
        "not_for_sale": _not_for_sale(view),
        "month": month,
        "month_url": lambda month: url_for("browsing.socket", slug=view.socket.slug, month=month, _anchor="calendar"),
        "month_caption": _month_caption(month, view),
        "terms": _terms(view.socket),
        "grounds": [REFUSAL_GROUNDS[ground].label for ground in refusal_grounds(socket_terms(view.socket))],
        "answers": answer_facts(view.publisher.slug) or no_answers(),
        "blocked": product_names(view.socket.blocked_products),
        "about_site": site_facts(view.site),
        "audience": view.audience,
        "traffic": traffic_of_sockets([view.socket.id], zone=ZoneInfo(view.site.time_zone), now=now)[view.socket.id],
    }


def public_site_page(slug: str, now: datetime) -> dict[str, object]:
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
        "answers": answer_facts(view.publisher.slug) or no_answers(),
        "audience": view.audience,
        "cards": socket_cards(rows, now),
        "traffic": [line for line in measured if line[2] is not None],
        "is_lapsed": site.state is SiteState.LAPSED,
    }


def site_facts(site: "Site") -> list[tuple[str, str]]:
    """What is known of a site, label and value."""
    return [
        (_("About"), category_name(site.category_code)),
        (_("Language"), languages().get(site.language, site.language)),
        (_("Country"), country_name(site.country_code) or site.country_code),
        (_("Time zone"), site.time_zone),
    ]


def _auction_line(auction: "Auction", now: datetime) -> AuctionLine:
    return AuctionLine(
        auction=auction,
        days=run_and_length_words(auction.starts_on, auction.ends_before),
        price=amount_words(auction.standing_price_minor, auction.currency),
        price_note=bids_words(auction.bids),
        left=span_words(auction.ends_at - now),
        is_ending=auction.ends_at - now < ENDING_SOON,
    )


def _card_offer(listing: "Listing", here: date) -> CardOffer:
    card, currency = rate_card_of(listing), listing.currency
    prices = (
        (_("A day"), card.price_day_minor),
        (_("A week"), card.price_week_minor),
        (_("30 days"), card.price_30_days_minor),
    )
    lengths = sorted({card.days_min, card.days_max, *EXAMPLE_LENGTHS})
    offered = [length for length in lengths if card.days_min <= length <= card.days_max]
    made = [(length, cheapest_combination(card, length)) for length in offered]
    first_day = here + card.lead_days * DAY
    return CardOffer(
        listing=listing,
        prices=[(label, amount_words(price, currency)) for label, price in prices if price is not None],
        rules=_rules(card),
        examples=[
            (length, arithmetic_words(parts, card, currency), amount_words(parts.total_minor, currency))
            for length, parts in made
            if parts is not None
        ],
        first_day=first_day,
        last_day=first_day + (card.days_min - 1) * DAY,
    )


def _rules(card: RateCard) -> str:
    lengths = {"days_min": card.days_min, "days_max": card.days_max}
    if card.lead_days == 0:
        return _("From %(days_min)s to %(days_max)s days in one booking, beginning today at the soonest.", **lengths)
    if card.lead_days == 1:
        return _("From %(days_min)s to %(days_max)s days in one booking, beginning tomorrow at the soonest.", **lengths)
    return _(
        "From %(days_min)s to %(days_max)s days in one booking, beginning in %(lead)s days at the soonest.",
        **lengths,
        lead=card.lead_days,
    )


def _month_caption(month: MonthGrid, view: SocketView) -> str:
    names = {"month": month.title, "zone": view.site.time_zone}
    if view.socket.places == 1:
        return _("%(month)s, days of %(zone)s", **names)
    return _("%(month)s, days of %(zone)s, %(places)s places a day", **names, places=view.socket.places)


def _not_for_sale(view: SocketView) -> str:
    """Why nothing of it can be bought now; empty when nothing stands in the way but that nobody offers it."""
    if view.socket.state is SocketState.CLOSED:
        return _("Its publisher has taken this socket off the market. What was sold runs on.")
    if view.site.state is SiteState.LAPSED:
        return _("The proof of who owns the site is gone, so nothing new can be bought. What was sold runs on.")
    return ""


def _terms(socket: "Socket") -> list[tuple[str, str]]:
    """What an ad must be and how it is approved, label and value."""
    hours = socket_terms(socket).hours_to_answer
    formats = ", ".join(words.label for one, words in CREATIVE_FORMATS.items() if one.value in socket.formats)
    weight = count_words(socket.bytes_max // BYTES_A_KB)
    places = _("1: yours alone")
    if socket.places > 1:
        places = _("%(places)s, in equal shares of the requests", places=socket.places)
    return [
        (_("Size"), size_words(socket.width_px, socket.height_px)),
        (_("Where"), f"{socket.page_hint}, {POSITIONS[socket.position].sentence}"),
        (_("Formats"), _("%(formats)s, up to %(weight)s kB", formats=formats, weight=weight)),
        (_("Places"), places),
        (_("Approval"), APPROVAL_RULES[socket.approval_rule].label),
        *(
            [(_("Approval time"), translated(AFTER_APPROVAL_TIME[socket.on_silence]) % {"hours": hours})]
            if hours
            else []
        ),
        (_("The publisher's own rules"), socket.taste_rules or _("None beyond the rules of the market")),
    ]
