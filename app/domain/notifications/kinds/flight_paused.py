"""The other party paused a line item."""

from app.domain.events.kinds.orders import FlightPaused
from app.domain.notifications.rules import Notice, Words, others, told
from app.domain.notifications.states import Target
from app.foundation.messages import N_

NOTICE = Notice(
    position=320,
    title=N_("Flights: paused"),
    explanation=N_("The other party paused a flight."),
    told=(told(FlightPaused, lambda event: others(event.other_account_id)),),
    words=Words(
        subject=N_("Paused: %(what)s"),
        sentence=N_("The other party paused the flight %(days)s."),
        target=Target.ORDER,
        link=N_("See the order"),
    ),
)
