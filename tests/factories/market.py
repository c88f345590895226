"""A whole market written in bulk: for benchmarks, and for searching in more than the verbs could make in time.

The rows are such as the verbs leave behind; a test looks at that. The same seed makes the same market.
"""

import random
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.domain.accounts.models import Account, Membership, User
from app.domain.accounts.states import MembershipRole
from app.domain.auctions.models import Auction, Bid
from app.domain.auctions.states import AuctionState
from app.domain.catalogue.queries.zones import zones_of
from app.domain.inventory.models import AudienceFigure, CalendarDay, Claim, Hold, Listing, Site, Socket
from app.domain.inventory.queries import ad_formats, content_categories
from app.domain.inventory.states import (
    ApprovalRule,
    ClaimKind,
    HoldState,
    ListingKind,
    ListingState,
    OnSilence,
    PagePosition,
    ProofMethod,
    SiteState,
    SocketState,
)
from app.domain.measurement.models import AdCount
from app.domain.measurement.service.traffic import sum_traffic
from app.domain.measurement.states import Measure, Verdict
from app.foundation.db import Model

SOCKETS_A_SITE = 5
SOCKETS_AN_ACCOUNT = 50
BIDDERS = 50
BIDS_AN_AUCTION = 20
ROWS_AT_ONCE = 20_000
HOUR = timedelta(hours=1)
TRAFFIC_HOURS = 32 * 24
COUNTRIES = ("US", "DE", "GB", "FR", "IS", "JP", "BR", "IN", "PL", "SE", "NL", "IT")
LANGUAGES = ("en", "en", "en", "de", "fr", "es", "is", "ja")
ZONES = ("UTC", "America/Los_Angeles", "Europe/Berlin")
WORDS = re.findall(
    r"\w+",
    "garden kitchen compiler sailing chess weather poetry bicycle running history museum coffee guitar knitting rust "
    "python railway mountain ocean forest astronomy birds cats dogs cheese bread wine tea design print letters maps "
    "travel hiking photography film radio theatre opera jazz drums football tennis golf skating surfing climbing "
    "economy taxes law housing schools science physics biology medicine running health sleep yoga cooking baking "
    "café naïve weekly daily morning evening news review notes journal digest report club society guild letter",
)


@dataclass(frozen=True, slots=True)
class Mix:
    """How a market is made up; shares from 0 to 1."""

    sockets: int
    seed: int = 1
    unproved: float = 0.0
    lapsed: float = 0.0
    closed: float = 0.0
    with_auction: float = 0.5
    with_rate_card: float = 0.6
    places_max: int = 1
    busy: float = 0.1
    """Sockets with some days sold, held (half of the holds ran out) or blacked out."""


def fill_market(connection: Connection, mix: Mix, *, now: datetime) -> None:
    """Writes a market into an empty, migrated database; the caller commits and rebuilds the catalogue."""
    chance = random.Random(mix.seed)  # noqa: S311 - a market to test with
    accounts = mix.sockets // SOCKETS_AN_ACCOUNT + 1 + BIDDERS
    _write(connection, User, _users(accounts, now))
    _write(connection, Account, _accounts(accounts, now))
    _write(connection, Membership, _memberships(accounts))
    _write(connection, Site, _sites(chance, mix, now))
    _write(connection, AudienceFigure, _figures(mix, now))
    _write(connection, Socket, _sockets(chance, mix, now))
    offers = [_offer(chance, mix, number, now) for number in range(1, mix.sockets + 1)]
    _write(connection, Listing, (row for offer in offers for row in _listings(mix, offer)))
    _write(connection, Auction, (_auction(offer) for offer in offers if offer.has_auction))
    _write(connection, Bid, (bid for offer in offers if offer.has_auction for bid in _bids(offer)))
    _write(connection, Hold, _holds(connection.scalar(sa.select(sa.func.min(Listing.id))), now))
    _write(connection, Claim, _claims(offers, now))
    _write(connection, CalendarDay, (day for offer in offers for day in _days(chance, mix, offer)))


def fill_traffic(connection: Connection, socket_ids: Collection[int], *, now: datetime) -> None:
    """Gives sockets a month of measured traffic, hour by hour; all alike, since only the number of rows matters."""
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    counts = (
        {
            "socket_id": socket_id,
            "hour_at": this_hour - hour * HOUR,
            "line_item_id": 0,
            "creative_id": 0,
            "measure": measure,
            "verdict": Verdict.COUNTED,
            "events": 1 + hour % 24,
        }
        for socket_id in socket_ids
        for hour in range(TRAFFIC_HOURS)
        for measure in Measure
    )
    _write(connection, AdCount, counts)
    for socket_id, zone in zones_of(socket_ids).items():
        sum_traffic({socket_id: zone})


@dataclass(frozen=True, slots=True)
class _Offer:
    number: int
    account_id: int
    has_auction: bool
    has_rate_card: bool
    price_minor: int
    listed_at: datetime
    ends_at: datetime
    starts_on: date


