"""A sign-in from a browser and network not seen before."""

from app.domain.events.kinds.accounts import SignedInOnNewDevice
from app.domain.notifications.rules import MailWords, Notice, NoticeTexts, notice_rule, one_person
from app.domain.notifications.states import PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=70,
    title=N_("New sign-in"),
    explanation=N_("Somebody signed in from a browser and network not seen before."),
    told=(notice_rule(SignedInOnNewDevice, lambda event: one_person(event.user_id)),),
    words=NoticeTexts(
        subject=N_("New sign-in"),
        sentence=N_("From %(browser)s at %(address)s. If it was not you, end that session and change your password."),
        target=PageTarget.SESSIONS,
        link=N_("Your sessions"),
    ),
    mail_words=MailWords(N_("New sign-in to your isocket account"), "new_sign_in", PageTarget.SESSIONS),
    shows=("browser", "address"),
)
