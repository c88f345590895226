"""A running line item's socket had no request for a day."""

from app.domain.events.kinds.delivery import TagMissing
from app.domain.notifications.rules import Notice, NoticeTexts, members, notice_rule
from app.domain.notifications.states import PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=340,
    title=N_("Your sockets: no requests"),
    explanation=N_("A sold socket asked for no ad for a whole day."),
    told=(notice_rule(TagMissing, lambda event: members(event.publisher_account_id)),),
    words=NoticeTexts(
        subject=N_("No requests: %(what)s"),
        sentence=N_(
            "An ad is booked there %(days)s, and for a whole day nobody asked for it. Please look whether the tag "
            "is still on your pages: days without requests go back to the buyer."
        ),
        target=PageTarget.SOCKET,
        link=N_("Check the tag"),
    ),
)
