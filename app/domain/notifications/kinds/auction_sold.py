"""The publisher's auction ended with an award."""

from app.domain.events.kinds.auctions import AuctionSold
from app.domain.notifications.rules import Notice, Words, members, told
from app.domain.notifications.states import Target
from app.foundation.messages import N_

NOTICE = Notice(
    position=160,
    title=N_("Your auctions: sold"),
    explanation=N_("An auction of yours ended with a winner."),
    told=(told(AuctionSold, lambda event: members(event.publisher_account_id)),),
    words=Words(
        subject=N_("Sold: %(what)s"),
        sentence=N_(
            "Your auction ended at %(price)s. The winner's card is being charged; you are told when it is paid."
        ),
        target=Target.AUCTION,
        link=N_("See the result"),
    ),
)
