"""Reads of the inventory room; what belongs to somebody else is not found."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.domain.accounts.models import Account
from app.domain.events.rules import SocketName
from app.domain.inventory.errors import DaysTaken
from app.domain.inventory.models import AudienceFigure, CalendarDay, Claim, Hold, Listing, Site, Socket
from app.domain.inventory.rules import AD_FORMATS, AdFormat, RateCard, place_of_proof, proof_line
from app.domain.inventory.states import ClaimKind, ListingKind, ListingState, ProofMethod, SiteState, SocketTerms
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.paging import PAGE_SIZE, RowsPage
from app.foundation.work_failures import Retries

DATA = Path(__file__).resolve().parents[2] / "data"
CONTENT_TAXONOMY = DATA / "iab-content-taxonomy-3.1.tsv"
PRODUCT_TAXONOMY = DATA / "iab-ad-product-taxonomy-2.0.tsv"
TIERS_OFFERED = 2


def own_site(account_id: int, site_id: int) -> Site:
    """A site of this account.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    site = db.session.get(Site, site_id)
    if site is None or site.account_id != account_id:
        raise NotFound
    return site


def all_sites(number: int) -> RowsPage[Site]:
    """Every site, newest first, for staff."""
    total = db.session.scalars(sa.select(sa.func.count()).select_from(Site)).one()
    query = sa.select(Site).order_by(Site.id.desc()).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)
    return RowsPage(rows=db.session.scalars(query).all(), number=number, total=total)


def any_site(site_id: int) -> Site:
    """A site, whosever it is, for staff.

    Raises:
        NotFound: there is none.
    """
    site = db.session.get(Site, site_id)
    if site is None:
        raise NotFound
    return site


def site_called(slug: str) -> int | None:
    """The site at this public address, or the site of the socket at it; proved or not, for staff."""
    of_socket = sa.select(Socket.site_id).where(Socket.slug == slug)
    query = sa.select(Site.id).where(sa.or_(Site.slug == slug, Site.id.in_(of_socket)))
    return db.session.scalars(query.order_by(Site.id).limit(1)).first()


def own_sites(account_id: int) -> Sequence[Site]:
    """An account's sites by name."""
    return db.session.scalars(sa.select(Site).where(Site.account_id == account_id).order_by(Site.name, Site.id)).all()


def has_site(account_id: int) -> bool:
    """Whether this account has any site."""
    return db.session.scalars(sa.select(Site.id).where(Site.account_id == account_id).limit(1)).first() is not None


def socket_terms(socket: Socket) -> SocketTerms:
    """A socket's terms as they are now; a sale keeps those it was made with."""
    return SocketTerms(
        width_px=socket.width_px,
        height_px=socket.height_px,
        formats=tuple(socket.formats),
        bytes_max=socket.bytes_max,
        approval_rule=socket.approval_rule,
        approval_hours=socket.approval_hours,
        on_silence=socket.on_silence,
        taste_rules=socket.taste_rules,
        blocked_products=tuple(socket.blocked_products),
        places=socket.places,
    )


def own_socket(account_id: int, socket_id: int) -> tuple[Socket, Site]:
    """A socket of this account, with its site.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    query = sa.select(Socket, Site).join(Site, Site.id == Socket.site_id)
    row = db.session.execute(query.where(Socket.id == socket_id, Site.account_id == account_id)).one_or_none()
    if row is None:
        raise NotFound
    return row.Socket, row.Site


def sockets_of(site_id: int) -> Sequence[Socket]:
    """A site's sockets by name."""
    return db.session.scalars(sa.select(Socket).where(Socket.site_id == site_id).order_by(Socket.name, Socket.id)).all()


def socket_by_slug(slug: str) -> tuple[Socket, Site]:
    """A socket of a proved site at its public address.

    Raises:
        NotFound: there is none.
    """
    query = sa.select(Socket, Site).join(Site, Site.id == Socket.site_id)
    row = db.session.execute(query.where(Socket.slug == slug, Site.state != SiteState.UNPROVED)).one_or_none()
    if row is None:
        raise NotFound
    return row.Socket, row.Site


def site_by_slug(slug: str) -> Site:
    """A proved site at its public address.

    Raises:
        NotFound: there is none.
    """
    query = sa.select(Site).where(Site.slug == slug, Site.state != SiteState.UNPROVED)
    site = db.session.scalars(query).one_or_none()
    if site is None:
        raise NotFound
    return site


def audience_of(site_id: int) -> Sequence[AudienceFigure]:
    """A site's audience figures, newest measurement first."""
    query = sa.select(AudienceFigure).where(AudienceFigure.site_id == site_id)
    return db.session.scalars(query.order_by(AudienceFigure.measured_on.desc(), AudienceFigure.id)).all()


