"""What became of a creative, and what kind of image it is; both parties read the same."""

from typing import TYPE_CHECKING

from app.domain.creatives.states import Decider, RefusalGround, ReviewState
from app.foundation.messages import N_
from app.web.words.messages import translated
from app.web.words.numbers import count_words, tenths_words
from app.web.words.states.creatives import APPROVALS, REFUSAL_GROUNDS, REVIEW_STATES
from app.web.words.states.inventory import CREATIVE_FORMATS

if TYPE_CHECKING:
    from app.domain.creatives.models import Creative, CreativeReview

MS_A_SECOND = 1000
# By whether it is meant for sharp screens, and whether it moves.
IMAGES = {
    (False, False): N_("%(format)s, %(width)s by %(height)s pixels"),
    (True, False): N_("%(format)s, %(width)s by %(height)s pixels, for sharp screens"),
    (False, True): N_("%(format)s, %(width)s by %(height)s pixels, moves for %(seconds)s seconds"),
    (True, True): N_("%(format)s, %(width)s by %(height)s pixels, for sharp screens, moves for %(seconds)s seconds"),
}


def answer_in_words(review: "CreativeReview") -> str:
    """What became of a creative, without its note: "Approved by the publisher"."""
    if review.state is ReviewState.APPROVED:
        return APPROVALS[review.decided_by or Decider.PUBLISHER].label
    if review.state is ReviewState.REFUSED:
        return REFUSAL_GROUNDS[review.ground or RefusalGround.SILENCE].sentence
    return REVIEW_STATES[review.state].sentence


def image_in_words(creative: "Creative") -> str:
    """What kind of image a creative is: "PNG, 600 by 500 pixels, for sharp screens"."""
    return translated(IMAGES[creative.scale > 1, bool(creative.duration_ms)]) % {
        "format": CREATIVE_FORMATS[creative.format].label,
        "width": count_words(creative.width_px),
        "height": count_words(creative.height_px),
        "seconds": tenths_words(creative.duration_ms / MS_A_SECOND),
    }
