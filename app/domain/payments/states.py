"""States of a payment intent, and the kinds of decline."""

from dataclasses import dataclass
from enum import StrEnum

from app.foundation.states import Transitions


class IntentKind(StrEnum):
    """What the card processor is asked to do."""

    CHARGE = "charge"
    """Take money from a card."""
    REFUND = "refund"
    """Give money back to the card it came from (a void while that is still possible)."""


class IntentState(StrEnum):
    """Where an intent stands."""

    PLANNED = "planned"
    """Written down and committed; nobody was asked yet."""
    SENT = "sent"
    """The processor is being asked; no answer has been stored."""
    UNKNOWN = "unknown"
    """The answer was lost. Never asked again under another key: found out by its key."""
    SUCCEEDED = "succeeded"
    """Done."""
    DECLINED = "declined"
    """Refused by the card's bank or the processor; no money moved."""


class DeclineKind(StrEnum):
    """Who declined; with the code it decides the sentence that a buyer reads."""

    BANK = "bank"
    """The card's bank."""
    GATEWAY = "gateway"
    """The processor's own checks, before the bank was asked."""
    NETWORK = "network"
    """Nobody could be asked."""
    INVALID = "invalid"
    """The card can no longer be used here."""


@dataclass(frozen=True, slots=True)
class Decline:
    """Why no money moved; after a hard decline the same card will not do."""

    code: str
    kind: DeclineKind
    is_hard: bool


INTENT_MOVES = Transitions(
    {
        IntentState.PLANNED: frozenset({IntentState.SENT}),
        IntentState.SENT: frozenset({IntentState.SUCCEEDED, IntentState.DECLINED, IntentState.UNKNOWN}),
        IntentState.UNKNOWN: frozenset({IntentState.SUCCEEDED, IntentState.DECLINED, IntentState.SENT}),
        IntentState.SUCCEEDED: frozenset[IntentState](),
        IntentState.DECLINED: frozenset[IntentState](),
    }
)
UNSETTLED = frozenset({IntentState.PLANNED, IntentState.SENT, IntentState.UNKNOWN})
