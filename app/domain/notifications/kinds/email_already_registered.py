"""Somebody tried to sign up with an address that has an account."""

from app.domain.events.kinds.accounts import SignUpRepeated
from app.domain.notifications.rules import MailWords, Notice, NoticeTexts, notice_rule, one_person
from app.domain.notifications.states import Delivery, NoticeCategory, PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=20,
    title=N_("Sign-up with your address"),
    explanation=N_("Somebody tried to open a second account with your address."),
    told=(notice_rule(SignUpRepeated, lambda event: one_person(event.user_id)),),
    words=NoticeTexts(
        subject=N_("Somebody tried to sign up with your address"),
        sentence=N_("No second account was made, and they were not told that you have one."),
        target=PageTarget.SECURITY,
        link=N_("Your security settings"),
    ),
    mail_words=MailWords(N_("You already have an isocket account"), "email_already_registered", PageTarget.SIGN_IN),
    category=NoticeCategory.SECURITY,
    mail=Delivery.ALWAYS,
)
