"""An award is unpaid after a day."""

from app.domain.events.kinds.auctions import AwardUnpaid
from app.domain.notifications.rules import Notice, NoticeTexts, members, notice_rule
from app.domain.notifications.states import PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=180,
    title=N_("Payment reminders"),
    explanation=N_("Something you won is still unpaid."),
    told=(notice_rule(AwardUnpaid, lambda event: members(event.buyer_account_id)),),
    words=NoticeTexts(
        subject=N_("Please pay for %(what)s"),
        sentence=N_(
            "Your card could not be charged. Pay another way by %(pay_until)s, or the flight goes to the next in line."
        ),
        target=PageTarget.AWARD,
        link=N_("Pay now"),
    ),
)
