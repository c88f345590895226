"""Undelivered money is on its way back."""

from app.domain.events.kinds.money import MoneyReturned
from app.domain.notifications.rules import Notice, NoticeTexts, members, notice_rule
from app.domain.notifications.states import PageTarget
from app.foundation.messages import N_

TO_BOTH, TO_CARD, TO_CREDIT = "to_both", "to_card", "to_credit"


def _way_back(event: MoneyReturned) -> str:
    if event.to_card.minor and event.to_credit.minor:
        return TO_BOTH
    return TO_CARD if event.to_card.minor else TO_CREDIT


NOTICE = Notice(
    position=350,
    title=N_("Money back"),
    explanation=N_("Days that were not delivered are paid back to you."),
    told=(notice_rule(MoneyReturned, lambda event: members(event.buyer_account_id), _way_back),),
    words=NoticeTexts(
        subject=N_("Money back: %(what)s"),
        # As it was written while the way back was put in words when people were told.
        sentence=N_("%(returned)s of the flight %(days)s was not delivered and goes back to you. %(returned_how)s"),
        target=PageTarget.LINE_ITEM,
        link=N_("See what became of each day"),
        variants={
            TO_BOTH: N_(
                "%(returned)s of the flight %(days)s was not delivered and goes back to you. It is on its way: "
                "%(to_card)s to the card you paid with and %(to_credit)s to your credit."
            ),
            TO_CARD: N_(
                "%(returned)s of the flight %(days)s was not delivered and goes back to you. It is on its way: "
                "%(to_card)s to the card you paid with."
            ),
            TO_CREDIT: N_(
                "%(returned)s of the flight %(days)s was not delivered and goes back to you. It is on its way: "
                "%(to_credit)s to your credit."
            ),
        },
    ),
)
