"""What is said of what is asked of the card processor."""

from app.domain.payments.states import IntentKind, IntentState
from app.foundation.messages import N_
from app.web.words.states.wording import StateWords

INTENT_KINDS = {
    IntentKind.CHARGE: StateWords(N_("Charge")),
    IntentKind.REFUND: StateWords(N_("Refund")),
}
INTENT_STATES = {
    IntentState.PLANNED: StateWords(N_("Planned")),
    IntentState.SENT: StateWords(N_("Sent")),
    IntentState.UNKNOWN: StateWords(N_("Unknown"), "error"),
    IntentState.SUCCEEDED: StateWords(N_("Succeeded"), "live"),
    IntentState.DECLINED: StateWords(N_("Declined"), "error"),
}
