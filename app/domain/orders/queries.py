"""Reads of the orders room; an order is found by its two parties and nobody else."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.domain.accounts.models import Account
from app.domain.accounts.queries import account_and_owner, owner_of
from app.domain.inventory.models import Claim, Hold, Listing, Site, Socket
from app.domain.inventory.queries import keeps_days
from app.domain.inventory.states import ListingKind, SiteState
from app.domain.ledger.queries import balance
from app.domain.ledger.rules import buyer_credit
from app.domain.orders.models import LineItem, LineItemMove, Order
from app.domain.orders.states import BINDING, LineItemState, OrderState
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.flight import Flight, day_bounds
from app.foundation.paging import PAGE_SIZE, RowsPage
from app.foundation.work_failures import Retries

ROWS_MAX = 200


def order_visible_to(account_id: int, public_id: str) -> Order:
    """An order of which this account is the buyer or the publisher.

    Raises:
        NotFound: there is none, or it is between others.
    """
    query = sa.select(Order).where(
        Order.public_id == public_id,
        sa.or_(Order.buyer_account_id == account_id, Order.publisher_account_id == account_id),
    )
    order = db.session.scalars(query).one_or_none()
    if order is None:
        raise NotFound
    return order


def order_to_pay(account_id: int, public_id: str) -> Order:
    """An order that this account has to pay, or has paid.

    Raises:
        NotFound: there is none, or somebody else is the buyer.
    """
    order = order_visible_to(account_id, public_id)
    if order.buyer_account_id != account_id:
        raise NotFound
    return order


def lock_order(order_id: int) -> Order:
    """An order, locked."""
    query = sa.select(Order).where(Order.id == order_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def lock_line_item(line_item_id: int) -> LineItem:
    """A line item, locked, and its order before it: everybody who moves one locks in this order."""
    order_id = db.session.scalars(sa.select(LineItem.order_id).where(LineItem.id == line_item_id)).one()
    lock_order(order_id)
    # Weak enough to let the mover count for the line item meanwhile: counters refer to it.
    query = sa.select(LineItem).where(LineItem.id == line_item_id).with_for_update(key_share=True)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def line_item_visible_to(account_id: int, public_id: str) -> tuple[LineItem, Order]:
    """A line item of a paid order of which this account is the buyer or the publisher.

    Raises:
        NotFound: there is none, it is between others, or it was never paid.
    """
    query = (
        sa.select(LineItem, Order)
        .join(Order, Order.id == LineItem.order_id)
        .where(
            LineItem.public_id == public_id,
            Order.state == OrderState.PAID,
            sa.or_(Order.buyer_account_id == account_id, Order.publisher_account_id == account_id),
        )
    )
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise NotFound
    return row.LineItem, row.Order


def flight_of(line_item: LineItem) -> Flight:
    """The dates of a line item."""
    return Flight(line_item.starts_on, line_item.ends_before)


def flights_to_follow(limit: int, *, retries: Retries) -> list[int]:
    """Line items whose flight has to begin or to end by now, the oldest dates first.

    The database knows dates, and each zone has its own midnight: it gives those whose date has come
    somewhere on earth, and here the moment is looked at.
    """
    # No place is further ahead of UTC.
    somewhere = (retries.now + timedelta(hours=14)).date()
    begins = sa.and_(LineItem.state == LineItemState.BOOKED, LineItem.starts_on <= somewhere)
    ends = sa.and_(
        LineItem.state.in_((LineItemState.IN_FLIGHT, LineItemState.PAUSED)), LineItem.ends_before <= somewhere
    )
    return [
        *_come(LineItem.starts_on, begins, retries)[:limit],
        *_come(LineItem.ends_before, ends, retries)[:limit],
    ]


def _come(column: sa.orm.InstrumentedAttribute[date], condition: sa.ColumnElement[bool], retries: Retries) -> list[int]:
    query = sa.select(LineItem.id, column.label("day"), LineItem.time_zone)
    query = query.where(condition, retries.allow(LineItem.id)).order_by(column)
    starts: dict[tuple[date, str], datetime] = {}
    found = []
    for row in db.session.execute(query):
        key = (row.day, row.time_zone)
        if key not in starts:
            starts[key] = day_bounds(row.day, ZoneInfo(row.time_zone))[0]
        if retries.now >= starts[key]:
            found.append(row.id)
    return found


def usable_credit(account_id: int) -> int:
    """A buyer's credit that no running payment counts on, in minor units.

    Behind ``lock_payer`` it is sure; elsewhere it is what a page may show.
    """
    # What is reserved is read first: a payment that ends in between is then counted twice, never not at all.
    query = sa.select(sa.func.coalesce(sa.func.sum(Order.credit_minor), 0))
    reserved = query.where(Order.buyer_account_id == account_id, Order.state == OrderState.UNPAID)
    reserved_minor = int(db.session.scalars(reserved).one())
    return max(0, balance(buyer_credit(account_id)) - reserved_minor)


def line_item_of(order_id: int) -> LineItem:
    """What was ordered: each order is of one line item."""
    return db.session.scalars(sa.select(LineItem).where(LineItem.order_id == order_id)).one()


def line_item_with_socket(order_id: int) -> tuple[LineItem, Socket, Site]:
    """What was ordered, with what it was booked on."""
    query = (
        sa.select(LineItem, Socket, Site)
        .join(Socket, Socket.id == LineItem.socket_id)
        .join(Site, Site.id == Socket.site_id)
        .where(LineItem.order_id == order_id)
    )
    row = db.session.execute(query).one()
    return row.LineItem, row.Socket, row.Site


@dataclass(frozen=True, slots=True)
class Offered:
    """A listing with the socket and the site that it offers."""

    listing: Listing
    socket: Socket
    site: Site


def offer_of(listing_id: int) -> Offered:
    """A rate card, open or not, as a checkout begins with it.

    Raises:
        NotFound: there is none.
    """
    query = (
        sa.select(Listing, Socket, Site)
        .join(Socket, Socket.id == Listing.socket_id)
        .join(Site, Site.id == Socket.site_id)
        .where(Listing.id == listing_id, Listing.kind == ListingKind.RATE_CARD, Site.state != SiteState.UNPROVED)
    )
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise NotFound
    return Offered(*row)


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order as lists show it: what was booked, where, when, and with whom."""

    order: Order
    line_item: LineItem
    socket: Socket
    site: Site
    counterparty: str


