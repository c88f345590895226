"""A flight is near and has no approved creative."""

from app.domain.events.kinds.creatives import CreativeNeeded
from app.domain.notifications.rules import Notice, NoticeTexts, members, notice_rule
from app.domain.notifications.states import PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=290,
    title=N_("Your ads: still missing"),
    explanation=N_("A flight is near and has no approved ad."),
    told=(notice_rule(CreativeNeeded, lambda event: members(event.buyer_account_id)),),
    words=NoticeTexts(
        subject=N_("Your ad is still missing: %(what)s"),
        sentence=N_("The flight is %(days)s, and there is no approved ad yet. Days without one are charged."),
        target=PageTarget.LINE_ITEM,
        link=N_("Send the ad"),
    ),
)
