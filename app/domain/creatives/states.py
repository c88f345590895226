"""States of a creative's review, and the named kinds around it."""

from enum import StrEnum

from app.foundation.states import Transitions


class ReviewState(StrEnum):
    """Where the review of a creative for a line item stands."""

    WAITING = "waiting"
    """The publisher has still to answer."""
    APPROVED = "approved"
    """It may run."""
    CHANGE_ASKED = "change_asked"
    """The publisher asked for a change; no refusal."""
    REFUSED = "refused"
    """Refused on a published ground."""
    REPLACED = "replaced"
    """The buyer sent another one before there was an answer."""


REVIEW_MOVES = Transitions(
    {
        ReviewState.WAITING: frozenset(
            {ReviewState.APPROVED, ReviewState.CHANGE_ASKED, ReviewState.REFUSED, ReviewState.REPLACED}
        ),
        ReviewState.APPROVED: frozenset[ReviewState](),
        ReviewState.CHANGE_ASKED: frozenset[ReviewState](),
        ReviewState.REFUSED: frozenset[ReviewState](),
        ReviewState.REPLACED: frozenset[ReviewState](),
    }
)


class Decider(StrEnum):
    """Who or what decided a review."""

    PUBLISHER = "publisher"
    """A person of the publisher's account."""
    RULE = "rule"
    """The socket's approval rule: no look was needed."""
    SILENCE = "silence"
    """The approval time ran out."""


class RefusalGround(StrEnum):
    """The published grounds on which a creative may be refused."""

    CATEGORY = "category"
    """What it advertises is blocked on this socket."""
    SIZE = "size"
    """Size or weight is not the socket's."""
    TECHNICAL_FAULT = "technical_fault"
    """It is broken, or cannot be shown as it should."""
    LANDING_PAGE = "landing_page"
    """The landing page does not open, or is not what the ad says."""
    TASTE_RULES = "taste_rules"
    """It breaks the rules that the publisher wrote down."""
    SILENCE = "silence"
    """The publisher did not answer in time; the terms of the sale say that this is a refusal."""


class RefusalEffect(StrEnum):
    """What a refusal by the publisher does to its line item."""

    NOTHING = "nothing"
    """It is over, or an approved creative runs on: no money moves."""
    BUYERS_CHOICE = "buyers_choice"
    """The buyer sends another creative, or takes the money back."""
    MONEY_BACK = "money_back"
    """The line item ends, and what was not delivered goes back by itself."""


class LandingResult(StrEnum):
    """What was found at the landing page."""

    UNCHECKED = "unchecked"
    """Nobody has looked yet."""
    REACHED = "reached"
    """It opened."""
    UNREACHABLE = "unreachable"
    """It could not be opened when we looked."""
    NOT_ACCEPTABLE = "not_acceptable"
    """It opened with an error, or led somewhere an ad may not lead."""
