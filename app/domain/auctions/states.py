"""States of an auction, an award and a bid."""

from enum import StrEnum

from app.foundation.states import Transitions


class AuctionState(StrEnum):
    """Where an auction stands."""

    OPEN = "open"
    """Takes bids until it ends."""
    AWARDED = "awarded"
    """Ended with a winner."""
    UNSOLD = "unsold"
    """Ended without a sale: no bid, or the reserve was not met."""
    CANCELLED = "cancelled"
    """Taken back by the publisher before the first bid."""


AUCTION_MOVES = Transitions(
    {
        AuctionState.OPEN: frozenset({AuctionState.AWARDED, AuctionState.UNSOLD, AuctionState.CANCELLED}),
        AuctionState.AWARDED: frozenset[AuctionState](),
        AuctionState.UNSOLD: frozenset({AuctionState.AWARDED}),  # the top bidder took the offer at the reserve
        AuctionState.CANCELLED: frozenset[AuctionState](),
    }
)


class AwardKind(StrEnum):
    """Why the flight was awarded to this buyer."""

    HIGHEST_BID = "highest_bid"
    """Won the auction."""
    BUY_NOW = "buy_now"
    """Took the buy-now price."""
    SECOND_CHANCE = "second_chance"
    """Took the offer made to the underbidder after a lapse."""
    AT_RESERVE = "at_reserve"
    """Took the publisher's offer at the reserve that was not met."""


class AwardState(StrEnum):
    """Where an award stands."""

    OFFERED = "offered"
    """May be taken for 24 h (second chance, at the reserve); binds nobody yet."""
    DUE = "due"
    """Must be paid: the card is charged at once, and there are 48 h if that fails."""
    PAID = "paid"
    """Paid; became an order."""
    LAPSED = "lapsed"
    """Not paid in time; counts as a strike."""
    NOT_TAKEN = "not_taken"
    """The offer ran out or was declined; counts for nothing."""


AWARD_MOVES = Transitions(
    {
        AwardState.OFFERED: frozenset({AwardState.DUE, AwardState.NOT_TAKEN}),
        AwardState.DUE: frozenset({AwardState.PAID, AwardState.LAPSED}),
        AwardState.PAID: frozenset[AwardState](),
        AwardState.LAPSED: frozenset[AwardState](),
        AwardState.NOT_TAKEN: frozenset[AwardState](),
    }
)
OPEN_AWARDS = frozenset({AwardState.OFFERED, AwardState.DUE})


class WithdrawalReason(StrEnum):
    """Why a bid is taken back."""

    WRONG_AMOUNT = "wrong_amount"
    """A wrong amount was typed."""
    TERMS_CHANGED = "terms_changed"
    """The description of the site or socket changed."""
    NO_ANSWER = "no_answer"
    """A question that matters was not answered."""
