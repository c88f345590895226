"""A paused line item runs again."""

from app.domain.events.kinds.orders import FlightResumed
from app.domain.notifications.rules import Notice, NoticeTexts, notice_rule, others
from app.domain.notifications.states import PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=330,
    title=N_("Flights: running again"),
    explanation=N_("The other party lets a paused flight run again."),
    told=(notice_rule(FlightResumed, lambda event: others(event.other_account_id)),),
    words=NoticeTexts(
        subject=N_("It runs again: %(what)s"),
        sentence=N_("The other party ended the pause of the flight %(days)s."),
        target=PageTarget.ORDER,
        link=N_("See the order"),
    ),
)
