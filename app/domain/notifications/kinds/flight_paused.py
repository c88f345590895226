"""The other party paused a line item."""

from app.domain.events.kinds.orders import FlightPaused
from app.domain.notifications.rules import Notice, NoticeTexts, notice_rule, others
from app.domain.notifications.states import PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=320,
    title=N_("Flights: paused"),
    explanation=N_("The other party paused a flight."),
    told=(notice_rule(FlightPaused, lambda event: others(event.other_account_id)),),
    words=NoticeTexts(
        subject=N_("Paused: %(what)s"),
        sentence=N_("The other party paused the flight %(days)s."),
        target=PageTarget.ORDER,
        link=N_("See the order"),
    ),
)
