"""A flight began; both parties."""

from app.domain.events.kinds.orders import FlightStarted
from app.domain.notifications.rules import Notice, NoticeTexts, members, notice_rule
from app.domain.notifications.states import PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=300,
    title=N_("Flights: started"),
    explanation=N_("The first day of a flight has begun."),
    told=(notice_rule(FlightStarted, lambda event: members(event.buyer_account_id, event.publisher_account_id)),),
    words=NoticeTexts(
        subject=N_("It runs: %(what)s"),
        sentence=N_("The flight %(days)s has begun."),
        target=PageTarget.ORDER,
        link=N_("See the order"),
    ),
)
