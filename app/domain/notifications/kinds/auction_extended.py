"""The end of an auction moved."""

from datetime import timedelta

from app.domain.events.kinds.auctions import AuctionExtended
from app.domain.notifications.rules import Notice, Words, members, told
from app.domain.notifications.states import Target
from app.foundation.messages import N_

NOTICE = Notice(
    position=110,
    title=N_("Extended auctions"),
    explanation=N_("A late bid moved the end of an auction you bid on."),
    told=(told(AuctionExtended, lambda event: members(*event.bidder_account_ids)),),
    words=Words(
        subject=N_("More time: %(what)s"),
        sentence=N_("A late bid changed the leader, so the auction now ends %(ends)s."),
        target=Target.AUCTION,
        link=N_("See the auction"),
    ),
    # In its last minutes a wanted auction is extended again and again: a notice each time, but few mails.
    pause_between_mails=timedelta(minutes=10),
)
