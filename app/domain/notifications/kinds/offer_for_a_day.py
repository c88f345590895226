"""A second chance, or the seller's offer at the reserve."""

from app.domain.events.kinds.auctions import FlightOffered
from app.domain.notifications.rules import Notice, Words, members, told
from app.domain.notifications.states import Target
from app.foundation.messages import N_

NOTICE = Notice(
    position=200,
    title=N_("Offers to you"),
    explanation=N_("A flight you bid on is offered to you for a day."),
    told=(told(FlightOffered, lambda event: members(event.buyer_account_id)),),
    words=Words(
        subject=N_("%(what)s is offered to you"),
        sentence=N_("You can have the flight for %(hammer_price)s. The offer stands until %(pay_until)s."),
        target=Target.AWARD,
        link=N_("See the offer"),
    ),
)
