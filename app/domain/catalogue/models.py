"""Tables of the catalogue: copies made for finding. All of it can be rebuilt from the other rooms."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.inventory.states import PagePosition
from app.foundation.db import INTERNAL, PUBLIC, Id, Model, UtcDateTime, enum_type

# The words of each socket, for looking up; made by a migration, not by the models, for each database has its own:
# an FTS5 table on SQLite (which keeps itself in four more tables), a tsvector with a GIN index on PostgreSQL.
SEARCH_TEXT = sa.table("search_text", sa.column("words", sa.Text), sa.column("socket_id", Id), sa.column("rowid", Id))
SEARCH_TEXT_TABLES = frozenset(
    {"search_text", *(f"search_text_{part}" for part in ("data", "idx", "content", "docsize", "config"))}
)
FACETS = ("category_tier1", "country_code", "language", "size")
# The filters by one value, the one with the most different values first.
FACET_COLUMNS = ("category_code", "size", "country_code", "category_tier1", "language")
ORDERS = {"ending": "ends_key", "newest": "listed_at", "price": "price_from_minor"}
# Everything else that a search looks at stands in each index too, so that passing over a row costs no visit to it.
PASSED = ("socket_id", "is_on_sale", "has_auction", "has_rate_card", "ends_key", "price_from_minor", "category_code")


def _walks() -> list[sa.Index]:
    """One index for each order, alone and behind each filter: a page walks along it and stops when it is full."""
    return [_walk(name, order, ()) for name, order in ORDERS.items()] + [
        _walk(f"{facet}_{name}", order, (facet,)) for facet in FACETS for name, order in ORDERS.items()
    ]


def _walk(name: str, order: str, facet: tuple[str, ...]) -> sa.Index:
    leading = (*facet, order)
    return sa.Index(
        f"ix_search_row_{name}", *leading, *(column for column in (*PASSED, *FACETS) if column not in leading)
    )


class SearchRow(Model):
    """A socket that everybody can see, with all that it is found and listed by; refreshed within seconds."""

    __tablename__ = "search_row"

    socket_id: Mapped[int] = mapped_column(
        sa.ForeignKey("socket.id"), primary_key=True, autoincrement=False, info=INTERNAL
    )
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id"), index=True, info=INTERNAL)
    socket_slug: Mapped[str] = mapped_column(sa.String(80), info=PUBLIC)
    socket_name: Mapped[str] = mapped_column(sa.String(80), info=PUBLIC)
    site_slug: Mapped[str] = mapped_column(sa.String(80), info=PUBLIC)
    site_name: Mapped[str] = mapped_column(sa.String(80), info=PUBLIC)
    domain: Mapped[str] = mapped_column(sa.String(253), info=PUBLIC)
    category_tier1: Mapped[str] = mapped_column(sa.String(20), info=PUBLIC)
    category_code: Mapped[str] = mapped_column(sa.String(20), index=True, info=PUBLIC)
    country_code: Mapped[str] = mapped_column(sa.String(2), info=PUBLIC)
    language: Mapped[str] = mapped_column(sa.String(8), info=PUBLIC)
    size: Mapped[str] = mapped_column(sa.String(9), info=PUBLIC)
    width_px: Mapped[int] = mapped_column(sa.Integer, info=PUBLIC)
    height_px: Mapped[int] = mapped_column(sa.Integer, info=PUBLIC)
    position: Mapped[PagePosition] = mapped_column(enum_type(PagePosition, "position"), info=PUBLIC)
    places: Mapped[int] = mapped_column(sa.SmallInteger, info=PUBLIC)
    is_on_sale: Mapped[bool] = mapped_column(info=PUBLIC)
    has_auction: Mapped[bool] = mapped_column(info=PUBLIC)
    has_rate_card: Mapped[bool] = mapped_column(info=PUBLIC)
    currency: Mapped[str | None] = mapped_column(sa.String(3), info=PUBLIC)
    auction_public_id: Mapped[str | None] = mapped_column(sa.String(40), info=PUBLIC)
    auction_price_minor: Mapped[int | None] = mapped_column(sa.BigInteger, info=PUBLIC)
    auction_bids: Mapped[int | None] = mapped_column(sa.Integer, info=PUBLIC)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=PUBLIC)
    ends_key: Mapped[datetime] = mapped_column(UtcDateTime, info=PUBLIC)
    price_day_minor: Mapped[int | None] = mapped_column(sa.BigInteger, info=PUBLIC)
    card_price_minor: Mapped[int | None] = mapped_column(sa.BigInteger, info=PUBLIC)
    """The least that a booking at fixed prices costs in all."""
    price_from_minor: Mapped[int | None] = mapped_column(sa.BigInteger, info=PUBLIC)
    """The least of that and of the auction's standing price."""
    listed_at: Mapped[datetime] = mapped_column(UtcDateTime, info=PUBLIC)

    __table_args__ = (
        sa.CheckConstraint("is_on_sale = (has_auction OR has_rate_card)", name="on_sale_in_some_way"),
        sa.CheckConstraint("(ends_at IS NOT NULL) = has_auction", name="auction_with_an_end"),
        sa.CheckConstraint("(price_from_minor IS NOT NULL) = is_on_sale", name="on_sale_at_a_price"),
        *_walks(),
    )


class MarketFigures(Model):
    """The market in figures, counted every few seconds while it changes: one row."""

    __tablename__ = "market_figures"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False, info=INTERNAL)
    sockets_on_sale: Mapped[int] = mapped_column(sa.Integer, info=PUBLIC)
    auctions_running: Mapped[int] = mapped_column(sa.Integer, info=PUBLIC)
    sites: Mapped[int] = mapped_column(sa.Integer, info=PUBLIC)
    members: Mapped[int] = mapped_column(sa.Integer, info=PUBLIC)
    offered: Mapped[dict[str, Any]] = mapped_column(sa.JSON, info=PUBLIC)
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime, info=PUBLIC)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)

    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)
