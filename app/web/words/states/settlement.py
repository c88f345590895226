"""What is said of settled days, payouts and what keeps money from being paid out."""

from app.domain.settlement.states import (
    AdjustmentReason,
    BatchState,
    DayOutcome,
    EntityKind,
    PayoutObstacle,
    PayoutState,
    ReturnReason,
)
from app.foundation.messages import N_
from app.web.words.states.wording import StateWords

DAY_OUTCOMES = {
    DayOutcome.DELIVERED: StateWords(
        N_("Delivered"),
        sentence_id=N_(
            "Delivered: the ad got at least 80 % of its share of the day's requests, or every whole one in that share."
        ),
    ),
    DayOutcome.NO_CREATIVE: StateWords(
        N_("No ad"),
        sentence_id=N_("Charged as delivered: there was no approved ad, and the day was kept for the buyer."),
    ),
    DayOutcome.PAUSED_BY_BUYER: StateWords(
        N_("Paused by the buyer"),
        sentence_id=N_("Charged as delivered: the buyer had paused it, and the day was kept for them."),
    ),
    DayOutcome.PAUSED_BY_PUBLISHER: StateWords(
        N_("Paused by the publisher"), sentence_id=N_("Back to the buyer: the publisher had paused it.")
    ),
    DayOutcome.REVIEW_LATE: StateWords(
        N_("Answered late"),
        sentence_id=N_("Back to the buyer: the publisher did not answer in time whether the ad may run."),
    ),
    DayOutcome.NO_REQUESTS: StateWords(
        N_("No requests"),
        sentence_id=N_("Back to the buyer: nobody asked for the socket. Its tag was missing, or nobody came."),
    ),
    DayOutcome.UNDER_DELIVERED: StateWords(
        N_("Under-delivered"),
        sentence_id=N_("Back to the buyer: the ad got less than 80 % of its share of the day's requests."),
    ),
    DayOutcome.ENDED: StateWords(
        N_("Ended before"), sentence_id=N_("Back to the buyer: the booking had ended before the day was over.")
    ),
}
ADJUSTMENT_REASONS = {
    AdjustmentReason.PLATFORM_FAULT: StateWords(
        N_("Our fault"), sentence_id=N_("We did not serve or count as we should have.")
    ),
    AdjustmentReason.JUDGED_WRONG: StateWords(
        N_("Judged wrong"), sentence_id=N_("What the day was judged from was not what happened.")
    ),
}
OBSTACLES = {
    PayoutObstacle.NO_BANK_ACCOUNT: StateWords(
        N_("We do not know your bank account"), sentence_id=N_("We do not know where to pay them.")
    ),
    PayoutObstacle.NO_TAX_PROFILE: StateWords(
        N_("Your tax details are missing"), sentence_id=N_("Your tax profile is missing.")
    ),
    PayoutObstacle.CAME_BACK: StateWords(
        N_("Your bank sent a payout back"),
        sentence_id=N_("The bank sent your last payout back. Please check the account."),
    ),
    PayoutObstacle.ON_ITS_WAY: StateWords(
        N_("A payout is under way"),
        sentence_id=N_("A payout is under way. The next one is set aside when that one is paid."),
    ),
    PayoutObstacle.TOO_LITTLE: StateWords(N_("Less than the least payout")),
}
PAYOUT_STATES = {
    PayoutState.DUE: StateWords(N_("Set aside")),
    PayoutState.IN_FILE: StateWords(N_("On its way")),
    PayoutState.PAID: StateWords(N_("Paid"), "live"),
    PayoutState.RETURNED: StateWords(N_("Sent back by the bank"), "error"),
}
BATCH_STATES = {
    BatchState.MADE: StateWords(N_("Made"), "ending"),
    BatchState.PAID: StateWords(N_("Paid"), "live"),
}
ENTITY_KINDS = {
    EntityKind.INDIVIDUAL: StateWords(N_("A person, or a business without a form of its own")),
    EntityKind.COMPANY: StateWords(N_("A corporation or limited company")),
    EntityKind.PARTNERSHIP: StateWords(N_("A partnership")),
    EntityKind.NONPROFIT: StateWords(N_("A charity, club or public body")),
}
RETURN_REASONS = {
    ReturnReason.UNDELIVERED: StateWords(N_("Undelivered")),
    ReturnReason.DECLINED: StateWords(N_("Declined")),
    ReturnReason.STOPPED: StateWords(N_("Stopped")),
}
