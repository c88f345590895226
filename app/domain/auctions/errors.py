"""What the auctions room refuses, and how it says so."""

from app.foundation.errors import Conflict, NotAllowed, Refusal


class BidTooLow(Refusal):
    """Bid more."""

    field = "amount"


class BidTooHigh(Refusal):
    """That is more than anything sells for here. Check the amount."""

    field = "amount"


class AuctionOver(Conflict):
    """The auction is over. Your bid came too late and does not count."""


class OwnAuction(NotAllowed):
    """This is your own socket. Publishers do not bid on their own auctions."""


class BiddingCardNeeded(Refusal):
    """Store a card first: whoever wins is charged at once."""


class UnpaidAward(Refusal):
    """Pay for what you won first. Until then you cannot bid."""


class BiddingStopped(Refusal):
    """You cannot bid: three auctions that you won were not paid. Write to us if there is a reason."""


class WithdrawalRefused(Refusal):
    """This bid can no longer be withdrawn."""


class BidAfterWithdrawal(Refusal):
    """You withdrew from this auction. Within 10 minutes you could correct the amount once; that is over."""


class BuyNowGone(Conflict):
    """Somebody has bid, and the buy-now price is gone."""


class AuctionHasBids(Conflict):
    """Somebody has bid. From now on the terms stand, and the auction cannot be taken back."""


class TermsRefused(Refusal):
    """These terms do not fit together."""


class OfferGone(Conflict):
    """This offer has run out, or was answered."""


class OfferTooLate(Refusal):
    """It is too late: an offer runs for 24 hours, and the creative has to be approved before the flight."""
