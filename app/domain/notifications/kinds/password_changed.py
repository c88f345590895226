"""The password was changed."""

from app.domain.events.kinds.accounts import PasswordChanged
from app.domain.notifications.rules import MailWords, Notice, NoticeTexts, notice_rule, one_person
from app.domain.notifications.states import Delivery, NoticeCategory, PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=40,
    title=N_("Password changed"),
    explanation=N_("Your password was changed."),
    told=(notice_rule(PasswordChanged, lambda event: one_person(event.user_id)),),
    words=NoticeTexts(
        subject=N_("Your password was changed"),
        sentence=N_("If it was not you, choose a new one at once."),
        target=PageTarget.SECURITY,
        link=N_("Your security settings"),
    ),
    mail_words=MailWords(N_("Your isocket password was changed"), "password_changed", PageTarget.SECURITY),
    category=NoticeCategory.SECURITY,
    mail=Delivery.ALWAYS,
)
