"""Search against a model that reads every table and thinks for itself, over random markets, on both databases."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.commands.catalogue import rebuild_catalogue
from app.domain.auctions.models import Auction
from app.domain.auctions.states import AuctionState
from app.domain.catalogue.queries import FOUND_MAX, SearchResult, SocketQuery, find, first_tier
from app.domain.catalogue.states import SearchOrder, WayToBuy
from app.domain.inventory.models import CalendarDay, Claim, Listing, Site, Socket
from app.domain.inventory.queries import category_name
from app.domain.inventory.states import ListingKind, ListingState, SiteState, SocketState
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from tests.factories.market import COUNTRIES, LANGUAGES, WORDS, Mix, fill_market
from tests.support.catalogue import refresh

WISHES = 150
MIXED = Mix(sockets=240, unproved=0.15, lapsed=0.15, closed=0.1, places_max=3, busy=0.7)
# What people and attackers type, and the plain words that it means.
HOSTILE = {
    '"': "",
    "'": "",
    "\\": "",
    "% _ * ^ & | !": "",
    "🙂": "",
    "\u202e": "",
    "' ; -- garden": "garden",
    '" garden" "': "garden",
    "garden*": "garden",
    "garden:*": "garden",
    "^garden": "garden",
    "-garden": "garden",
    "(garden": "garden",
    "{garden}": "garden",
    "$$garden$$": "garden",
    "🙂 GARDEN": "garden",
    "\u202egarden\n\t": "garden",
    "garden & | rust": "garden rust",
    "garden\nrust": "garden rust",
    "words:garden": "words garden",
    "NOT garden": "not garden",
    "garden OR rust": "garden or rust",
    "NEAR(garden, rust)": "near garden rust",
    '" OR "1"="1': "or 1 1",
    "' UNION SELECT password_hash FROM app_user --": "union select password hash from app user",
    "cafe\u0301": "cafe",
    "ﬁlm": "film",
    "İ \ud7ff\ue000": "i",
    "a" * 5_000: "a" * 40,
    "a " * 5_000: "a a",
}


@dataclass(frozen=True)
class Seen:
    """What the model knows of a socket that everybody can see."""

    socket: Socket
    site: Site
    auction: Auction | None
    card: Listing | None
    taken: dict[date, set[int]]

    @property
    def prices(self) -> list[int]:
        """What it can be had for: the auction's price, and three days, or as many as a week costs less than."""
        auction = [self.auction.standing_price_minor] if self.auction else []
        card = self.card
        if card is None or card.price_day_minor is None or card.price_week_minor is None:
            return auction
        return [*auction, min(card.price_day_minor * 3, card.price_week_minor)]

    @property
    def text(self) -> list[str]:
        """Every word it may be found by."""
        parts = (self.socket.name, self.site.name, self.site.domain, self.site.description, self.socket.page_hint)
        size = f"{self.socket.width_px}x{self.socket.height_px}"
        text = " ".join((*parts, category_name(self.site.category_code), size))
        return text.lower().replace("é", "e").replace("ï", "i").replace(".", " ").split()


def market(app: Flask, mix: Mix) -> tuple[list[Seen], datetime]:
    """A random market, with its catalogue; and the same as the model sees it."""
    with app.app_context():
        in_transaction(lambda: fill_market(db.session.connection(), mix, now=database_now()))
        rebuild_catalogue()
        db.session.remove()
        return read_model(database_now()), database_now()


