"""Every pair of an order's and of a line item's states: what may follow what."""

import itertools

import pytest

from app.domain.orders.states import LINE_ITEM_MOVES, ORDER_MOVES, LineItemState, OrderState
from app.foundation.states import WrongMove

S = LineItemState
ORDERS = {(OrderState.UNPAID, OrderState.PAID), (OrderState.UNPAID, OrderState.CANCELLED)}
LINE_ITEMS = {
    (S.RESERVED, S.BOOKED),
    (S.RESERVED, S.EXPIRED),
    (S.BOOKED, S.IN_FLIGHT),
    (S.BOOKED, S.DECLINED),
    (S.IN_FLIGHT, S.PAUSED),
    (S.IN_FLIGHT, S.FINISHED),
    (S.IN_FLIGHT, S.STOPPED),
    (S.PAUSED, S.IN_FLIGHT),
    (S.PAUSED, S.FINISHED),
    (S.PAUSED, S.STOPPED),
}


@pytest.mark.parametrize(("current", "to"), list(itertools.product(OrderState, repeat=2)))
def test_what_may_follow_in_an_order(current: OrderState, to: OrderState) -> None:
    if (current, to) in ORDERS:
        assert ORDER_MOVES.advance(current, to) is to
    else:
        with pytest.raises(WrongMove):
            ORDER_MOVES.advance(current, to)


@pytest.mark.parametrize(("current", "to"), list(itertools.product(LineItemState, repeat=2)))
def test_what_may_follow_in_a_line_item(current: LineItemState, to: LineItemState) -> None:
    if (current, to) in LINE_ITEMS:
        assert LINE_ITEM_MOVES.advance(current, to) is to
    else:
        with pytest.raises(WrongMove):
            LINE_ITEM_MOVES.advance(current, to)