def open_rate_card(socket_id: int) -> Listing | None:
    """The rate card on which a socket is offered now."""
    query = sa.select(Listing).where(
        Listing.socket_id == socket_id, Listing.kind == ListingKind.RATE_CARD, Listing.state == ListingState.OPEN
    )
    return db.session.scalars(query).one_or_none()


def open_listings_of_socket(socket_id: int) -> Sequence[Listing]:
    """Every way in which a socket is on sale now, oldest first."""
    query = sa.select(Listing).where(Listing.socket_id == socket_id, Listing.state == ListingState.OPEN)
    return db.session.scalars(query.order_by(Listing.id)).all()


def rate_card_of(listing: Listing) -> RateCard:
    """A listing's prices as the rules take them."""
    return RateCard(
        price_day_minor=listing.price_day_minor,
        price_week_minor=listing.price_week_minor,
        price_30_days_minor=listing.price_30_days_minor,
        lead_days=listing.lead_days,
        days_min=listing.days_min,
        days_max=listing.days_max,
    )


def own_hold(account_id: int, public_id: str) -> Hold:
    """A hold of this buyer.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    query = sa.select(Hold).where(Hold.public_id == public_id, Hold.account_id == account_id)
    hold = db.session.scalars(query).one_or_none()
    if hold is None:
        raise NotFound
    return hold


def keeps_days(now: datetime) -> sa.ColumnElement[bool]:
    """Whether a ``Claim`` keeps its days: one that ran out does not, whether or not a job has cleared it away."""
    return sa.or_(Claim.expires_at.is_(None), Claim.expires_at > now)


def lock_claim(claim_id: int) -> Claim | None:
    """A claim, locked; None when it was freed."""
    return _locked(Claim.id == claim_id)


def lock_claim_of(line_item_id: int) -> Claim | None:
    """The claim on the days of a line item, locked; None when they were freed."""
    return _locked(Claim.line_item_id == line_item_id)


def lock_claim_of_auction(listing_id: int) -> Claim | None:
    """The claim of an auction on its days, locked; None when they were sold or freed."""
    return _locked(sa.and_(Claim.listing_id == listing_id, Claim.kind == ClaimKind.AUCTION))


def lock_claim_of_hold(hold_id: int) -> Claim | None:
    """The claim on days that are held for a checkout, locked; None when they were sold or freed."""
    return _locked(sa.and_(Claim.hold_id == hold_id, Claim.kind == ClaimKind.HOLD))


def _locked(condition: sa.ColumnElement[bool]) -> Claim | None:
    query = sa.select(Claim).where(condition).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def taken_places(socket_id: int, *, first: date, before: date, now: datetime) -> dict[date, dict[ClaimKind, int]]:
    """How many places of a socket are taken on each day, by kind; days that are wholly free are left out."""
    query = (
        sa.select(CalendarDay.day, Claim.kind, sa.func.count())
        .join(Claim, Claim.id == CalendarDay.claim_id)
        .where(
            CalendarDay.socket_id == socket_id,
            CalendarDay.day >= first,
            CalendarDay.day < before,
            keeps_days(now),
        )
        .group_by(CalendarDay.day, Claim.kind)
    )
    found: dict[date, dict[ClaimKind, int]] = {}
    for day, kind, places in db.session.execute(query):
        found.setdefault(day, {})[kind] = places
    return found


def free_place(socket: Socket, starts_on: date, ends_before: date, *, looked_at: datetime | None = None) -> int:
    """The first place of a socket that is free on all of these days.

    Args:
        socket: the socket; locked by whoever takes the place.
        starts_on: the first day.
        ends_before: the day after the last.
        looked_at: claims that ran out by then count as free; without it whatever stands in the calendar is taken.

    Raises:
        DaysTaken: there is none.
    """
    query = sa.select(CalendarDay.place).where(
        CalendarDay.socket_id == socket.id, CalendarDay.day >= starts_on, CalendarDay.day < ends_before
    )
    if looked_at is not None:
        query = query.join(Claim, Claim.id == CalendarDay.claim_id).where(keeps_days(looked_at))
    taken = set(db.session.scalars(query.distinct()))
    place = next((place for place in range(1, socket.places + 1) if place not in taken), None)
    if place is None:
        raise DaysTaken
    return place


@dataclass(frozen=True, slots=True)
class ProofTarget:
    """What a look for the proof of a site's domain needs to know."""

    site_id: int
    address: str
    domain: str
    token: str
    account_key: str
    """The account as ads.txt names it."""


