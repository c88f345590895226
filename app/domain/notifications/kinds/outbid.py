"""Somebody else leads."""

from app.domain.events.kinds.auctions import BidPlaced
from app.domain.notifications.rules import Notice, NoticeTexts, members, notice_rule
from app.domain.notifications.states import PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=100,
    title=N_("Outbid"),
    explanation=N_("Somebody else leads an auction that you led."),
    told=(notice_rule(BidPlaced, lambda event: members(event.outbid_account_id)),),
    words=NoticeTexts(
        subject=N_("You were outbid on %(what)s"),
        sentence=N_("Somebody else leads. The price stands at %(price)s. You can bid again until %(ends)s."),
        target=PageTarget.AUCTION,
        link=N_("Bid again"),
    ),
)
