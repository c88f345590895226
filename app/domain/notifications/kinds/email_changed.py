"""The old address is told that the account left it."""

from app.domain.events.kinds.accounts import EmailChanged
from app.domain.notifications.rules import MailWords, Notice, NoticeTexts, notice_rule, one_person
from app.domain.notifications.states import Delivery, NoticeCategory, PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=60,
    title=N_("E-mail address changed"),
    explanation=N_("Your address was changed; the mail goes to the old one."),
    told=(notice_rule(EmailChanged, lambda event: one_person(event.user_id)),),
    words=NoticeTexts(
        subject=N_("Your e-mail address was changed"),
        sentence=N_("The old address was told. If it was not you, write to us."),
        target=PageTarget.CONTACT,
        link=N_("Contact us"),
    ),
    mail_words=MailWords(N_("Your isocket e-mail address was changed"), "email_changed", PageTarget.CONTACT),
    category=NoticeCategory.SECURITY,
    mail=Delivery.ALWAYS,
)
