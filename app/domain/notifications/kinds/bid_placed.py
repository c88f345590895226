"""The confirmation of a bid."""

from app.domain.events.kinds.auctions import BidPlaced
from app.domain.notifications.rules import Notice, NoticeTexts, members, notice_rule
from app.domain.notifications.states import PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=90,
    title=N_("Your bids"),
    explanation=N_("The confirmation of each bid."),
    told=(notice_rule(BidPlaced, lambda event: members(event.bidder_account_id)),),
    words=NoticeTexts(
        subject=N_("Your bid on %(what)s"),
        sentence=N_("Your bid is in. The price stands at %(price)s. The auction ends %(ends)s."),
        target=PageTarget.BID,
        link=N_("See the bid"),
    ),
)
