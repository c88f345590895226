"""A creative waits for the publisher's answer."""

from app.domain.events.kinds.creatives import CreativeSubmitted
from app.domain.inventory.states import OnSilence
from app.domain.notifications.rules import Notice, NoticeTexts, members, notice_rule
from app.domain.notifications.states import PageTarget
from app.foundation.messages import N_

APPROVES, KEEPS, PAYS_BACK = "approves", "keeps", "pays_back"


def _silence(event: CreativeSubmitted) -> str:
    if event.on_silence == OnSilence.APPROVE:
        return APPROVES
    return KEEPS if event.has_running else PAYS_BACK


NOTICE = Notice(
    position=250,
    title=N_("Ads to approve"),
    explanation=N_("A buyer sent an ad that waits for your answer."),
    told=(notice_rule(CreativeSubmitted, lambda event: members(event.publisher_account_id), _silence),),
    words=NoticeTexts(
        subject=N_("An ad to approve: %(what)s"),
        # As it was written while silence was put in words when people were told.
        sentence=N_(
            "The buyer sent an ad for %(days)s. Please answer %(due)s; after that it is %(silence)s, as the sale says."
        ),
        target=PageTarget.REVIEW,
        link=N_("Look at the ad"),
        variants={
            APPROVES: N_(
                "The buyer sent an ad for %(days)s. Please answer %(due)s; after that it is approved, as the sale says."
            ),
            KEEPS: N_(
                "The buyer sent an ad for %(days)s. Please answer %(due)s; after that it is refused, and the approved "
                "ad stays, as the sale says."
            ),
            PAYS_BACK: N_(
                "The buyer sent an ad for %(days)s. Please answer %(due)s; after that it is refused and paid back, as "
                "the sale says."
            ),
        },
    ),
)
