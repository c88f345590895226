"""The payout account was changed."""

from app.domain.events.kinds.money import PayoutAccountChanged
from app.domain.notifications.rules import MailWords, Notice, NoticeTexts, members, notice_rule
from app.domain.notifications.states import Delivery, NoticeCategory, PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=370,
    title=N_("Payout account changed"),
    explanation=N_("The bank account that your earnings go to was changed."),
    told=(notice_rule(PayoutAccountChanged, lambda event: members(event.publisher_account_id)),),
    words=NoticeTexts(
        subject=N_("Your payout account was changed"),
        sentence=N_(
            "Your earnings go to the new one from now on. If it was not you, change your password and write to us "
            "at once."
        ),
        target=PageTarget.PAYOUT_ACCOUNT,
        link=N_("Your payout account"),
    ),
    mail_words=MailWords(
        N_("Your isocket payout account was changed"), "payout_account_changed", PageTarget.PAYOUT_ACCOUNT
    ),
    category=NoticeCategory.SECURITY,
    mail=Delivery.ALWAYS,
)