def bought_by(account_id: int) -> list[OrderRow]:
    """What an account bought or is about to pay, newest first."""
    return _rows(Order.buyer_account_id == account_id, counterparty=Order.publisher_account_id)


def sold_by(account_id: int) -> list[OrderRow]:
    """What an account sold, newest first; open checkouts are left out, since only their buyers see them."""
    is_sale = sa.or_(Order.state == OrderState.PAID, Order.source.in_(BINDING))
    return _rows(
        sa.and_(Order.publisher_account_id == account_id, is_sale, Order.state != OrderState.CANCELLED),
        counterparty=Order.buyer_account_id,
    )


def _rows(condition: sa.ColumnElement[bool], *, counterparty: sa.orm.InstrumentedAttribute[int]) -> list[OrderRow]:
    query = (
        sa.select(Order, LineItem, Socket, Site, Account.display_name)
        .join(LineItem, LineItem.order_id == Order.id)
        .join(Socket, Socket.id == LineItem.socket_id)
        .join(Site, Site.id == Socket.site_id)
        .join(Account, Account.id == counterparty)
        .where(condition)
        .order_by(Order.id.desc())
        .limit(ROWS_MAX)
    )
    return [OrderRow(*row) for row in db.session.execute(query)]


@dataclass(frozen=True, slots=True)
class PartyContact:
    """How to reach the other party of a deal."""

    account: Account
    email: str


def contact_of(account_id: int) -> PartyContact:
    """How to reach a party: its account, and the owner's address. For the other party of a deal that is paid."""
    account, owner = account_and_owner(account_id)
    return PartyContact(account=account, email=owner.email)


def full_name_of(account_id: int) -> str:
    """The name of an account's owner in full, as documents print it; lists show the shorter display name."""
    user = owner_of(account_id)
    return f"{user.first_name} {user.last_name}"


def claim_of_order(order_id: int) -> Claim | None:
    """What keeps the days of an order; None when they were freed."""
    query = sa.select(Claim).join(LineItem, LineItem.id == Claim.line_item_id).where(LineItem.order_id == order_id)
    return db.session.scalars(query).first()


def abandoned_checkouts(limit: int, *, retries: Retries) -> Sequence[int]:
    """Unpaid orders whose days nobody keeps any more, oldest first."""
    is_kept = sa.exists().where(Claim.line_item_id == LineItem.id, keeps_days(retries.now))
    query = (
        sa.select(Order.id)
        .join(LineItem, LineItem.order_id == Order.id)
        .where(Order.state == OrderState.UNPAID, ~is_kept, retries.allow(Order.id))
    )
    return db.session.scalars(query.order_by(Order.id).limit(limit)).all()


def all_orders(number: int) -> RowsPage[Order]:
    """Every order, newest first, for staff."""
    total = db.session.scalars(sa.select(sa.func.count()).select_from(Order)).one()
    query = sa.select(Order).order_by(Order.id.desc()).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)
    return RowsPage(rows=db.session.scalars(query).all(), number=number, total=total)


def any_order(public_id: str) -> Order:
    """An order, whosever it is, for staff.

    Raises:
        NotFound: there is none.
    """
    order = db.session.scalars(sa.select(Order).where(Order.public_id == public_id)).one_or_none()
    if order is None:
        raise NotFound
    return order


def any_line_item(public_id: str) -> tuple[LineItem, Order, Socket, Site]:
    """A line item with what it stands on, whosever it is, for staff.

    Raises:
        NotFound: there is none.
    """
    query = (
        sa.select(LineItem, Order, Socket, Site)
        .join(Order, Order.id == LineItem.order_id)
        .join(Socket, Socket.id == LineItem.socket_id)
        .join(Site, Site.id == Socket.site_id)
        .where(LineItem.public_id == public_id)
    )
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise NotFound
    return row.LineItem, row.Order, row.Socket, row.Site


def order_names(order_ids: Collection[int]) -> dict[int, str]:
    """The public ids of orders by their row numbers, for staff."""
    query = sa.select(Order.id, Order.public_id).where(Order.id.in_(order_ids))
    return {row.id: row.public_id for row in db.session.execute(query)}


def order_called(public_id: str) -> str | None:
    """The public id of the order with this public id, or of the one whose hold has it; for staff."""
    of_hold = sa.select(LineItem.order_id).join(Hold, Hold.id == LineItem.hold_id).where(Hold.public_id == public_id)
    is_it = sa.or_(Order.public_id == public_id, Order.id.in_(of_hold))
    return db.session.scalars(sa.select(Order.public_id).where(is_it)).first()


def moves_of(line_item_id: int) -> Sequence[LineItemMove]:
    """How a line item came to its state, oldest first."""
    query = sa.select(LineItemMove).where(LineItemMove.line_item_id == line_item_id)
    return db.session.scalars(query.order_by(LineItemMove.id)).all()
