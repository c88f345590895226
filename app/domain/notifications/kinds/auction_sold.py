"""The publisher's auction ended with an award."""

from app.domain.events.kinds.auctions import AuctionSold
from app.domain.notifications.rules import Notice, NoticeTexts, members, notice_rule
from app.domain.notifications.states import PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=160,
    title=N_("Your auctions: sold"),
    explanation=N_("An auction of yours ended with a winner."),
    told=(notice_rule(AuctionSold, lambda event: members(event.publisher_account_id)),),
    words=NoticeTexts(
        subject=N_("Sold: %(what)s"),
        sentence=N_(
            "Your auction ended at %(price)s. The winner's card is being charged; you are told when it is paid."
        ),
        target=PageTarget.AUCTION,
        link=N_("See the result"),
    ),
)
