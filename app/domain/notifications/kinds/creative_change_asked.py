"""The publisher asked for a change of the creative."""

from app.domain.events.kinds.creatives import CreativeChangeAsked
from app.domain.notifications.rules import Notice, NoticeTexts, members, notice_rule
from app.domain.notifications.states import PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=270,
    title=N_("Your ads: changes"),
    explanation=N_("A publisher asks you to change an ad."),
    told=(notice_rule(CreativeChangeAsked, lambda event: members(event.buyer_account_id)),),
    words=NoticeTexts(
        subject=N_("Please change your ad: %(what)s"),
        sentence=N_("The publisher writes: %(note)s Send a changed ad; this is not a refusal."),
        target=PageTarget.LINE_ITEM,
        link=N_("Send another ad"),
    ),
)