def read_model(now: datetime) -> list[Seen]:
    """Reads every table."""
    sites = {site.id: site for site in db.session.scalars(sa.select(Site))}
    running = sa.select(Auction).where(Auction.state == AuctionState.OPEN)
    auctions = {auction.socket_id: auction for auction in db.session.scalars(running)}
    listings = sa.select(Listing).where(Listing.kind == ListingKind.RATE_CARD, Listing.state == ListingState.OPEN)
    cards = {card.socket_id: card for card in db.session.scalars(listings)}
    claims = {claim.id: claim for claim in db.session.scalars(sa.select(Claim))}
    taken: dict[int, dict[date, set[int]]] = {}
    for row in db.session.scalars(sa.select(CalendarDay)):
        expires_at = claims[row.claim_id].expires_at
        if expires_at is None or expires_at > now:
            taken.setdefault(row.socket_id, {}).setdefault(row.day, set()).add(row.place)
    return [
        Seen(
            socket=socket,
            site=sites[socket.site_id],
            auction=auctions.get(socket.id),
            card=cards.get(socket.id) if sites[socket.site_id].state is SiteState.PROVED else None,
            taken=taken.get(socket.id, {}),
        )
        for socket in db.session.scalars(sa.select(Socket).order_by(Socket.id))
        if socket.state is SocketState.OPEN and sites[socket.site_id].state is not SiteState.UNPROVED
    ]


def fits(seen: Seen, search: SocketQuery) -> bool:
    """Whether a socket is one of those asked for."""
    site, socket = seen.site, seen.socket
    return (
        search.category in {None, site.category_code, first_tier(site.category_code)}
        and search.country in {None, site.country_code}
        and search.language in {None, site.language}
        and search.size in {None, f"{socket.width_px}x{socket.height_px}"}
        and fits_way(seen, search)
        and fits_price(seen, search)
        and fits_days(seen, search)
        and fits_text(seen, search.text)
    )


def fits_way(seen: Seen, search: SocketQuery) -> bool:
    """Whether it can be bought so."""
    ways = {
        WayToBuy.ALL: True,
        WayToBuy.ON_SALE: seen.auction is not None or seen.card is not None,
        WayToBuy.AUCTION: seen.auction is not None,
        WayToBuy.RATE_CARD: seen.card is not None,
    }
    return ways[search.way]


def fits_price(seen: Seen, search: SocketQuery) -> bool:
    """Whether its lowest price lies in the range; without a price nothing can be sorted by it."""
    by_price = search.price_min_minor is not None or search.price_max_minor is not None
    if not seen.prices:
        return not by_price and search.sort not in {SearchOrder.PRICE_LOW, SearchOrder.PRICE_HIGH}
    least, most = search.price_min_minor or 0, search.price_max_minor
    return least <= min(seen.prices) and (most is None or min(seen.prices) <= most)


def fits_days(seen: Seen, search: SocketQuery) -> bool:
    """Whether some place is free on each of the days."""
    if search.starts_on is None or search.ends_before is None:
        return True
    days = [search.starts_on + timedelta(days=number) for number in range((search.ends_before - search.starts_on).days)]
    taken = {place for day in days for place in seen.taken.get(day, set())}
    return len(taken) < seen.socket.places


def fits_text(seen: Seen, text: str) -> bool:
    """Whether each word is one of its words, the last one perhaps only begun."""
    *whole, last = text.split() or [""]
    words = seen.text
    return all(word in words for word in whole) and any(word.startswith(last) for word in words)


def in_order(found: Sequence[Seen], sort: SearchOrder) -> list[int]:
    """The sockets in the order asked for."""

    def newest(seen: Seen) -> datetime:
        listed = [seen.auction.opened_at] if seen.auction else []
        return max([*listed, *([seen.card.created_at] if seen.card else [])], default=seen.socket.created_at)

    def ending(seen: Seen) -> float:
        return seen.auction.ends_at.timestamp() if seen.auction else float("inf")

    keys = {
        SearchOrder.ENDING: lambda seen: (ending(seen), seen.socket.id),
        SearchOrder.NEWEST: lambda seen: (-newest(seen).timestamp(), -seen.socket.id),
        SearchOrder.PRICE_LOW: lambda seen: (min(seen.prices), seen.socket.id),
        SearchOrder.PRICE_HIGH: lambda seen: (-min(seen.prices), -seen.socket.id),
    }
    return [seen.socket.id for seen in sorted(found, key=keys[sort])]


