"""Finding: the search over all sockets, and the reads of public pages that span rooms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.engine import Connection
from sqlalchemy.sql.operators import custom_op

from app.domain.accounts.models import Account, User
from app.domain.auctions.models import Auction
from app.domain.catalogue.models import FACET_COLUMNS, SEARCH_TEXT, MarketFigures, SearchRow
from app.domain.catalogue.queries.records import TrackRecord, record_columns, record_from
from app.domain.catalogue.rules import asked_words, facet_word
from app.domain.catalogue.states import PRICE_SORTS, SearchOrder, WayToBuy
from app.domain.inventory.models import AudienceFigure, CalendarDay, Claim, Listing, Site, Socket
from app.domain.inventory.queries import content_categories, keeps_days
from app.domain.inventory.states import ListingState, SiteState
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.paging import PAGE_SIZE, RowsPage

FOUND_MAX = 500
SITE_SOCKETS_MAX = 200
SITES_MAX = 100
OFFERED_MAX = 300
COLUMNS = SearchRow.__table__.c
ORDER_COLUMNS = {
    SearchOrder.ENDING: "ends_key",
    SearchOrder.NEWEST: "listed_at",
    SearchOrder.PRICE_LOW: "price_from_minor",
    SearchOrder.PRICE_HIGH: "price_from_minor",
}
DESCENDING = frozenset({SearchOrder.NEWEST, SearchOrder.PRICE_HIGH})

Condition = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class SocketQuery:
    """What a search asks for; None and empty mean no restriction."""

    text: str = ""
    category: str | None = None
    country: str | None = None
    language: str | None = None
    size: str | None = None
    way: WayToBuy = WayToBuy.ON_SALE
    price_min_minor: int | None = None
    price_max_minor: int | None = None
    starts_on: date | None = None
    ends_before: date | None = None
    """The first day after those on which a place shall be free."""
    sort: SearchOrder = SearchOrder.ENDING


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One page of what was found."""

    page: RowsPage[SearchRow]
    is_more: bool
    """Whether more than ``FOUND_MAX`` were found; the pages go through so many."""


