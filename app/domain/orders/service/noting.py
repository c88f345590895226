"""What every event of an order or a line item keeps of it: names, parties and days as they are when it happens."""

from typing import Any

from app.domain.events.rules import EventDays
from app.domain.inventory.queries import names_of
from app.domain.orders.models import LineItem, Order


def order_as_it_is(order: Order, line_item: LineItem) -> dict[str, Any]:
    """The fields of ``OrderData``."""
    what, _ = names_of(line_item.socket_id)
    return {
        "order": order.public_id,
        "what": what,
        "buyer_account_id": order.buyer_account_id,
        "publisher_account_id": order.publisher_account_id,
    }


def line_item_as_it_is(line_item: LineItem, order: Order) -> dict[str, Any]:
    """The fields of ``LineItemData``."""
    return order_as_it_is(order, line_item) | {
        "line_item": line_item.public_id,
        "socket": line_item.socket_id,
        "days": EventDays(line_item.starts_on, line_item.ends_before),
    }
