"""All sessions were ended at once."""

from app.domain.events.kinds.accounts import SessionsEnded
from app.domain.notifications.rules import MailWords, Notice, NoticeTexts, notice_rule, one_person
from app.domain.notifications.states import PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=80,
    title=N_("All sessions ended"),
    explanation=N_("Every browser that was signed in was signed out."),
    told=(notice_rule(SessionsEnded, lambda event: one_person(event.user_id)),),
    words=NoticeTexts(
        subject=N_("All your sessions were ended"),
        sentence=N_("Every browser that was signed in had to sign in again."),
        target=PageTarget.SESSIONS,
        link=N_("Your sessions"),
    ),
    mail_words=MailWords(N_("All your isocket sessions were ended"), "sessions_ended", PageTarget.SIGN_IN),
)
