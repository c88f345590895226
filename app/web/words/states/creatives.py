"""What is said of a creative's review, its landing page and its answers; both parties read the same."""

from app.domain.creatives.states import Decider, LandingResult, RefusalEffect, RefusalGround, ReviewState
from app.foundation.messages import N_
from app.web.words.states.wording import StateWords

REVIEW_STATES = {
    ReviewState.WAITING: StateWords(N_("Waits for an answer"), "ending", N_("Waits for the publisher's answer")),
    ReviewState.APPROVED: StateWords(N_("Approved"), "live", N_("Approved by the publisher")),
    ReviewState.CHANGE_ASKED: StateWords(N_("Change asked for"), sentence_id=N_("The publisher asks for a change")),
    ReviewState.REFUSED: StateWords(N_("Refused"), "error", N_("The publisher refused the ad")),
    ReviewState.REPLACED: StateWords(
        N_("Replaced before an answer"),
        sentence_id=N_("The buyer sent another one before there was an answer"),
    ),
}
APPROVALS = {
    Decider.PUBLISHER: StateWords(N_("Approved by the publisher")),
    Decider.RULE: StateWords(N_("Approved at once, as the socket's rule says")),
    Decider.SILENCE: StateWords(N_("Approved, as the terms of the sale say for no answer in time")),
}
REFUSAL_GROUNDS = {
    RefusalGround.CATEGORY: StateWords(
        N_("A category that is blocked on this socket"),
        sentence_id=N_("Refused: it is for something that is blocked on this socket"),
    ),
    RefusalGround.SIZE: StateWords(
        N_("Size or weight"), sentence_id=N_("Refused: its size or weight is not the socket's")
    ),
    RefusalGround.TECHNICAL_FAULT: StateWords(
        N_("A technical fault: broken, or not shown as it should be"),
        sentence_id=N_("Refused: it is broken, or cannot be shown as it should"),
    ),
    RefusalGround.LANDING_PAGE: StateWords(
        N_("The landing page: it does not open, or is not what the ad says"),
        sentence_id=N_("Refused: the landing page does not open, or is not what the ad says"),
    ),
    RefusalGround.TASTE_RULES: StateWords(
        N_("Breaking the rules written down with the socket"),
        sentence_id=N_("Refused: it breaks the rules written down with the socket"),
    ),
    RefusalGround.SILENCE: StateWords(N_("No answer in time"), sentence_id=N_("Refused: there was no answer in time")),
}
REFUSAL_EFFECTS = {
    RefusalEffect.NOTHING: StateWords(
        N_("No money moves"),
        sentence_id=N_("No money moves: an approved ad runs on, or the booking is over."),
    ),
    RefusalEffect.BUYERS_CHOICE: StateWords(
        N_("The buyer chooses"),
        sentence_id=N_(
            "The buyer can then send another ad, or end the booking and take the money back for what was not "
            "delivered. A second refusal ends the booking by itself."
        ),
    ),
    RefusalEffect.MONEY_BACK: StateWords(
        N_("Ends the booking"),
        sentence_id=N_(
            "An ad was refused for this booking before. A second refusal ends the booking: its days are free again, "
            "and the money for what was not delivered goes back to the buyer."
        ),
    ),
}
LANDING_STATES = {
    LandingResult.UNCHECKED: StateWords(N_("Not looked at yet")),
    LandingResult.REACHED: StateWords(N_("Opened when we looked"), "live"),
    LandingResult.UNREACHABLE: StateWords(N_("Could not be reached"), "ending"),
    LandingResult.NOT_ACCEPTABLE: StateWords(N_("Not acceptable"), "error"),
}