def _write(connection: Connection, model: type[Model], rows: Iterator[dict[str, Any]] | Any) -> None:  # noqa: ANN401 - any rows
    chunk: list[dict[str, Any]] = []
    insert = sa.insert(model.metadata.tables[model.__tablename__])
    for row in rows:
        chunk.append(row)
        if len(chunk) == ROWS_AT_ONCE:
            connection.execute(insert, chunk)
            chunk = []
    if chunk:
        connection.execute(insert, chunk)


def _users(number: int, now: datetime) -> Iterator[dict[str, Any]]:
    for one in range(1, number + 1):
        email = f"member{one}@example.com"
        yield {
            "id": one,
            "email": email,
            "email_folded": email,
            "email_confirmed_at": now,
            "first_name": "Ada",
            "last_name": "Member",
            "password_hash": "none",
            "password_changed_at": now,
            "created_at": now,
        }


def _accounts(number: int, now: datetime) -> Iterator[dict[str, Any]]:
    for one in range(1, number + 1):
        yield {"id": one, "slug": f"member-{one}", "display_name": f"Member {one}", "opened_at": now}


def _memberships(number: int) -> Iterator[dict[str, Any]]:
    for one in range(1, number + 1):
        yield {"user_id": one, "account_id": one, "role": MembershipRole.OWNER}


def _account_of(socket: int) -> int:
    return (socket - 1) // SOCKETS_AN_ACCOUNT + 1


def _site_of(socket: int) -> int:
    return (socket - 1) // SOCKETS_A_SITE + 1


def _words(chance: random.Random, number: int) -> str:
    return " ".join(chance.choices(WORDS, k=number))


def _sites(chance: random.Random, mix: Mix, now: datetime) -> Iterator[dict[str, Any]]:
    codes = [entry.code for entry in content_categories()]
    for one in range(1, _site_of(mix.sockets) + 1):
        lot = chance.random()
        is_unproved = lot < mix.unproved
        state = SiteState.UNPROVED if is_unproved else SiteState.PROVED
        state = SiteState.LAPSED if mix.unproved <= lot < mix.unproved + mix.lapsed else state
        yield {
            "id": one,
            "account_id": _account_of((one - 1) * SOCKETS_A_SITE + 1),
            "slug": f"site-{one}",
            "name": _words(chance, 2).title(),
            "domain": f"site{one}.example",
            "address": f"https://site{one}.example",
            "description": _words(chance, 8).capitalize() + ".",
            "category_code": chance.choice(codes),
            "language": chance.choice(LANGUAGES),
            "country_code": chance.choice(COUNTRIES),
            "time_zone": chance.choice(ZONES),
            "state": state,
            "proof_token": f"token-{one}",
            "proof_method": None if is_unproved else ProofMethod.ADS_TXT,
            "proved_at": None if is_unproved else now,
            "created_at": now,
        }


def _figures(mix: Mix, now: datetime) -> Iterator[dict[str, Any]]:
    for one in range(1, _site_of(mix.sockets) + 1):
        yield {
            "site_id": one,
            "label": "Page views a month",
            "value": one * 100,
            "source": "Our own count",
            "measured_on": now.date(),
        }


def _sockets(chance: random.Random, mix: Mix, now: datetime) -> Iterator[dict[str, Any]]:
    sizes = [(one.width_px, one.height_px) for one in ad_formats()][:8]
    for one in range(1, mix.sockets + 1):
        width, height = chance.choice(sizes)
        yield {
            "id": one,
            "site_id": _site_of(one),
            "slug": f"socket-{one}",
            "name": _words(chance, 2).title(),
            "page_hint": "Every article",
            "position": chance.choice(list(PagePosition)),
            "width_px": width,
            "height_px": height,
            "formats": ["png", "jpeg"],
            "bytes_max": 150_000,
            "places": chance.randint(1, mix.places_max),
            "approval_rule": ApprovalRule.EACH_ONE,
            "approval_hours": 48,
            "on_silence": OnSilence.REFUSE,
            "taste_rules": "",
            "blocked_products": [],
            "state": SocketState.CLOSED if chance.random() < mix.closed else SocketState.OPEN,
            "created_at": now - timedelta(days=40),
        }


def _offer(chance: random.Random, mix: Mix, number: int, now: datetime) -> _Offer:
    return _Offer(
        number=number,
        account_id=_account_of(number),
        has_auction=chance.random() < mix.with_auction,
        has_rate_card=chance.random() < mix.with_rate_card,
        price_minor=chance.randint(4, 400) * 50,
        listed_at=now - timedelta(seconds=chance.randint(60, 30 * 86_400)),
        ends_at=now + timedelta(seconds=chance.randint(600, 20 * 86_400)),
        starts_on=now.date() + timedelta(days=chance.randint(24, 80)),
    )


