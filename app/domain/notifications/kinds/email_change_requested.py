"""The link that confirms a new address of an account."""

from app.domain.accounts.states import LinkPurpose
from app.domain.events.kinds.accounts import EmailChangeAsked
from app.domain.notifications.rules import MailWords, Notice, notice_rule, one_person
from app.domain.notifications.states import Delivery, NoticeCategory, PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=50,
    title=N_("New address to confirm"),
    explanation=N_("The link that puts a new e-mail address in place of the old one."),
    told=(notice_rule(EmailChangeAsked, lambda event: one_person(event.user_id)),),
    words=None,
    mail_words=MailWords(
        N_("Confirm your new e-mail address for isocket"), "email_change_requested", PageTarget.CONFIRM_EMAIL_CHANGE
    ),
    category=NoticeCategory.SECURITY,
    in_app=Delivery.NEVER,
    mail=Delivery.ALWAYS,
    link_purpose=LinkPurpose.CHANGE_EMAIL,
)
