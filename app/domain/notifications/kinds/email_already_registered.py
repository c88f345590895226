"""Somebody tried to sign up with an address that has an account."""

from app.domain.events.kinds.accounts import SignUpRepeated
from app.domain.notifications.rules import MailWords, Notice, Words, person, told
from app.domain.notifications.states import Category, Delivery, Target
from app.foundation.messages import N_

NOTICE = Notice(
    position=20,
    title=N_("Sign-up with your address"),
    explanation=N_("Somebody tried to open a second account with your address."),
    told=(told(SignUpRepeated, lambda event: person(event.user_id)),),
    words=Words(
        subject=N_("Somebody tried to sign up with your address"),
        sentence=N_("No second account was made, and they were not told that you have one."),
        target=Target.SECURITY,
        link=N_("Your security settings"),
    ),
    mail_words=MailWords(N_("You already have an isocket account"), "email_already_registered", Target.SIGN_IN),
    category=Category.SECURITY,
    mail=Delivery.ALWAYS,
)
