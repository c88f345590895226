"""The link that confirms the address of a new account."""

from app.domain.accounts.states import LinkPurpose
from app.domain.events.kinds.accounts import ConfirmationAsked, SignedUp
from app.domain.notifications.rules import MailWords, Notice, notice_rule, one_person
from app.domain.notifications.states import Delivery, NoticeCategory, PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=10,
    title=N_("Confirmation links"),
    explanation=N_("The link that shows that an address is yours."),
    told=(
        notice_rule(SignedUp, lambda event: one_person(event.user_id)),
        notice_rule(ConfirmationAsked, lambda event: one_person(event.user_id)),
    ),
    words=None,
    mail_words=MailWords(N_("Confirm your e-mail address for isocket"), "email_confirmation", PageTarget.CONFIRM_EMAIL),
    category=NoticeCategory.SECURITY,
    in_app=Delivery.NEVER,
    mail=Delivery.ALWAYS,
    link_purpose=LinkPurpose.CONFIRM_EMAIL,
)
