"""The link that confirms the address of a new account."""

from app.domain.accounts.states import LinkPurpose
from app.domain.events.kinds.accounts import ConfirmationAsked, SignedUp
from app.domain.notifications.rules import MailWords, Notice, person, told
from app.domain.notifications.states import Category, Delivery, Target
from app.foundation.messages import N_

NOTICE = Notice(
    position=10,
    title=N_("Confirmation links"),
    explanation=N_("The link that shows that an address is yours."),
    told=(
        told(SignedUp, lambda event: person(event.user_id)),
        told(ConfirmationAsked, lambda event: person(event.user_id)),
    ),
    words=None,
    mail_words=MailWords(N_("Confirm your e-mail address for isocket"), "email_confirmation", Target.CONFIRM_EMAIL),
    category=Category.SECURITY,
    in_app=Delivery.NEVER,
    mail=Delivery.ALWAYS,
    link_purpose=LinkPurpose.CONFIRM_EMAIL,
)
