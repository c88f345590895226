"""The words for a creative's review, its landing page and its answers; both parties read the same."""

from app.domain.creatives.models import Creative, CreativeReview
from app.domain.creatives.states import Decider, LandingResult, RefusalGround, ReviewState

GROUNDS = {
    RefusalGround.CATEGORY: "It is for something that is blocked on this socket",
    RefusalGround.SIZE: "Its size or weight is not the socket's",
    RefusalGround.TECHNICAL_FAULT: "It is broken, or cannot be shown as it should",
    RefusalGround.LANDING_PAGE: "The landing page does not open, or is not what the ad says",
    RefusalGround.TASTE_RULES: "It breaks the rules written down with the socket",
    RefusalGround.SILENCE: "There was no answer in time",
}
SHORT_GROUNDS = {
    RefusalGround.CATEGORY: "A category that is blocked on this socket",
    RefusalGround.SIZE: "Size or weight",
    RefusalGround.TECHNICAL_FAULT: "A technical fault: broken, or not shown as it should be",
    RefusalGround.LANDING_PAGE: "The landing page: it does not open, or is not what the ad says",
    RefusalGround.TASTE_RULES: "Breaking the rules written down with the socket",
    RefusalGround.SILENCE: "No answer in time",
}
LANDING_BADGES = {
    LandingResult.UNCHECKED: ("neutral", "Not looked at yet"),
    LandingResult.REACHED: ("live", "Opened when we looked"),
    LandingResult.UNREACHABLE: ("ending", "Could not be reached"),
    LandingResult.NOT_ACCEPTABLE: ("error", "Not acceptable"),
}
BADGES = {
    ReviewState.WAITING: ("ending", "Waits for an answer"),
    ReviewState.APPROVED: ("live", "Approved"),
    ReviewState.CHANGE_ASKED: ("neutral", "Change asked for"),
    ReviewState.REFUSED: ("error", "Refused"),
    ReviewState.REPLACED: ("neutral", "Replaced before an answer"),
}


def answer_in_words(review: CreativeReview) -> str:
    """What became of a creative, without its note: "Approved by the publisher"."""
    by = review.decided_by
    if review.state is ReviewState.APPROVED:
        return {
            Decider.RULE: "Approved at once, as the socket's rule says",
            Decider.SILENCE: "Approved, as the terms of the sale say for no answer in time",
        }.get(by or Decider.PUBLISHER, "Approved by the publisher")
    if review.state is ReviewState.REFUSED:
        return f"Refused: {GROUNDS[review.ground or RefusalGround.SILENCE].lower()}"
    return {
        ReviewState.WAITING: "Waits for the publisher's answer",
        ReviewState.CHANGE_ASKED: "The publisher asks for a change",
        ReviewState.REPLACED: "The buyer sent another one before there was an answer",
    }[review.state]


def image_in_words(creative: Creative) -> str:
    """What kind of image a creative is: "PNG, 600 by 500 pixels, for sharp screens"."""
    name = creative.format.value.upper().replace("WEBP", "WebP")
    parts = [name, f"{creative.width_px:,} by {creative.height_px:,} pixels"]
    if creative.scale > 1:
        parts.append("for sharp screens")
    if creative.duration_ms:
        parts.append(f"moves for {creative.duration_ms / 1000:.1f} seconds")
    return ", ".join(parts)
