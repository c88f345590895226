"""A card was declined."""

from app.domain.events.kinds.orders import PaymentDeclined
from app.domain.notifications.rules import Notice, Words, members, told
from app.domain.notifications.states import Target
from app.foundation.messages import N_

NOTICE = Notice(
    position=220,
    title=N_("Declined payments"),
    explanation=N_("A card was declined."),
    told=(told(PaymentDeclined, lambda event: members(event.buyer_account_id)),),
    words=Words(
        subject=N_("Your card was declined: %(what)s"),
        sentence=N_("Nothing was charged for %(what)s. Try again with this card or another one."),
        target=Target.ORDER,
        link=N_("See the order"),
    ),
)
