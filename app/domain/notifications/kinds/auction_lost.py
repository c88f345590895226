"""An auction ended for somebody else, or without a sale."""

from app.domain.events.kinds.auctions import AuctionSold, AuctionUnsold
from app.domain.notifications.rules import Notice, NoticeTexts, members, notice_rule
from app.domain.notifications.states import PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=150,
    title=N_("Auctions lost"),
    explanation=N_("An auction you bid on ended without you."),
    told=(
        notice_rule(AuctionSold, lambda event: members(*event.loser_account_ids)),
        notice_rule(AuctionUnsold, lambda event: members(*event.bidder_account_ids)),
    ),
    words=NoticeTexts(
        subject=N_("The auction of %(what)s is over"),
        sentence=N_("It ended without you at %(price)s. Nothing was charged."),
        target=PageTarget.AUCTION,
        link=N_("See the result"),
    ),
)
