"""Line items as mere rows, for tests of rooms below them that only refer to them by number."""

from datetime import timedelta

from flask import Flask

from app.domain.inventory.models import Site, Socket
from app.domain.inventory.queries import socket_terms
from app.domain.orders.models import LineItem, Order
from app.domain.orders.states import FlatDays, LineItemState, OrderSource, OrderState, sale_terms
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.foundation.identifiers import new_public_id
from tests.factories.inventory import Offered, make_offer

PRICE_MINOR = 1_000_000


def make_line_items(app: Flask, *line_item_ids: int, offered: Offered | None = None) -> None:
    """Booked line items with these numbers, each with an order of its own, nothing posted and no day taken."""
    offered = offered or make_offer(app)

    def work() -> None:
        for line_item_id in line_item_ids:
            _write(offered, line_item_id)

    with app.app_context():
        in_transaction(work)
        db.session.remove()


def _write(offered: Offered, line_item_id: int) -> None:
    now, socket = database_now(), db.session.get_one(Socket, offered.socket_id)
    zone_name = db.session.get_one(Site, offered.site_id).time_zone
    order = Order(
        public_id=new_public_id(),
        buyer_account_id=offered.account_id,
        publisher_account_id=offered.account_id,
        source=OrderSource.RATE_CARD,
        state=OrderState.PAID,
        currency="USD",
        total_minor=PRICE_MINOR,
        commission_bps=1_500,
        billing={},
        created_at=now,
        paid_at=now,
    )
    db.session.add(order)
    db.session.flush()
    line_item = LineItem(
        id=line_item_id,
        public_id=new_public_id(),
        order_id=order.id,
        socket_id=socket.id,
        place=1,
        starts_on=now.date(),
        ends_before=now.date() + timedelta(days=30),
        time_zone=zone_name,
        terms=sale_terms(socket_terms(socket), FlatDays()),
        price_minor=PRICE_MINOR,
        currency="USD",
        state=LineItemState.BOOKED,
        listing_id=offered.listing_id,
        created_at=now,
    )
    db.session.add(line_item)
    db.session.flush()