def own_proof_target(connection: Connection, account_id: int, site_id: int) -> ProofTarget:
    """What to look for on a site of this account; read on a connection of its own, before the look.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    query = _proof_targets().where(Site.id == site_id, Site.account_id == account_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound
    return _as_target(row)


def proofs_due(connection: Connection, limit: int, *, retries: Retries) -> list[ProofTarget]:
    """What to look for on the proved sites that are due for another look, the longest waiting first."""
    query = _proof_targets().where(
        Site.state == SiteState.PROVED, Site.next_check_at <= retries.now, retries.allow(Site.id)
    )
    return [_as_target(row) for row in connection.execute(query.order_by(Site.next_check_at).limit(limit))]


def claims_to_free(limit: int, *, retries: Retries) -> Sequence[int]:
    """Claims that ran out and still stand in the calendar, oldest first."""
    query = sa.select(Claim.id).where(Claim.expires_at.is_not(None), ~keeps_days(retries.now), retries.allow(Claim.id))
    return db.session.scalars(query.order_by(Claim.id).limit(limit)).all()


def _proof_targets() -> sa.Select[int, str, str, str, str]:
    columns = sa.select(Site.id, Site.address, Site.domain, Site.proof_token, Account.slug)
    return columns.join(Account, Account.id == Site.account_id)


def _as_target(row: sa.Row[int, str, str, str, str]) -> ProofTarget:
    return ProofTarget(
        site_id=row.id, address=row.address, domain=row.domain, token=row.proof_token, account_key=row.slug
    )


def proof_line_of(our_domain: str, account_key: str) -> str:
    """The line that proves a site by ads.txt."""
    return proof_line(our_domain, account_key)


def places_of_proof(address: str) -> dict[ProofMethod, str]:
    """Where the proof of a site is looked for, by method."""
    return {method: place_of_proof(address, method) for method in ProofMethod}


def ad_formats() -> tuple[AdFormat, ...]:
    """The sizes that the forms offer."""
    return AD_FORMATS


@dataclass(frozen=True, slots=True)
class TaxonomyEntry:
    """One entry of a taxonomy; tier 1 has no parent."""

    code: str
    name: str
    tier: int
    path: str


@lru_cache(maxsize=1)
def content_categories() -> tuple[TaxonomyEntry, ...]:
    """What a site can be about (IAB Content Taxonomy 3.1, two tiers), in the file's order."""
    return tuple(entry for entry in _taxonomy(CONTENT_TAXONOMY, header_lines=2) if entry.tier <= TIERS_OFFERED)


@lru_cache(maxsize=1)
def product_categories() -> tuple[TaxonomyEntry, ...]:
    """What an ad can be for (IAB Ad Product Taxonomy 2.0, first tier), in the file's order."""
    return tuple(entry for entry in _taxonomy(PRODUCT_TAXONOMY, header_lines=1) if entry.tier == 1)


@lru_cache(maxsize=1)
def products() -> dict[str, TaxonomyEntry]:
    """What an ad can be for (IAB Ad Product Taxonomy 2.0, every tier) by its code, in the file's order."""
    return {entry.code: entry for entry in _taxonomy(PRODUCT_TAXONOMY, header_lines=1)}


def product_name(code: str) -> str:
    """A product category's full name, "Alcohol: Wine"; the code itself when it is unknown."""
    found = products().get(code)
    return found.path if found else code


def product_group(code: str) -> str:
    """The code of the first-tier category that a product category belongs to; empty when it is unknown."""
    found = products().get(code)
    first_tier = found.path.partition(": ")[0] if found else ""
    return next((entry.code for entry in product_categories() if entry.name == first_tier), "")


def category_name(code: str) -> str:
    """A content category's full name; the code itself when it is unknown."""
    return next((entry.path for entry in content_categories() if entry.code == code), code)


def _taxonomy(path: Path, *, header_lines: int) -> list[TaxonomyEntry]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t"))[header_lines:]
    found = []
    for row in rows:
        cells = [cell.strip() for cell in row]
        if len(cells) > header_lines and cells[0] and cells[2]:
            tiers = [cell for cell in cells[3:7] if cell]
            found.append(TaxonomyEntry(code=cells[0], name=cells[2], tier=len(tiers), path=": ".join(tiers)))
    return found


_NAMES = (
    sa.select(Socket.name, Site.name, Site.time_zone)
    .join(Site, Site.id == Socket.site_id)
    .where(Socket.id == sa.bindparam("socket_id"))
)


def names_of(socket_id: int) -> tuple[SocketName, str]:
    """What a socket and its site are called now, and the site's time zone: what events keep of them."""
    # Asked with every bid, so without making objects of the rows.
    socket_name, site_name, time_zone = db.session.connection().execute(_NAMES, {"socket_id": socket_id}).one()
    return SocketName(socket_name, site_name), time_zone