def _listings(mix: Mix, offer: _Offer) -> Iterator[dict[str, Any]]:
    shared = {"socket_id": offer.number, "state": ListingState.OPEN, "currency": "USD", "created_at": offer.listed_at}
    no_price = {"price_day_minor": None, "price_week_minor": None, "price_30_days_minor": None}
    if offer.has_auction:
        yield {"id": offer.number, "kind": ListingKind.AUCTION, **shared, **no_price, **_lengths(1)}
    if offer.has_rate_card:
        prices = no_price | {"price_day_minor": offer.price_minor, "price_week_minor": offer.price_minor * 6}
        yield {"id": mix.sockets + offer.number, "kind": ListingKind.RATE_CARD, **shared, **prices, **_lengths(3)}


def _lengths(days_min: int) -> dict[str, int]:
    return {"lead_days": 2, "days_min": days_min, "days_max": 90}


def _auction(offer: _Offer) -> dict[str, Any]:
    standing = offer.price_minor + BIDS_AN_AUCTION * 100
    return {
        "id": offer.number,
        "public_id": f"auction-{offer.number}",
        "listing_id": offer.number,
        "socket_id": offer.number,
        "publisher_account_id": offer.account_id,
        "place": 1,
        "starts_on": offer.starts_on,
        "ends_before": offer.starts_on + timedelta(days=7),
        "currency": "USD",
        "opening_price_minor": offer.price_minor,
        "is_short_notice": False,
        "opened_at": offer.listed_at,
        "scheduled_end_at": offer.ends_at,
        "ends_at": offer.ends_at,
        "hard_end_at": offer.ends_at + timedelta(hours=1),
        "state": AuctionState.OPEN,
        "bids": BIDS_AN_AUCTION,
        "standing_price_minor": standing,
        "meets_reserve": True,
        "leader_account_id": offer.account_id + 1,
        "leader_ceiling_minor": standing,
        "leader_sequence": BIDS_AN_AUCTION,
        "second_ceiling_minor": standing - 100,
    }


def _bids(offer: _Offer) -> Iterator[dict[str, Any]]:
    for sequence in range(1, BIDS_AN_AUCTION + 1):
        price = offer.price_minor + sequence * 100
        yield {
            "public_id": f"bid-{offer.number}-{sequence}",
            "auction_id": offer.number,
            "sequence": sequence,
            "account_id": offer.account_id + 1 + sequence % 2,
            "ceiling_minor": price,
            "placed_at": offer.listed_at + timedelta(seconds=sequence),
            "price_after_minor": price,
            "nonce": "n",
            "commitment": "c",
        }


RUNNING, OVER = 1, 2


def _holds(listing_id: int | None, now: datetime) -> Iterator[dict[str, Any]]:
    """Two holds that busy days can hang on: one runs, one ran out."""
    for number in (RUNNING, OVER):
        yield {
            "id": number,
            "public_id": f"hold-{number}",
            "account_id": 1,
            "listing_id": listing_id,
            "socket_id": 1,
            "place": 1,
            "starts_on": now.date(),
            "ends_before": now.date() + timedelta(days=1),
            "price_minor": 100,
            "currency": "USD",
            "state": HoldState.HELD,
            "created_at": now,
        }


def _claims(offers: Iterable[_Offer], now: datetime) -> Iterator[dict[str, Any]]:
    """Those of the two holds, of each auction, and of each publisher."""
    nothing = {"expires_at": None, "hold_id": None, "listing_id": None}
    for number, minutes in ((RUNNING, 10), (OVER, -10)):
        held = {"hold_id": number, "expires_at": now + timedelta(minutes=minutes)}
        yield nothing | {"id": number, "kind": ClaimKind.HOLD, "socket_id": 1} | held
    for offer in offers:
        if offer.has_auction:
            auctioned = {"id": _auction_claim(offer), "kind": ClaimKind.AUCTION, "listing_id": offer.number}
            yield nothing | auctioned | {"socket_id": offer.number}
        yield nothing | {"id": _house_claim(offer), "kind": ClaimKind.HOUSE, "socket_id": offer.number}


def _auction_claim(offer: _Offer) -> int:
    return OVER + 2 * offer.number


def _house_claim(offer: _Offer) -> int:
    return _auction_claim(offer) - 1


def _days(chance: random.Random, mix: Mix, offer: _Offer) -> Iterator[dict[str, Any]]:
    if offer.has_auction:
        for number in range(7):
            day = offer.starts_on + timedelta(days=number)
            yield {"socket_id": offer.number, "day": day, "place": 1, "claim_id": _auction_claim(offer)}
    if chance.random() < mix.busy:
        for place in range(1, chance.randint(1, mix.places_max) + 1):
            first = offer.starts_on - timedelta(days=chance.randint(2, 12))
            for number in range(chance.randint(1, 2)):
                day = first + timedelta(days=number)
                claim_id = chance.choice((_house_claim(offer), _house_claim(offer), RUNNING, OVER))
                yield {"socket_id": offer.number, "day": day, "place": place, "claim_id": claim_id}
