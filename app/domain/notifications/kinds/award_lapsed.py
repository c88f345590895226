"""An award was not paid in time."""

from app.domain.events.kinds.auctions import AwardLapsed
from app.domain.notifications.rules import Notice, NoticeTexts, members, notice_rule
from app.domain.notifications.states import PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=190,
    title=N_("Lapsed awards"),
    explanation=N_("An award was not paid in time."),
    told=(notice_rule(AwardLapsed, lambda event: members(event.buyer_account_id, event.publisher_account_id)),),
    words=NoticeTexts(
        subject=N_("Not paid in time: %(what)s"),
        sentence=N_(
            "The award has lapsed. The next in line gets an offer if there is one; else the days are free again."
        ),
        target=PageTarget.AUCTION,
        link=N_("See the auction"),
    ),
)
