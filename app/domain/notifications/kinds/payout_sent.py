"""Earnings were paid out."""

from app.domain.events.kinds.money import PayoutSent
from app.domain.notifications.rules import Notice, NoticeTexts, members, notice_rule
from app.domain.notifications.states import PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=360,
    title=N_("Payouts"),
    explanation=N_("Your earnings were paid to your bank account."),
    told=(notice_rule(PayoutSent, lambda event: members(event.publisher_account_id)),),
    words=NoticeTexts(
        subject=N_("Your earnings were paid out"),
        sentence=N_("%(amount)s went to your bank account ending in %(destination)s. Banks take one to three days."),
        target=PageTarget.EARNINGS,
        link=N_("See your earnings"),
    ),
)
