"""States of payouts, and what became of a day."""

from enum import StrEnum

from app.foundation.states import Transitions


class DayOutcome(StrEnum):
    """What became of one day of a line item, and who is paid for it."""

    DELIVERED = "delivered"
    """It got at least 80 % of its share of the day's valid requests, or all that rotation could give: earned."""
    NO_CREATIVE = "no_creative"
    """The buyer had no approved creative, through nobody else's fault: charged and paid as delivered."""
    PAUSED_BY_BUYER = "paused_by_buyer"
    """The buyer had paused it: charged and paid as delivered."""
    PAUSED_BY_PUBLISHER = "paused_by_publisher"
    """The publisher had paused it: goes back to the buyer."""
    REVIEW_LATE = "review_late"
    """The publisher answered late, or not: goes back to the buyer."""
    NO_REQUESTS = "no_requests"
    """The tag was missing or nobody came: goes back to the buyer."""
    UNDER_DELIVERED = "under_delivered"
    """It got less than 80 % of its share: goes back to the buyer."""
    ENDED = "ended"
    """The line item was declined or stopped before: goes back to the buyer."""


EARNED = frozenset({DayOutcome.DELIVERED, DayOutcome.NO_CREATIVE, DayOutcome.PAUSED_BY_BUYER})


class ReturnReason(StrEnum):
    """Why money of a line item goes back to its buyer."""

    UNDELIVERED = "undelivered"
    """Days of the flight were not delivered."""
    DECLINED = "declined"
    """The creative was refused before the flight."""
    STOPPED = "stopped"
    """The line item ended before its last day."""


class AdjustmentReason(StrEnum):
    """Why a settled day was corrected."""

    PLATFORM_FAULT = "platform_fault"
    """We did not serve or count as we should have."""
    JUDGED_WRONG = "judged_wrong"
    """What the day was judged from was not what happened."""


class PayoutState(StrEnum):
    """Where a payout stands."""

    DUE = "due"
    """Set aside for the next bank file."""
    IN_FILE = "in_file"
    """In a bank file that is not marked paid yet."""
    PAID = "paid"
    """The bank has paid it."""
    RETURNED = "returned"
    """The bank sent it back; the money is available again."""


PAYOUT_MOVES = Transitions(
    {
        PayoutState.DUE: frozenset({PayoutState.IN_FILE}),
        PayoutState.IN_FILE: frozenset({PayoutState.PAID}),
        PayoutState.PAID: frozenset({PayoutState.RETURNED}),
        PayoutState.RETURNED: frozenset[PayoutState](),
    }
)


class BatchState(StrEnum):
    """Where a bank file stands."""

    MADE = "made"
    """To be uploaded to the bank."""
    PAID = "paid"
    """A second member of staff has marked it paid."""


BATCH_MOVES = Transitions({BatchState.MADE: frozenset({BatchState.PAID}), BatchState.PAID: frozenset[BatchState]()})


class PayoutObstacle(StrEnum):
    """What keeps earnings from being paid out in the next round."""

    NO_BANK_ACCOUNT = "no_bank_account"
    """We do not know where to pay them."""
    NO_TAX_PROFILE = "no_tax_profile"
    """The publisher has not certified what they are for tax."""
    CAME_BACK = "came_back"
    """The bank sent the last payout back, and the account is still the same."""
    ON_ITS_WAY = "on_its_way"
    """A payout is under way; the next one is set aside when it has been paid."""
    TOO_LITTLE = "too_little"
    """Less than the least payout will be available."""


class EntityKind(StrEnum):
    """What a publisher is for tax."""

    INDIVIDUAL = "individual"
    """A person, or a business without a form of its own."""
    COMPANY = "company"
    """A corporation or limited company."""
    PARTNERSHIP = "partnership"
    """A partnership."""
    NONPROFIT = "nonprofit"
    """A charity, club or public body."""
