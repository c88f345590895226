"""Making orders: from held days at fixed prices, or from an award."""

from dataclasses import dataclass
from datetime import date, datetime

from app.domain.accounts.queries import get_account, get_address
from app.domain.events.kinds.orders import LineItemMoved
from app.domain.events.service import record
from app.domain.inventory.errors import HoldExpired
from app.domain.inventory.models import Claim, Hold, Listing, Site, Socket
from app.domain.inventory.queries import lock_claim_of, lock_claim_of_hold, socket_terms
from app.domain.inventory.service.calendar import release_days
from app.domain.orders.errors import OrderBinding, OrderSettled
from app.domain.orders.models import LineItem, LineItemMove, Order
from app.domain.orders.queries import full_name_of, line_item_of, lock_order, order_to_pay
from app.domain.orders.states import (
    LINE_ITEM_MOVES,
    ORDER_MOVES,
    FlatDays,
    LineItemState,
    OrderSource,
    OrderState,
    Party,
    sale_terms,
)
from app.domain.payments.errors import PaymentInFlight
from app.domain.payments.queries import has_unsettled_charge
from app.foundation.db import db
from app.foundation.identifiers import new_public_id

COMMISSION_BPS = 1500


@dataclass(frozen=True, slots=True)
class Sale:
    """What is sold: which place of which socket, when, for how much, and who keeps the days until it is paid."""

    claim: Claim
    listing: Listing
    socket: Socket
    site: Site
    place: int
    starts_on: date
    ends_before: date
    price_minor: int


def order_held_days(hold: Hold, *, now: datetime) -> Order:
    """Makes an order of held days; still to be paid, and the days stay held.

    Raises:
        HoldExpired: the days were freed.
    """
    claim = lock_claim_of_hold(hold.id)
    if claim is None:
        raise HoldExpired
    listing = db.session.get_one(Listing, hold.listing_id)
    socket = db.session.get_one(Socket, hold.socket_id)
    sale = Sale(
        claim=claim,
        listing=listing,
        socket=socket,
        site=db.session.get_one(Site, socket.site_id),
        place=hold.place,
        starts_on=hold.starts_on,
        ends_before=hold.ends_before,
        price_minor=hold.price_minor,
    )
    return _order(hold.account_id, sale, OrderSource.RATE_CARD, now=now)


def order_award(buyer_account_id: int, sale: Sale, *, now: datetime) -> Order:
    """Makes an order of an award; still to be paid, and the auction keeps the days."""
    return _order(buyer_account_id, sale, OrderSource.AWARD, now=now)


def cancel_unpaid(order_id: int, *, reason: str, now: datetime) -> Order:
    """Cancels an order that was never paid; its line item expires.

    Raises:
        OrderSettled: it is paid, or cancelled already.
    """
    order = lock_order(order_id)
    if order.state is not OrderState.UNPAID:
        raise OrderSettled
    order.state = ORDER_MOVES.advance(order.state, OrderState.CANCELLED)
    advance_line_item(line_item_of(order.id), LineItemState.EXPIRED, reason=reason, now=now)
    return order


def leave_checkout(account_id: int, public_id: str, *, now: datetime) -> Order:
    """Leaves a checkout: the days are free again at once, and the order is cancelled.

    Raises:
        NotFound: it is not an order of this buyer.
        OrderBinding: it was won in an auction.
        OrderSettled: it is paid, or cancelled already.
        PaymentInFlight: a card is being charged for it.
    """
    order = order_to_pay(account_id, public_id)
    if order.source.is_binding:
        raise OrderBinding
    return _end_checkout(order.id, reason="checkout left", now=now)


def end_abandoned_checkout(order_id: int, *, now: datetime) -> bool:
    """Cancels an order whose held days ran out; False when it was paid, or is being paid, after all."""
    order = lock_order(order_id)
    if order.state is not OrderState.UNPAID or has_unsettled_charge(order.id):
        return False
    claim = lock_claim_of(line_item_of(order.id).id)
    if claim is not None and not claim.has_run_out(now):
        return False
    _end_checkout(order.id, reason="checkout abandoned", now=now)
    return True


def _end_checkout(order_id: int, *, reason: str, now: datetime) -> Order:
    order = cancel_unpaid(order_id, reason=reason, now=now)
    if has_unsettled_charge(order.id):
        raise PaymentInFlight
    release_days(line_item_of(order.id).id)
    return order


def advance_line_item(
    line_item: LineItem, to: LineItemState, *, reason: str, now: datetime, party: Party = Party.PLATFORM
) -> None:
    """Moves a line item to its next state, writes down who and why, and lets the ad server look again."""
    before = line_item.state
    line_item.state = LINE_ITEM_MOVES.advance(before, to)
    db.session.add(
        LineItemMove(
            line_item_id=line_item.id,
            from_state=before,
            to_state=to,
            party=party,
            reason=reason,
            moved_at=now,
        )
    )
    moved = LineItemMoved(line_item=line_item.public_id, from_state=before.value, to_state=to.value, party=party.value)
    record(moved, account_id=None, now=now)


def _order(buyer_account_id: int, sale: Sale, source: OrderSource, *, now: datetime) -> Order:
    order = Order(
        public_id=new_public_id(),
        buyer_account_id=buyer_account_id,
        publisher_account_id=sale.site.account_id,
        source=source,
        state=OrderState.UNPAID,
        currency=sale.listing.currency,
        total_minor=sale.price_minor,
        credit_minor=0,
        commission_bps=COMMISSION_BPS,
        billing=_billing_of(buyer_account_id),
        created_at=now,
    )
    db.session.add(order)
    db.session.flush()
    line_item = LineItem(
        public_id=new_public_id(),
        order_id=order.id,
        socket_id=sale.socket.id,
        place=sale.place,
        starts_on=sale.starts_on,
        ends_before=sale.ends_before,
        time_zone=sale.site.time_zone,
        # No socket is changed while its days are held or under the hammer: these are the terms the buyer saw.
        terms=sale_terms(socket_terms(sale.socket), FlatDays()),
        price_minor=sale.price_minor,
        currency=sale.listing.currency,
        state=LineItemState.RESERVED,
        hold_id=sale.claim.hold_id,
        listing_id=sale.listing.id,
        created_at=now,
    )
    db.session.add(line_item)
    db.session.flush()
    sale.claim.line_item_id = line_item.id
    first = LineItemMove(
        line_item_id=line_item.id, from_state=None, to_state=line_item.state, reason=source.value, moved_at=now
    )
    db.session.add(first)
    db.session.flush()
    return order


def _billing_of(account_id: int) -> dict[str, str]:
    """The buyer's name and address as they are now: a later change of the profile changes no old invoice."""
    account, address = get_account(account_id), get_address(account_id)
    return {
        "name": account.company_name or full_name_of(account_id),
        "street_address": address.street_address,
        "city": address.city,
        "city_area": address.city_area,
        "country_area": address.country_area,
        "postal_code": address.postal_code,
        "country_code": address.country_code,
    }
