"""What is said of the kinds of messages, by category and channel."""

from app.domain.notifications.states import Channel, MailState, NoticeCategory
from app.foundation.messages import N_
from app.web.words.states.wording import StateWords

CATEGORIES = {
    NoticeCategory.SECURITY: StateWords(
        N_("The safety of your account"),
        sentence_id=N_("These are always sent, because you must be able to act."),
    ),
    NoticeCategory.SERVICE: StateWords(
        N_("Your account and transactions"),
        sentence_id=N_("Notices here stay on. The mail is up to you where it says so."),
    ),
    NoticeCategory.MARKETING: StateWords(
        N_("Tips and offers"), sentence_id=N_("Off until you ask for it. You can stop it at any time.")
    ),
}
CHANNELS = {
    Channel.IN_APP: StateWords(N_("On the notices page")),
    Channel.MAIL: StateWords(N_("By e-mail")),
}
MAIL_STATES = {
    MailState.QUEUED: StateWords(N_("Queued")),
    MailState.SENDING: StateWords(N_("Sending")),
    MailState.SENT: StateWords(N_("Sent"), "live"),
    MailState.SUPPRESSED: StateWords(N_("Suppressed")),
    MailState.FAILED: StateWords(N_("Failed"), "error"),
}
