"""Giving a buyer the money back after a refusal or a second request for a change, on the buyer's wish."""

from datetime import datetime

from app.domain.creatives.errors import AnswerOutstanding, FlightOver, NothingRefused
from app.domain.creatives.queries.line_items import (
    LIVE,
    changes_asked_of,
    refusals_of,
    running_assignment,
    waiting_review,
)
from app.domain.creatives.rules import is_money_back_open
from app.domain.orders.models import LineItem
from app.domain.orders.queries import line_item_visible_to, lock_line_item
from app.domain.orders.service.running import decline_line_item
from app.foundation.errors import NotFound


def ask_money_back(buyer_account_id: int, public_id: str, *, now: datetime) -> LineItem:
    """Ends a line item whose creative was refused, or was to be changed twice.

    What was not delivered goes back within a minute. Locks the line item.

    Raises:
        NotFound: it is no paid line item of this buyer.
        FlightOver: it is over.
        NothingRefused: nothing was refused, nor a change asked for twice, or an approved creative runs.
        AnswerOutstanding: a newer creative waits for its answer.
    """
    line_item, order = line_item_visible_to(buyer_account_id, public_id)
    if order.buyer_account_id != buyer_account_id:
        raise NotFound
    line_item = lock_line_item(line_item.id)
    if line_item.state not in LIVE:
        raise FlightOver
    if waiting_review(line_item.id) is not None:
        raise AnswerOutstanding
    if not may_ask_money_back(line_item):
        raise NothingRefused
    return decline_line_item(line_item.id, reason="not approved, and the buyer asked for the money back", now=now)


def may_ask_money_back(line_item: LineItem) -> bool:
    """Whether an answer stands that the buyer can follow by asking for the money back."""
    return (
        line_item.state in LIVE
        and is_money_back_open(refusals=refusals_of(line_item.id), changes=changes_asked_of(line_item.id))
        and running_assignment(line_item.id) is None
        and waiting_review(line_item.id) is None
    )
