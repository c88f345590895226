"""The publisher's auction ended without a sale, or an offer after it was not taken."""

from app.domain.events.kinds.auctions import AuctionUnsold, OfferNotTaken
from app.domain.notifications.rules import Notice, NoticeTexts, members, notice_rule
from app.domain.notifications.states import PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=170,
    title=N_("Your auctions: not sold"),
    explanation=N_("An auction of yours ended without a sale."),
    told=(
        notice_rule(AuctionUnsold, lambda event: members(event.publisher_account_id)),
        notice_rule(OfferNotTaken, lambda event: members(event.publisher_account_id)),
    ),
    words=NoticeTexts(
        subject=N_("Not sold: %(what)s"),
        sentence=N_(
            "There was no sale, and the days are free again. If there was a reserve that nobody met, you can "
            "offer the flight to the top bidder at the reserve, once."
        ),
        target=PageTarget.AUCTION,
        link=N_("See the auction"),
    ),
)
