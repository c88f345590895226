"""Earnings were paid out."""

from app.domain.events.kinds.money import PayoutSent
from app.domain.notifications.rules import Notice, Words, members, told
from app.domain.notifications.states import Target
from app.foundation.messages import N_

NOTICE = Notice(
    position=360,
    title=N_("Payouts"),
    explanation=N_("Your earnings were paid to your bank account."),
    told=(told(PayoutSent, lambda event: members(event.publisher_account_id)),),
    words=Words(
        subject=N_("Your earnings were paid out"),
        sentence=N_("%(amount)s went to your bank account ending in %(destination)s. Banks take one to three days."),
        target=Target.EARNINGS,
        link=N_("See your earnings"),
    ),
)
