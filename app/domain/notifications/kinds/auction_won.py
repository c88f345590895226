"""Won: what is charged and what comes next."""

from app.domain.events.kinds.auctions import AuctionSold, OfferAccepted
from app.domain.notifications.rules import Notice, NoticeTexts, members, notice_rule
from app.domain.notifications.states import PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=140,
    title=N_("Auctions won"),
    explanation=N_("You won, and what is charged."),
    told=(
        notice_rule(AuctionSold, lambda event: members(event.buyer_account_id)),
        notice_rule(OfferAccepted, lambda event: members(event.buyer_account_id)),
    ),
    words=NoticeTexts(
        subject=N_("You won %(what)s"),
        sentence=N_(
            "The price is %(hammer_price)s. Credit is used first; the rest is charged to your stored card now. If "
            "that fails, pay another way by %(pay_until)s."
        ),
        target=PageTarget.AWARD,
        link=N_("See what comes next"),
    ),
)
