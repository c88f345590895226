"""The password was changed."""

from app.domain.events.kinds.accounts import PasswordChanged
from app.domain.notifications.rules import MailWords, Notice, Words, person, told
from app.domain.notifications.states import Category, Delivery, Target
from app.foundation.messages import N_

NOTICE = Notice(
    position=40,
    title=N_("Password changed"),
    explanation=N_("Your password was changed."),
    told=(told(PasswordChanged, lambda event: person(event.user_id)),),
    words=Words(
        subject=N_("Your password was changed"),
        sentence=N_("If it was not you, choose a new one at once."),
        target=Target.SECURITY,
        link=N_("Your security settings"),
    ),
    mail_words=MailWords(N_("Your isocket password was changed"), "password_changed", Target.SECURITY),
    category=Category.SECURITY,
    mail=Delivery.ALWAYS,
)
