"""Every pair of states: the moves that are there, and no other."""

import pytest

from app.domain.auctions.states import AUCTION_MOVES, AWARD_MOVES, AuctionState, AwardState
from app.foundation.states import WrongMove

AUCTION = {
    ("open", "awarded"),
    ("open", "unsold"),
    ("open", "cancelled"),
    ("unsold", "awarded"),
}
AWARD = {
    ("offered", "due"),
    ("offered", "not_taken"),
    ("due", "paid"),
    ("due", "lapsed"),
}


@pytest.mark.parametrize("to", AuctionState)
@pytest.mark.parametrize("current", AuctionState)
def test_every_move_of_an_auction(current: AuctionState, to: AuctionState) -> None:
    if (current.value, to.value) in AUCTION:
        assert AUCTION_MOVES.advance(current, to) is to
    else:
        with pytest.raises(WrongMove):
            AUCTION_MOVES.advance(current, to)


@pytest.mark.parametrize("to", AwardState)
@pytest.mark.parametrize("current", AwardState)
def test_every_move_of_an_award(current: AwardState, to: AwardState) -> None:
    if (current.value, to.value) in AWARD:
        assert AWARD_MOVES.advance(current, to) is to
    else:
        with pytest.raises(WrongMove):
            AWARD_MOVES.advance(current, to)


def test_nothing_follows_a_final_state() -> None:
    assert AUCTION_MOVES.final == {AuctionState.AWARDED, AuctionState.CANCELLED}
    assert AWARD_MOVES.final == {AwardState.PAID, AwardState.LAPSED, AwardState.NOT_TAKEN}
