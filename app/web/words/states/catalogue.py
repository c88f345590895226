"""What is said of the ways to look for sockets."""

from app.domain.catalogue.states import SearchOrder, WayToBuy
from app.foundation.messages import N_
from app.web.words.states.wording import StateWords

WAYS = {
    WayToBuy.ON_SALE: StateWords(N_("On sale now, in any way")),
    WayToBuy.AUCTION: StateWords(N_("In an auction")),
    WayToBuy.RATE_CARD: StateWords(N_("At fixed prices")),
    WayToBuy.ALL: StateWords(N_("All, also those not on sale now")),
}
SORTS = {
    SearchOrder.ENDING: StateWords(N_("Auctions ending soonest")),
    SearchOrder.NEWEST: StateWords(N_("Newest first")),
    SearchOrder.PRICE_LOW: StateWords(N_("Lowest price first")),
    SearchOrder.PRICE_HIGH: StateWords(N_("Highest price first")),
}
