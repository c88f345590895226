"""The creative was refused."""

from app.domain.creatives.states import RefusalGround
from app.domain.events.kinds.creatives import CreativeRefused
from app.domain.notifications.rules import Notice, NoticeTexts, members, notice_rule
from app.domain.notifications.states import PageTarget
from app.domain.orders.states import LineItemState
from app.foundation.messages import N_

ENDED, OVER, KEPT, OPEN = "ended", "over", "kept", "open"
LIVE = frozenset({LineItemState.BOOKED, LineItemState.IN_FLIGHT, LineItemState.PAUSED})


def _what_now(event: CreativeRefused) -> str:
    """What the refusal left to do."""
    if event.line_item_state in {LineItemState.DECLINED, LineItemState.STOPPED}:
        return ENDED
    if event.line_item_state not in LIVE:
        return OVER
    return KEPT if event.has_running else OPEN


NOTICE = Notice(
    position=280,
    title=N_("Your ads: refused"),
    explanation=N_("A publisher refused an ad, and on which ground."),
    told=(notice_rule(CreativeRefused, lambda event: members(event.buyer_account_id), _what_now),),
    words=NoticeTexts(
        subject=N_("Your ad was refused: %(what)s"),
        # As it was written while the next step was put in words when people were told.
        sentence=N_("Ground: %(ground)s. %(note)s %(next_step)s"),
        target=PageTarget.LINE_ITEM,
        link=N_("See what you can do"),
        variants={
            ENDED: N_(
                "Ground: %(ground)s. %(note)s The booking has ended, and the money for what was not delivered goes "
                "back to you."
            ),
            OVER: N_("Ground: %(ground)s. %(note)s The booking is over."),
            KEPT: N_("Ground: %(ground)s. %(note)s The ad that was approved stays; you can send another one."),
            OPEN: N_("Ground: %(ground)s. %(note)s You can send another ad, or ask for your money back."),
        },
        labels={
            "ground": {
                RefusalGround.CATEGORY: N_("its product category is not taken here"),
                RefusalGround.SIZE: N_("its size or weight does not fit"),
                RefusalGround.TECHNICAL_FAULT: N_("a technical fault"),
                RefusalGround.LANDING_PAGE: N_("its landing page"),
                RefusalGround.TASTE_RULES: N_("the rules that the publisher wrote down"),
                RefusalGround.SILENCE: N_("no answer within the approval time"),
            }
        },
    ),
)
