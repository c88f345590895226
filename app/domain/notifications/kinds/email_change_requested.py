"""The link that confirms a new address of an account."""

from app.domain.accounts.states import LinkPurpose
from app.domain.events.kinds.accounts import EmailChangeAsked
from app.domain.notifications.rules import MailWords, Notice, person, told
from app.domain.notifications.states import Category, Delivery, Target
from app.foundation.messages import N_

NOTICE = Notice(
    position=50,
    title=N_("New address to confirm"),
    explanation=N_("The link that puts a new e-mail address in place of the old one."),
    told=(told(EmailChangeAsked, lambda event: person(event.user_id)),),
    words=None,
    mail_words=MailWords(
        N_("Confirm your new e-mail address for isocket"), "email_change_requested", Target.CONFIRM_EMAIL_CHANGE
    ),
    category=Category.SECURITY,
    in_app=Delivery.NEVER,
    mail=Delivery.ALWAYS,
    link_purpose=LinkPurpose.CHANGE_EMAIL,
)
