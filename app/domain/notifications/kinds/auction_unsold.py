"""The publisher's auction ended without a sale, or an offer after it was not taken."""

from app.domain.events.kinds.auctions import AuctionUnsold, OfferNotTaken
from app.domain.notifications.rules import Notice, Words, members, told
from app.domain.notifications.states import Target
from app.foundation.messages import N_

NOTICE = Notice(
    position=170,
    title=N_("Your auctions: not sold"),
    explanation=N_("An auction of yours ended without a sale."),
    told=(
        told(AuctionUnsold, lambda event: members(event.publisher_account_id)),
        told(OfferNotTaken, lambda event: members(event.publisher_account_id)),
    ),
    words=Words(
        subject=N_("Not sold: %(what)s"),
        sentence=N_(
            "There was no sale, and the days are free again. If there was a reserve that nobody met, you can "
            "offer the flight to the top bidder at the reserve, once."
        ),
        target=Target.AUCTION,
        link=N_("See the auction"),
    ),
)