def random_search(chance: random.Random, model: Sequence[Seen], today: date) -> SocketQuery:
    """Something somebody may look for; each filter about every third time, and mostly values that exist."""

    def sometimes(*choices: object) -> object:
        return chance.choice(choices) if chance.random() < 0.3 else None

    one = chance.choice(model)
    words = chance.sample(one.text, 2)
    days = chance.random() < 0.3
    first = today + timedelta(days=chance.randint(20, 60))
    code = one.site.category_code
    text = sometimes(words[0], " ".join(words), words[0][:2], chance.choice(WORDS), "300x2", "zz")
    return SocketQuery(
        text=str(text or ""),
        category=sometimes(code, first_tier(code)),  # type: ignore[arg-type]  # one of these texts
        country=sometimes(*COUNTRIES),  # type: ignore[arg-type]
        language=sometimes(*LANGUAGES),  # type: ignore[arg-type]
        size=sometimes("300x250", "728x90", "160x600"),  # type: ignore[arg-type]
        way=chance.choice(list(WayToBuy)),
        price_min_minor=sometimes(0, 3_000, 8_000),  # type: ignore[arg-type]
        price_max_minor=sometimes(2_000, 9_000, 90_000),  # type: ignore[arg-type]
        starts_on=first if days else None,
        ends_before=first + timedelta(days=chance.randint(1, 9)) if days else None,
        sort=chance.choice(list(SearchOrder)),
    )


def all_pages(search: SocketQuery, now: datetime) -> tuple[list[int], SearchResult]:
    """Everything found, page by page; the first page."""
    first = find(search, 1, now=now)
    ids = [row.socket_id for row in first.page.rows]
    for number in range(2, first.page.pages + 1):
        ids += [row.socket_id for row in find(search, number, now=now).page.rows]
    return ids, first


@pytest.mark.parametrize("seed", [1, 2])
def test_search_finds_what_the_model_finds_in_the_same_order(app: Flask, seed: int) -> None:
    model, now = market(app, replace(MIXED, seed=seed))
    chance = random.Random(seed)  # noqa: S311 - searches to test with
    sizes = set()
    with app.app_context():
        for _ in range(WISHES):
            search = random_search(chance, model, now.date())
            expected = in_order([seen for seen in model if fits(seen, search)], search.sort)
            ids, first = all_pages(search, now)
            assert ids == expected, search
            assert (first.page.total, first.is_more) == (len(expected), False)
            sizes.add(min(len(expected), 30))
    assert {0, 1, 2, 30} <= sizes, "the searches were too much alike"


def test_the_job_and_the_rebuilding_agree(app: Flask) -> None:
    _model, now = market(app, MIXED)
    with app.app_context():
        before = [find(SocketQuery(text=word, way=WayToBuy.ALL), 1, now=now).page.total for word in WORDS]
    refresh(app)
    with app.app_context():
        assert [find(SocketQuery(text=word, way=WayToBuy.ALL), 1, now=now).page.total for word in WORDS] == before


def test_no_text_is_an_operator_or_an_error(app: Flask) -> None:
    market(app, Mix(sockets=40))
    with app.app_context():
        now = database_now()
        for text, words in HOSTILE.items():
            typed, plain = find(SocketQuery(text=text), 1, now=now), find(SocketQuery(text=words), 1, now=now)
            assert typed.page.total == plain.page.total, text[:40]
        assert 0 < find(SocketQuery(text="garden"), 1, now=now).page.total < find(SocketQuery(), 1, now=now).page.total


def test_more_than_five_hundred_are_gone_through_five_hundred(app: Flask) -> None:
    _model, now = market(app, Mix(sockets=700, with_rate_card=1.0, with_auction=0.0))
    with app.app_context():
        for search in (
            SocketQuery(),
            SocketQuery(sort=SearchOrder.NEWEST),
            SocketQuery(text="example", sort=SearchOrder.PRICE_LOW),
        ):
            ids, first = all_pages(search, now)
            assert first.is_more
            assert len(ids) == len(set(ids)) == FOUND_MAX == first.page.total
            assert find(search, 999, now=now).page.number == first.page.pages == 20
