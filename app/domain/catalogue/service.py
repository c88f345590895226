"""Keeping the search rows: looks again at the sockets that events name, and counts the market."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.domain.auctions.models import Auction
from app.domain.auctions.states import AuctionState
from app.domain.catalogue.models import FACET_COLUMNS, SEARCH_TEXT, MarketFigures, SearchRow
from app.domain.catalogue.queries import category_path, first_tier, is_on_sqlite
from app.domain.catalogue.queries.zones import zones_moved
from app.domain.catalogue.rules import ENDS_NEVER, facet_word, lowest_price, stored_words
from app.domain.events.queries import lock_waiting
from app.domain.events.service import mark_delivered
from app.domain.events.states import Consumer
from app.domain.inventory.models import Listing, Site, Socket
from app.domain.inventory.queries import ad_formats, rate_card_of
from app.domain.inventory.states import ListingKind, ListingState, SiteState, SocketState
from app.domain.measurement.service.traffic import sum_traffic
from app.foundation.db import db

FIGURES_ROW = 1


def follow_events(event_ids: Sequence[int], *, now: datetime) -> int:
    """Looks again at the sockets of those of these events that wait; returns how many events it has read."""
    waiting = lock_waiting(Consumer.CATALOGUE, event_ids)
    refresh_sockets(_sockets_meant([delivery.event.payload for delivery in waiting]), now=now)
    for delivery in waiting:
        mark_delivered(delivery, now=now)
    return len(waiting)


def refresh_sockets(socket_ids: Collection[int], *, now: datetime) -> None:
    """Makes the search rows of these sockets say what is true now; a socket nobody may see has none.

    Where the site's time zone has changed, their traffic is summed anew by its days.

    Locks the sockets, so that of two who look at once the later one writes last.
    """
    if not socket_ids:
        return
    visible = _visible(sorted(socket_ids))
    sum_traffic(zones_moved(socket_ids))
    auctions, cards = _auctions_of(socket_ids), _rate_cards_of(socket_ids)
    rows, words = [], {}
    for socket, site in visible:
        card = cards.get(socket.id) if site.state is SiteState.PROVED else None
        row = _row(socket, site, auctions.get(socket.id), card)
        rows.append(row)
        words[socket.id] = _words(row, socket, site)
    db.session.execute(sa.delete(SearchRow).where(SearchRow.socket_id.in_(socket_ids)))
    if rows:
        db.session.execute(sa.insert(SearchRow.metadata.tables[SearchRow.__tablename__]), rows)
    _keep_words(socket_ids, words)
    _note_change(now)


def record_figures(figures: Mapping[str, Any], *, now: datetime) -> None:
    """Keeps what was counted.

    Args:
        figures: as ``count_market`` gives them.
        now: when the counting began, UTC.
    """
    row = db.session.get(MarketFigures, FIGURES_ROW)
    if row is None:
        db.session.add(MarketFigures(id=FIGURES_ROW, counted_at=now, changed_at=now, **figures))
    else:
        for name, value in figures.items():
            setattr(row, name, value)
        row.counted_at = now
    db.session.flush()


def next_sockets(after_id: int, limit: int) -> Sequence[int]:
    """The sockets behind this one, in order: for looking at all of them in steps."""
    return db.session.scalars(sa.select(Socket.id).where(Socket.id > after_id).order_by(Socket.id).limit(limit)).all()


def measure_rows() -> None:
    """Has the database count how common values are, so that it plans searches well."""
    db.session.execute(sa.text("ANALYZE search_row"))
    if not is_on_sqlite():
        db.session.execute(sa.text("ANALYZE search_text"))


def _sockets_meant(payloads: Sequence[Mapping[str, Any]]) -> set[int]:
    """The sockets that events are about: one, or all of a site."""
    named = {payload["socket"] for payload in payloads if payload.get("socket") is not None}
    sites = {payload["site"] for payload in payloads if payload.get("site") is not None}
    if sites:
        named.update(db.session.scalars(sa.select(Socket.id).where(Socket.site_id.in_(sites))))
    return named


def _visible(socket_ids: Sequence[int]) -> list[tuple[Socket, Site]]:
    locked = sa.select(Socket).where(Socket.id.in_(socket_ids)).order_by(Socket.id)
    # Weak enough to let others refer to the socket meanwhile, strong enough to keep out a second refresh.
    locked = locked.with_for_update(key_share=True).execution_options(populate_existing=True)
    sockets = [socket for socket in db.session.scalars(locked) if socket.state is SocketState.OPEN]
    wanted = sa.select(Site).where(Site.id.in_({socket.site_id for socket in sockets}))
    shown = wanted.where(Site.state != SiteState.UNPROVED).execution_options(populate_existing=True)
    sites = {site.id: site for site in db.session.scalars(shown)}
    return [(socket, sites[socket.site_id]) for socket in sockets if socket.site_id in sites]


def _auctions_of(socket_ids: Collection[int]) -> dict[int, Auction]:
    """The running auction of each socket that ends next."""
    query = sa.select(Auction).where(Auction.socket_id.in_(socket_ids), Auction.state == AuctionState.OPEN)
    last_first = query.order_by(Auction.ends_at.desc(), Auction.id.desc())
    running = db.session.scalars(last_first.execution_options(populate_existing=True))
    return {auction.socket_id: auction for auction in running}


def _rate_cards_of(socket_ids: Collection[int]) -> dict[int, Listing]:
    query = sa.select(Listing).where(
        Listing.socket_id.in_(socket_ids), Listing.kind == ListingKind.RATE_CARD, Listing.state == ListingState.OPEN
    )
    cards = db.session.scalars(query.execution_options(populate_existing=True))
    return {card.socket_id: card for card in cards}


def _row(socket: Socket, site: Site, auction: Auction | None, card: Listing | None) -> dict[str, Any]:
    return {
        "socket_id": socket.id,
        "site_id": site.id,
        "socket_slug": socket.slug,
        "socket_name": socket.name,
        "site_slug": site.slug,
        "site_name": site.name,
        "domain": site.domain,
        "category_tier1": first_tier(site.category_code),
        "category_code": site.category_code,
        "country_code": site.country_code,
        "language": site.language,
        "size": f"{socket.width_px}x{socket.height_px}",
        "width_px": socket.width_px,
        "height_px": socket.height_px,
        "position": socket.position,
        "places": socket.places,
        **_offer(socket, auction, card),
    }


def _offer(socket: Socket, auction: Auction | None, card: Listing | None) -> dict[str, Any]:
    card_price = None if card is None else lowest_price(rate_card_of(card))
    prices = [card_price] if card_price is not None else []
    listed = [card.created_at] if card is not None else []
    if auction is not None:
        prices.append(auction.standing_price_minor)
        listed.append(auction.opened_at)
    currencies = [offer.currency for offer in (auction, card) if offer is not None]
    return {
        "is_on_sale": bool(prices),
        "has_auction": auction is not None,
        "has_rate_card": card_price is not None,
        "currency": next(iter(currencies), None),
        "auction_public_id": auction.public_id if auction else None,
        "auction_price_minor": auction.standing_price_minor if auction else None,
        "auction_bids": auction.bids if auction else None,
        "ends_at": auction.ends_at if auction else None,
        "ends_key": auction.ends_at if auction else ENDS_NEVER,
        "price_day_minor": card.price_day_minor if card else None,
        "card_price_minor": card_price,
        "price_from_minor": min(prices, default=None),
        "listed_at": max(listed, default=socket.created_at),
    }


def _words(row: Mapping[str, Any], socket: Socket, site: Site) -> str:
    width, height = socket.width_px, socket.height_px
    names = (one.name for one in ad_formats() if (one.width_px, one.height_px) == (width, height))
    size = f"{row['size']} {width} {height} {next(names, '')}"
    about = (socket.name, site.name, site.domain, category_path(site.category_code), size)
    said = stored_words((*about, socket.position.value, socket.page_hint, site.description))
    return " ".join((said, *(facet_word(facet, row[facet]) for facet in FACET_COLUMNS)))


def _keep_words(socket_ids: Collection[int], wanted: Mapping[int, str]) -> None:
    """Writes the words that changed; most facts change prices only."""
    key = SEARCH_TEXT.c.rowid if is_on_sqlite() else SEARCH_TEXT.c.socket_id
    kept = db.session.execute(sa.select(key, SEARCH_TEXT.c.words).where(key.in_(socket_ids))).all()
    old = {row[0]: row[1] for row in kept}
    gone = [socket_id for socket_id in old if wanted.get(socket_id) != old[socket_id]]
    new = [{key.name: number, "words": words} for number, words in wanted.items() if old.get(number) != words]
    if gone:
        db.session.execute(sa.delete(SEARCH_TEXT).where(key.in_(gone)))
    if new:
        db.session.execute(sa.insert(SEARCH_TEXT), new)


def _note_change(now: datetime) -> None:
    changed = sa.update(MarketFigures).where(MarketFigures.id == FIGURES_ROW).values(changed_at=now)
    db.session.execute(changed)
