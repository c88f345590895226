"""The link that lets its holder choose a new password."""

from app.domain.accounts.states import LinkPurpose
from app.domain.events.kinds.accounts import PasswordResetAsked
from app.domain.notifications.rules import MailWords, Notice, notice_rule, one_person
from app.domain.notifications.states import Delivery, NoticeCategory, PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=30,
    title=N_("Password links"),
    explanation=N_("The link that lets you choose a new password, when somebody asked for it."),
    told=(notice_rule(PasswordResetAsked, lambda event: one_person(event.user_id)),),
    words=None,
    mail_words=MailWords(N_("Choose a new password for isocket"), "password_reset", PageTarget.RESET_PASSWORD),
    category=NoticeCategory.SECURITY,
    in_app=Delivery.NEVER,
    mail=Delivery.ALWAYS,
    link_purpose=LinkPurpose.RESET_PASSWORD,
)
