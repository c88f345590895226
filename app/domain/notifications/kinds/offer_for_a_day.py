"""A second chance, or the publisher's offer at the reserve."""

from app.domain.events.kinds.auctions import FlightOffered
from app.domain.notifications.rules import Notice, NoticeTexts, members, notice_rule
from app.domain.notifications.states import PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=200,
    title=N_("Offers to you"),
    explanation=N_("A flight you bid on is offered to you for a day."),
    told=(notice_rule(FlightOffered, lambda event: members(event.buyer_account_id)),),
    words=NoticeTexts(
        subject=N_("%(what)s is offered to you"),
        sentence=N_("You can have the flight for %(hammer_price)s. The offer stands until %(pay_until)s."),
        target=PageTarget.AWARD,
        link=N_("See the offer"),
    ),
)
