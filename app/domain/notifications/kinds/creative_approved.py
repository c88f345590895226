"""The buyer's creative may run."""

from app.domain.events.kinds.creatives import CreativeApproved
from app.domain.notifications.rules import Notice, Words, members, told
from app.domain.notifications.states import Target
from app.foundation.messages import N_

NOTICE = Notice(
    position=260,
    title=N_("Your ads: approved"),
    explanation=N_("An ad of yours may run."),
    told=(told(CreativeApproved, lambda event: members(event.buyer_account_id)),),
    words=Words(
        subject=N_("Your ad is approved: %(what)s"),
        sentence=N_("It runs %(days)s. You will see its results from the first day on."),
        target=Target.LINE_ITEM,
        link=N_("See the booking"),
    ),
)
