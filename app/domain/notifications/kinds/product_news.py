"""Tips and offers: first steps, what is new, what is on sale."""

from app.domain.events.kinds.accounts import EmailConfirmed
from app.domain.notifications.rules import MailWords, Notice, NoticeTexts, notice_rule, one_person
from app.domain.notifications.states import Delivery, NoticeCategory, PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=380,
    title=N_("Tips and product news"),
    explanation=N_("First steps, new features and offers."),
    told=(notice_rule(EmailConfirmed, lambda event: one_person(event.user_id)),),
    words=NoticeTexts(
        subject=N_("Getting started"),
        sentence=N_("Your address is confirmed. Look around, or write your public profile."),
        target=PageTarget.PROFILE,
        link=N_("Your public profile"),
    ),
    mail_words=MailWords(N_("Getting started on isocket"), "getting_started", PageTarget.MARKET),
    category=NoticeCategory.MARKETING,
    in_app=Delivery.OFF,
    mail=Delivery.OFF,
)
