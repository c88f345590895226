"""What is said of auctions, awards and bids."""

from app.domain.auctions.states import AuctionState, AwardKind, AwardState, WithdrawalReason
from app.foundation.messages import N_
from app.web.words.states.wording import StateWords

AUCTION_STATES = {
    AuctionState.OPEN: StateWords(N_("Open for bids"), "live"),
    AuctionState.AWARDED: StateWords(N_("Ended: sold")),
    AuctionState.UNSOLD: StateWords(N_("Ended without a sale")),
    AuctionState.CANCELLED: StateWords(N_("Taken back by the publisher before the first bid")),
}
AWARD_STATES = {
    AwardState.OFFERED: StateWords(N_("Offered to you"), "ending"),
    AwardState.DUE: StateWords(N_("To be paid"), "ending"),
    AwardState.PAID: StateWords(N_("Paid"), "live"),
    AwardState.LAPSED: StateWords(N_("Lapsed: not paid in time"), "error"),
    AwardState.NOT_TAKEN: StateWords(N_("Not taken")),
}
AWARD_KINDS = {
    AwardKind.HIGHEST_BID: StateWords(N_("You won the auction")),
    AwardKind.BUY_NOW: StateWords(N_("You took the buy-now price")),
    AwardKind.SECOND_CHANCE: StateWords(N_("A second chance")),
    AwardKind.AT_RESERVE: StateWords(N_("An offer at the reserve")),
}
WITHDRAWAL_REASONS = {
    WithdrawalReason.WRONG_AMOUNT: StateWords(N_("I typed a wrong amount")),
    WithdrawalReason.TERMS_CHANGED: StateWords(N_("The description of the site or socket changed")),
    WithdrawalReason.NO_ANSWER: StateWords(N_("A question that matters to me was not answered")),
}
# Staff are no party to it.
STAFF_AWARD_STATES = {
    AwardState.OFFERED: StateWords(N_("Offered")),
    AwardState.DUE: StateWords(N_("Due")),
    AwardState.PAID: StateWords(N_("Paid")),
    AwardState.LAPSED: StateWords(N_("Lapsed")),
    AwardState.NOT_TAKEN: StateWords(N_("Not taken")),
}
STAFF_AWARD_KINDS = {
    AwardKind.HIGHEST_BID: StateWords(N_("Highest bid")),
    AwardKind.BUY_NOW: StateWords(N_("Buy now")),
    AwardKind.SECOND_CHANCE: StateWords(N_("Second chance")),
    AwardKind.AT_RESERVE: StateWords(N_("At reserve")),
}
STAFF_WITHDRAWAL_REASONS = {
    WithdrawalReason.WRONG_AMOUNT: StateWords(N_("Wrong amount")),
    WithdrawalReason.TERMS_CHANGED: StateWords(N_("Terms changed")),
    WithdrawalReason.NO_ANSWER: StateWords(N_("No answer")),
}
