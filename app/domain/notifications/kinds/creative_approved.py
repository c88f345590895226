"""The buyer's creative may run."""

from app.domain.events.kinds.creatives import CreativeApproved
from app.domain.notifications.rules import Notice, NoticeTexts, members, notice_rule
from app.domain.notifications.states import PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=260,
    title=N_("Your ads: approved"),
    explanation=N_("An ad of yours may run."),
    told=(notice_rule(CreativeApproved, lambda event: members(event.buyer_account_id)),),
    words=NoticeTexts(
        subject=N_("Your ad is approved: %(what)s"),
        sentence=N_("It runs %(days)s. You will see its results from the first day on."),
        target=PageTarget.LINE_ITEM,
        link=N_("See the booking"),
    ),
)
