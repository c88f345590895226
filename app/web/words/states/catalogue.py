"""What is said of the ways to look for sockets."""

from app.domain.catalogue.states import Sort, Way
from app.foundation.messages import N_
from app.web.words.states.wording import StateWords

WAYS = {
    Way.ON_SALE: StateWords(N_("On sale now, in any way")),
    Way.AUCTION: StateWords(N_("In an auction")),
    Way.RATE_CARD: StateWords(N_("At fixed prices")),
    Way.ALL: StateWords(N_("All, also those not on sale now")),
}
SORTS = {
    Sort.ENDING: StateWords(N_("Auctions ending soonest")),
    Sort.NEWEST: StateWords(N_("Newest first")),
    Sort.PRICE_LOW: StateWords(N_("Lowest price first")),
    Sort.PRICE_HIGH: StateWords(N_("Highest price first")),
}
