"""The words for a creative and for what became of it; both parties read the same."""

from app.domain.creatives.models import Creative, CreativeReview
from app.domain.creatives.states import Decider, RefusalGround, ReviewState
from app.web.words.messages import _
from app.web.words.numbers import count_words
from app.web.words.states.creatives import APPROVALS, REFUSAL_GROUNDS, REVIEW_STATES
from app.web.words.states.inventory import CREATIVE_FORMATS


def answer_in_words(review: CreativeReview) -> str:
    """What became of a creative, without its note: "Approved by the publisher"."""
    if review.state is ReviewState.APPROVED:
        return APPROVALS[review.decided_by or Decider.PUBLISHER].label
    if review.state is ReviewState.REFUSED:
        return REFUSAL_GROUNDS[review.ground or RefusalGround.SILENCE].sentence
    return REVIEW_STATES[review.state].sentence


def image_in_words(creative: Creative) -> str:
    """What kind of image a creative is: "PNG, 600 by 500 pixels, for sharp screens"."""
    size = {"width": count_words(creative.width_px), "height": count_words(creative.height_px)}
    parts = [CREATIVE_FORMATS[creative.format].label, _("%(width)s by %(height)s pixels", **size)]
    if creative.scale > 1:
        parts.append(_("for sharp screens"))
    if creative.duration_ms:
        parts.append(_("moves for %(seconds)s seconds", seconds=f"{creative.duration_ms / 1000:.1f}"))
    return ", ".join(parts)
