"""A card was declined."""

from app.domain.events.kinds.orders import PaymentDeclined
from app.domain.notifications.rules import Notice, NoticeTexts, members, notice_rule
from app.domain.notifications.states import PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=220,
    title=N_("Declined payments"),
    explanation=N_("A card was declined."),
    told=(notice_rule(PaymentDeclined, lambda event: members(event.buyer_account_id)),),
    words=NoticeTexts(
        subject=N_("Your card was declined: %(what)s"),
        sentence=N_("Nothing was charged for %(what)s. Try again with this card or another one."),
        target=PageTarget.ORDER,
        link=N_("See the order"),
    ),
)