def find(search: SocketQuery, number: int, *, now: datetime) -> SearchResult:
    """Finds sockets, in two statements that look no further than ``FOUND_MAX`` of them.

    When more have the words that were asked for, those added last are listed; without words, the first in
    the order that was asked for. Behind the last page comes the last.
    """
    found = _first_found(search, now).subquery("found")
    counted = sa.select(found.c.socket_id, sa.func.count().over().label("total")).order_by(*_order(search.sort, found))
    shown = db.session.execute(counted.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all()
    if not shown and number > 1:
        total = db.session.scalars(sa.select(sa.func.count()).select_from(found)).one()
        return find(search, max(1, -(-min(total, FOUND_MAX) // PAGE_SIZE)), now=now)
    total = shown[0].total if shown else 0
    page = RowsPage(rows=_rows([row.socket_id for row in shown]), number=number, total=min(total, FOUND_MAX))
    return SearchResult(page=page, is_more=total > FOUND_MAX)


def _rows(socket_ids: Sequence[int]) -> list[SearchRow]:
    """The rows of these sockets in this order."""
    found = db.session.scalars(sa.select(SearchRow).where(COLUMNS.socket_id.in_(socket_ids)))
    rows = {row.socket_id: row for row in found}
    return [rows[socket_id] for socket_id in socket_ids if socket_id in rows]


def matching(text: str, facets: Mapping[str, str] | None = None) -> sa.Select[Any] | None:
    """The sockets with all of these words, the last one perhaps only begun; None when there is no word in the text.

    Whatever is typed, only its letters and digits are looked for.

    Args:
        text: what somebody typed.
        facets: values that the sockets must have too, by column.
    """
    words = asked_words(text)
    if not words:
        return None
    sought = [*(facet_word(column, value) for column, value in (facets or {}).items()), *words]
    if is_on_sqlite():
        terms = " ".join(f'"{word}"' for word in sought) + " *"
        matches = sa.literal_column("search_text", sa.Text).op("MATCH")(terms)
        return sa.select(SEARCH_TEXT.c.rowid.label("socket_id")).where(matches)
    terms = " & ".join(f"'{word}'" for word in sought) + ":*"
    matches = sa.literal_column("search_text.lexemes", sa.Text).op("@@")(sa.cast(terms, TSQUERY))
    return sa.select(SEARCH_TEXT.c.socket_id).where(matches)


def has_words(text: str) -> bool:
    """Whether there is anything in a text to look for."""
    return bool(asked_words(text))


def _first_found(search: SocketQuery, now: datetime) -> sa.Select[Any]:
    """One more than ``FOUND_MAX``, with what puts them in order: enough for a page, and to say how many there are."""
    query = sa.select(COLUMNS.socket_id, COLUMNS[ORDER_COLUMNS[search.sort]]).where(*_conditions(search, now))
    matches = matching(search.text, _facets(search))
    if matches is None:
        return query.order_by(*_order(search.sort, SearchRow.__table__)).limit(FOUND_MAX + 1)
    named = matches.subquery("named")
    query = query.join_from(named, SearchRow.__table__, COLUMNS.socket_id == named.c.socket_id)
    return query.order_by(named.c.socket_id.desc()).limit(FOUND_MAX + 1)


def _order(sort: SearchOrder, rows: sa.FromClause) -> tuple[sa.ColumnElement[Any], ...]:
    columns = (rows.c[ORDER_COLUMNS[sort]], rows.c.socket_id)
    return tuple(column.desc() if sort in DESCENDING else column.asc() for column in columns)


def _conditions(search: SocketQuery, now: datetime) -> list[Condition]:
    by_words = has_words(search.text)
    # The rarest kind of filter leads to the rows, unless words do; the others are looked at on the way.
    conditions = [
        _passed(COLUMNS[column], leads=position == 0 and not by_words) == value
        for position, (column, value) in enumerate(_facets(search).items())
    ]
    is_walked = search.sort in PRICE_SORTS and not by_words
    price = _passed(COLUMNS.price_from_minor, leads=is_walked)
    if search.price_min_minor is not None:
        conditions.append(price >= search.price_min_minor)
    if search.price_max_minor is not None:
        conditions.append(price <= search.price_max_minor)
    if search.starts_on is not None and search.ends_before is not None:
        conditions.append(_has_free_place(search.starts_on, search.ends_before, now))
    return [*conditions, *_on_sale(search, now)]


def _facets(search: SocketQuery) -> dict[str, str]:
    """The filters by one value, the one with the most different values first."""
    tier = (
        "category_tier1"
        if search.category is not None and first_tier(search.category) == search.category
        else "category_code"
    )
    facets = {"size": search.size, "country_code": search.country, "language": search.language, tier: search.category}
    return {column: value for column in FACET_COLUMNS if (value := facets.get(column)) is not None}


def _on_sale(search: SocketQuery, now: datetime) -> list[Condition]:
    """An auction whose time is up is not on sale any more, even in the moment before it is closed."""
    is_running = sa.and_(COLUMNS.has_auction, _passed(COLUMNS.ends_key, leads=False) > now)
    ways: dict[WayToBuy, list[Condition]] = {
        WayToBuy.ON_SALE: [COLUMNS.is_on_sale, sa.or_(COLUMNS.has_rate_card, is_running)],
        WayToBuy.AUCTION: [COLUMNS.has_auction, is_running],
        WayToBuy.RATE_CARD: [COLUMNS.has_rate_card],
        WayToBuy.ALL: [],
    }
    priced: list[Condition] = [COLUMNS.price_from_minor.is_not(None)] if search.sort in PRICE_SORTS else []
    return ways[search.way] + priced


def _passed(column: sa.ColumnElement[Any], *, leads: bool) -> sa.ColumnElement[Any]:
    """A column that may lead to the rows or only be looked at.

    SQLite does not know how common values are and would now and then choose the worst index; a plus in
    front keeps it from using any for this column. PostgreSQL knows, and chooses for itself.
    """
    if leads or not is_on_sqlite():
        return column
    return sa.UnaryExpression(column, operator=custom_op("+"), type_=column.type)


def _has_free_place(starts_on: date, ends_before: date, now: datetime) -> Condition:
    """One place free on all of these days; a hold that ran out is free. Most have one place: a taken day is enough."""
    taken = (
        sa.select(CalendarDay.place)
        .join(Claim, Claim.id == CalendarDay.claim_id)
        .where(
            CalendarDay.socket_id == COLUMNS.socket_id,
            CalendarDay.day >= starts_on,
            CalendarDay.day < ends_before,
            keeps_days(now),
        )
        .correlate(SearchRow.__table__)
    )
    # Asked row by row on purpose: PostgreSQL would turn NOT EXISTS into one look at the whole calendar.
    first_taken = taken.limit(1).scalar_subquery()
    places_taken = taken.with_only_columns(sa.func.count(CalendarDay.place.distinct())).scalar_subquery()
    return sa.or_(first_taken.is_(None), sa.and_(COLUMNS.places > 1, places_taken < COLUMNS.places))


def is_on_sqlite() -> bool:
    """Whether the words stand in an FTS5 table; else in a tsvector."""
    return db.session().get_bind().dialect.name == "sqlite"


def closing_soon(now: datetime, limit: int) -> Sequence[SearchRow]:
    """The sockets whose auctions end next."""
    query = sa.select(SearchRow).where(COLUMNS.has_auction, COLUMNS.ends_key > now)
    return db.session.scalars(query.order_by(COLUMNS.ends_key, COLUMNS.socket_id).limit(limit)).all()


def newest_rate_cards(limit: int) -> Sequence[SearchRow]:
    """The sockets that were last put up at fixed prices."""
    query = sa.select(SearchRow).where(COLUMNS.has_rate_card)
    return db.session.scalars(query.order_by(COLUMNS.listed_at.desc(), COLUMNS.socket_id.desc()).limit(limit)).all()


def market_figures() -> MarketFigures | None:
    """The market as it was last counted; None before the first count."""
    return db.session.scalars(sa.select(MarketFigures)).one_or_none()


@dataclass(frozen=True, slots=True)
class SocketView:
    """A socket with its site and its publisher."""

    socket: Socket
    site: Site
    publisher: Account
    record: TrackRecord
    audience: Sequence[AudienceFigure]
    """The site's, newest measurement first."""


@dataclass(frozen=True, slots=True)
class SiteView:
    """A site with its publisher, their record, and its audience figures, newest measurement first."""

    site: Site
    publisher: Account
    record: TrackRecord
    audience: Sequence[AudienceFigure]


def socket_view(slug: str) -> SocketView:
    """A socket of a site that was proved, at its public address.

    Raises:
        NotFound: there is none.
    """
    row, audience = _with_audience(_socket_called(), slug)
    return SocketView(row.Socket, row.Site, row.Account, record_from(row[4:]), audience)


def open_offers(socket_id: int) -> Sequence[tuple[Listing, Auction | None]]:
    """Every way in which a socket is offered now: auctions by their end, then the rate card."""
    rows = db.session.execute(_offers_of_socket(), {"socket_id": socket_id})
    return [(row.Listing, row.Auction) for row in rows]


def site_view(slug: str) -> SiteView:
    """A site that was proved, at its public address.

    Raises:
        NotFound: there is none.
    """
    row, audience = _with_audience(_site_called(), slug)
    return SiteView(row.Site, row.Account, record_from(row[3:]), audience)


def _with_audience(query: sa.Select[*tuple[Any, ...]], slug: str) -> tuple[sa.Row[Any], list[AudienceFigure]]:
    """The one thing of a query, and its site's few figures, in one statement."""
    rows = db.session.execute(query, {"slug": slug}).all()
    if not rows:
        raise NotFound
    return rows[0], [row.AudienceFigure for row in rows if row.AudienceFigure is not None]


# Built once: for a page of a few small reads, building them costs as much as asking.
@cache
def _socket_called() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(Socket, AudienceFigure, Site, Account, *record_columns(Account.id))
        .join(Site, Site.id == Socket.site_id)
        .join(Account, Account.id == Site.account_id)
        .where(Socket.slug == sa.bindparam("slug"), Site.state != SiteState.UNPROVED)
        .outerjoin(AudienceFigure, AudienceFigure.site_id == Site.id)
        .order_by(AudienceFigure.measured_on.desc(), AudienceFigure.id)
    )


@cache
def _site_called() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(Site, AudienceFigure, Account, *record_columns(Account.id))
        .join(Account, Account.id == Site.account_id)
        .where(Site.slug == sa.bindparam("slug"), Site.state != SiteState.UNPROVED)
        .outerjoin(AudienceFigure, AudienceFigure.site_id == Site.id)
        .order_by(AudienceFigure.measured_on.desc(), AudienceFigure.id)
    )


@cache
def _offers_of_socket() -> sa.Select[Listing, Auction]:
    return (
        sa.select(Listing, Auction)
        .outerjoin(Auction, Auction.listing_id == Listing.id)
        .where(Listing.socket_id == sa.bindparam("socket_id"), Listing.state == ListingState.OPEN)
        .order_by(Auction.id.is_(None), Auction.ends_at, Listing.id)
    )


def rows_of_site(site_id: int) -> Sequence[SearchRow]:
    """A site's open sockets: what is on sale first, then by name."""
    query = sa.select(SearchRow).where(COLUMNS.site_id == site_id)
    order = (COLUMNS.is_on_sale.desc(), COLUMNS.socket_name, COLUMNS.socket_id)
    return db.session.scalars(query.order_by(*order).limit(SITE_SOCKETS_MAX)).all()


def public_sites_of(account_slug: str) -> Sequence[tuple[Site, int]]:
    """The proved sites of an account, by name, each with its number of sockets on sale."""
    on_sale = (
        sa.select(sa.func.count())
        .select_from(SearchRow)
        .where(COLUMNS.site_id == Site.id, COLUMNS.is_on_sale)
        .correlate(Site)
        .scalar_subquery()
    )
    query = (
        sa.select(Site, on_sale.label("on_sale"))
        .join(Account, Account.id == Site.account_id)
        .where(Account.slug == account_slug, Site.state != SiteState.UNPROVED)
        .order_by(Site.name, Site.id)
        .limit(SITES_MAX)
    )
    return [(row.Site, row.on_sale) for row in db.session.execute(query)]


def count_times(connection: Connection) -> tuple[datetime, datetime] | None:
    """When the market was last counted, and when it last changed; None before the first count."""
    row = connection.execute(sa.select(MarketFigures.counted_at, MarketFigures.changed_at)).one_or_none()
    return None if row is None else (row.counted_at, row.changed_at)


def count_market(connection: Connection) -> dict[str, Any]:
    """Counts the market, and which countries, languages, sizes and categories it has; reads every row once."""
    on_sale, auctions = connection.execute(
        sa.select(sa.func.count(), sa.func.count(sa.case((COLUMNS.has_auction, 1)))).where(COLUMNS.is_on_sale)
    ).one()
    sites = sa.select(sa.func.count()).select_from(Site).where(Site.state == SiteState.PROVED)
    members = sa.select(sa.func.count(User.email_confirmed_at))
    return {
        "sockets_on_sale": on_sale,
        "auctions_running": auctions,
        "sites": connection.execute(sites).scalar_one(),
        "members": connection.execute(members).scalar_one(),
        "offered": {
            "category": _numbers(connection, COLUMNS.category_tier1),
            "country": _numbers(connection, COLUMNS.country_code),
            "language": _numbers(connection, COLUMNS.language),
            "size": _numbers(connection, COLUMNS.size),
        },
    }


def _numbers(connection: Connection, column: sa.ColumnElement[str]) -> dict[str, int]:
    """How many sockets on sale have each value, the most common first."""
    number = sa.func.count()
    query = sa.select(column, number).where(COLUMNS.is_on_sale).group_by(column).order_by(number.desc(), column)
    return {row[0]: row[1] for row in connection.execute(query.limit(OFFERED_MAX))}


@lru_cache(maxsize=1)
def _categories() -> dict[str, tuple[str, str]]:
    """The first tier's code and the full name of each category."""
    tops = {entry.path: entry.code for entry in content_categories() if entry.tier == 1}
    return {entry.code: (tops[entry.path.partition(": ")[0]], entry.path) for entry in content_categories()}


def first_tier(category_code: str) -> str:
    """The first-tier category above a category, or itself."""
    return _categories().get(category_code, (category_code, ""))[0]


def category_path(category_code: str) -> str:
    """A category's full name, its first tier included."""
    return _categories().get(category_code, ("", category_code))[1]
