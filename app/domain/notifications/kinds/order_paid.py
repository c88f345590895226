"""An order was paid; both parties, and the buyer with what."""

from app.domain.events.kinds.orders import OrderPaid
from app.domain.notifications.rules import Notice, NoticeTexts, members, notice_rule
from app.domain.notifications.states import PageTarget
from app.foundation.messages import N_

CREDIT_AND_CARD, CREDIT = "credit_and_card", "credit"


def _paid_with(event: OrderPaid) -> str:
    if not event.from_credit.minor:
        return ""
    return CREDIT_AND_CARD if event.by_card.minor else CREDIT


NOTICE = Notice(
    position=210,
    title=N_("Orders"),
    explanation=N_("An order of yours was paid."),
    told=(
        notice_rule(OrderPaid, lambda event: members(event.buyer_account_id), _paid_with),
        notice_rule(OrderPaid, lambda event: members(event.publisher_account_id)),
    ),
    words=NoticeTexts(
        subject=N_("Paid: %(what)s"),
        sentence=N_("The order over %(total)s is paid. The money is kept in escrow until the ad is delivered."),
        target=PageTarget.ORDER,
        link=N_("See the order"),
        variants={
            CREDIT_AND_CARD: N_(
                "The order over %(total)s (%(from_credit)s from your credit, %(by_card)s by card) is paid. The money "
                "is kept in escrow until the ad is delivered."
            ),
            CREDIT: N_(
                "The order over %(total)s (%(from_credit)s from your credit) is paid. The money is kept in escrow "
                "until the ad is delivered."
            ),
        },
    ),
)
