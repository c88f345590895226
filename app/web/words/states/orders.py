"""What is said of orders and line items."""

from app.domain.orders.states import LineItemState, OrderSource, OrderState, Party
from app.foundation.messages import N_
from app.web.words.states.wording import StateWords

ORDER_STATES = {
    OrderState.UNPAID: StateWords(N_("To be paid"), "ending"),
    OrderState.PAID: StateWords(N_("Paid"), "live"),
    OrderState.CANCELLED: StateWords(N_("Cancelled")),
}
ORDER_SOURCES = {
    OrderSource.AWARD: StateWords(N_("Auction")),
    OrderSource.RATE_CARD: StateWords(N_("Fixed price")),
}
# The sentence tells the move into the state.
LINE_ITEM_STATES = {
    LineItemState.RESERVED: StateWords(N_("Reserved"), sentence_id=N_("The days were reserved.")),
    LineItemState.BOOKED: StateWords(N_("Booked"), sentence_id=N_("The days are booked.")),
    LineItemState.IN_FLIGHT: StateWords(N_("Running"), "live", N_("The first day has begun.")),
    LineItemState.PAUSED: StateWords(N_("Paused"), "ending", N_("The ad was paused.")),
    LineItemState.FINISHED: StateWords(N_("Finished"), sentence_id=N_("The last day is over.")),
    LineItemState.STOPPED: StateWords(N_("Stopped"), "error", N_("The ad was stopped before its last day.")),
    LineItemState.DECLINED: StateWords(N_("Declined"), "error", N_("The publisher declined.")),
    LineItemState.EXPIRED: StateWords(N_("Not paid"), sentence_id=N_("It was not paid; the days are free again.")),
}
PAUSED_BY = {
    Party.BUYER: StateWords(N_("The buyer"), sentence_id=N_("Paused by the buyer. Nothing is shown meanwhile.")),
    Party.PUBLISHER: StateWords(
        N_("The publisher"), sentence_id=N_("Paused by the publisher. Nothing is shown meanwhile.")
    ),
    Party.PLATFORM: StateWords(N_("isocket"), sentence_id=N_("Paused by us. Nothing is shown meanwhile.")),
}
