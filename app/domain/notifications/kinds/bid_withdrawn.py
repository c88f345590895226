"""A bid was taken back."""

from app.domain.events.kinds.auctions import BidsWithdrawn
from app.domain.notifications.rules import Notice, NoticeTexts, members, notice_rule
from app.domain.notifications.states import PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=120,
    title=N_("Withdrawn bids"),
    explanation=N_("A bid of yours, or on your auction, was taken back."),
    told=(notice_rule(BidsWithdrawn, lambda event: members(event.bidder_account_id, event.publisher_account_id)),),
    words=NoticeTexts(
        subject=N_("A bid on %(what)s was withdrawn"),
        sentence=N_("The bid no longer counts. The price stands at %(price)s."),
        target=PageTarget.AUCTION,
        link=N_("See the auction"),
    ),
)
