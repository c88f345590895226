"""An auction ended for somebody else, or without a sale."""

from app.domain.events.kinds.auctions import AuctionSold, AuctionUnsold
from app.domain.notifications.rules import Notice, Words, members, told
from app.domain.notifications.states import Target
from app.foundation.messages import N_

NOTICE = Notice(
    position=150,
    title=N_("Auctions lost"),
    explanation=N_("An auction you bid on ended without you."),
    told=(
        told(AuctionSold, lambda event: members(*event.loser_account_ids)),
        told(AuctionUnsold, lambda event: members(*event.bidder_account_ids)),
    ),
    words=Words(
        subject=N_("The auction of %(what)s is over"),
        sentence=N_("It ended without you at %(price)s. Nothing was charged."),
        target=Target.AUCTION,
        link=N_("See the result"),
    ),
)
