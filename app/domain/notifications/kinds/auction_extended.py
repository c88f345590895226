"""The end of an auction moved."""

from datetime import timedelta

from app.domain.events.kinds.auctions import AuctionExtended
from app.domain.notifications.rules import Notice, NoticeTexts, members, notice_rule
from app.domain.notifications.states import PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=110,
    title=N_("Extended auctions"),
    explanation=N_("A late bid moved the end of an auction you bid on."),
    told=(notice_rule(AuctionExtended, lambda event: members(*event.bidder_account_ids)),),
    words=NoticeTexts(
        subject=N_("More time: %(what)s"),
        sentence=N_("A late bid changed the leader, so the auction now ends %(ends)s."),
        target=PageTarget.AUCTION,
        link=N_("See the auction"),
    ),
    # In its last minutes a wanted auction is extended again and again: a notice each time, but few mails.
    pause_between_mails=timedelta(minutes=10),
)
