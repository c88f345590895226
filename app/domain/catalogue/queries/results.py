"""What was sold on a socket: whose results its publisher can look at."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app.domain.accounts.models import Account
from app.domain.orders.models import LineItem, Order
from app.domain.orders.states import OrderState
from app.foundation.db import db

LINE_ITEMS_MAX = 100


@dataclass(frozen=True, slots=True)
class SoldLineItem:
    """A paid line item of a socket, with whoever bought it."""

    line_item: LineItem
    buyer: str


def sold_on(socket_id: int) -> Sequence[SoldLineItem]:
    """What was sold on a socket and paid, the latest flight first."""
    query = (
        sa.select(LineItem, Account.display_name)
        .join(Order, Order.id == LineItem.order_id)
        .join(Account, Account.id == Order.buyer_account_id)
        .where(LineItem.socket_id == socket_id, Order.state == OrderState.PAID)
        .order_by(LineItem.starts_on.desc(), LineItem.id.desc())
        .limit(LINE_ITEMS_MAX)
    )
    return [SoldLineItem(row.LineItem, row.display_name) for row in db.session.execute(query)]
