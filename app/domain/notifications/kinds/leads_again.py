"""A withdrawal put somebody in front again."""

from app.domain.events.kinds.auctions import BidsWithdrawn
from app.domain.notifications.rules import Notice, NoticeTexts, members, notice_rule
from app.domain.notifications.states import PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=130,
    title=N_("In front again"),
    explanation=N_("Somebody withdrew, and your bid leads again."),
    told=(notice_rule(BidsWithdrawn, lambda event: members(event.leads_again_account_id)),),
    words=NoticeTexts(
        subject=N_("You lead again on %(what)s"),
        sentence=N_(
            "Somebody withdrew, so your bid leads and binds again. The price stands at %(price)s. The auction "
            "ends %(ends)s."
        ),
        target=PageTarget.AUCTION,
        link=N_("See the auction"),
    ),
)
