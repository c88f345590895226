"""The publisher asked for a change of the creative."""

from app.domain.events.kinds.creatives import CreativeChangeAsked
from app.domain.notifications.rules import Notice, Words, members, told
from app.domain.notifications.states import Target
from app.foundation.messages import N_

NOTICE = Notice(
    position=270,
    title=N_("Your ads: changes"),
    explanation=N_("A publisher asks you to change an ad."),
    told=(told(CreativeChangeAsked, lambda event: members(event.buyer_account_id)),),
    words=Words(
        subject=N_("Please change your ad: %(what)s"),
        sentence=N_("The publisher writes: %(note)s Send a changed ad; this is not a refusal."),
        target=Target.LINE_ITEM,
        link=N_("Send another ad"),
    ),
)
