"""A flight is over; both parties."""

from app.domain.events.kinds.orders import FlightFinished
from app.domain.notifications.rules import Notice, NoticeTexts, members, notice_rule
from app.domain.notifications.states import PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=310,
    title=N_("Flights: finished"),
    explanation=N_("The last day of a flight is over."),
    told=(notice_rule(FlightFinished, lambda event: members(event.buyer_account_id, event.publisher_account_id)),),
    words=NoticeTexts(
        subject=N_("It is over: %(what)s"),
        sentence=N_(
            "The flight %(days)s has ended. Its last days are settled within a day; what was not delivered goes "
            "back to the buyer."
        ),
        target=PageTarget.ORDER,
        link=N_("See the order"),
    ),
)
