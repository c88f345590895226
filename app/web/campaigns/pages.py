"""Rows and words of the campaign pages."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.domain.creatives.models import Creative, CreativeReview
from app.domain.creatives.queries import Booked, LineItemRow, ReviewRow, opens_money_back
from app.domain.creatives.states import ReviewState
from app.domain.inventory.queries import product_name
from app.domain.inventory.states import OnSilence
from app.domain.orders.queries import flight_of
from app.domain.orders.states import LineItemState, Party
from app.domain.settlement.queries.days import LineItemMoney
from app.web.parts.creative_words import answer_in_words, image_in_words
from app.web.parts.returned import return_in_words
from app.web.words.dates import day_words
from app.web.words.messages import _
from app.web.words.states.creatives import LANDING_STATES

OVER = {
    LineItemState.FINISHED: "The last day is over.",
    LineItemState.STOPPED: "Stopped before its last day.",
    LineItemState.DECLINED: "Declined before its first day.",
    LineItemState.CANCELLED: "Cancelled before its first day.",
}
BADGES = {
    LineItemState.BOOKED: ("neutral", "Booked"),
    LineItemState.IN_FLIGHT: ("live", "Running"),
    LineItemState.PAUSED: ("ending", "Paused"),
    LineItemState.FINISHED: ("neutral", "Finished"),
    LineItemState.STOPPED: ("error", "Stopped"),
    LineItemState.DECLINED: ("error", "Declined"),
    LineItemState.CANCELLED: ("neutral", "Cancelled"),
}
CHARGED = "Days without an approved ad are charged as delivered."


@dataclass(frozen=True, slots=True)
class Situation:
    """How the creatives of a booking stand: the one that runs, the newest one, and who paused it, if somebody did."""

    booked: Booked
    rows: list[ReviewRow]
    running: ReviewRow | None
    paused_by: Party | None
    money: LineItemMoney
    now: datetime

    @property
    def latest(self) -> CreativeReview | None:
        """The newest review; None when nothing was sent yet."""
        return self.rows[0].review if self.rows else None

    @property
    def starts_at(self) -> datetime:
        """The moment the flight begins, in UTC."""
        line_item = self.booked.line_item
        return flight_of(line_item).starts_at(ZoneInfo(line_item.time_zone))

    @property
    def can_pause(self) -> bool:
        """Whether this party can take the ad off its place for a while."""
        return self.booked.line_item.state is LineItemState.IN_FLIGHT

    @property
    def can_resume(self) -> bool:
        """Whether this party has paused it, and can let it run again."""
        own = Party.BUYER if self.booked.is_buyer else Party.PUBLISHER
        return self.booked.line_item.state is LineItemState.PAUSED and self.paused_by is own

    @property
    def can_ask_money_back(self) -> bool:
        """Whether the buyer can follow a refusal, or a second request for a change, by asking for the money back."""
        is_waiting = ReviewState.WAITING in {row.review.state for row in self.rows}
        is_stuck = self.running is None and not is_waiting
        return self.booked.is_buyer and self.booked.is_live and is_stuck and opens_money_back(self.rows)


def state_in_words(situation: Situation) -> str:
    """How a booking stands, for either party."""
    line_item = situation.booked.line_item
    if line_item.state in OVER:
        return f"{OVER[line_item.state]} {return_in_words(situation.money, line_item.currency)}"
    if line_item.state is LineItemState.PAUSED:
        who = {Party.BUYER: "the buyer", Party.PUBLISHER: "the publisher"}.get(
            situation.paused_by or Party.PLATFORM, "us"
        )
        return f"Paused by {who}. Nothing is shown meanwhile."
    if line_item.state is LineItemState.IN_FLIGHT:
        return _("The ad is on its place.") if situation.running else f"Its days have begun without an ad. {CHARGED}"
    begins = f"It begins on {day_words(line_item.starts_on)}"
    return f"{begins}, and the ad is approved." if situation.running else f"{begins}. No ad is approved yet."


def next_for_buyer(situation: Situation) -> str:
    """What the buyer does next; empty when there is nothing to do."""
    if not situation.booked.is_live:
        return ""
    latest, terms = situation.latest, situation.booked.line_item.terms
    if latest is None or latest.state is ReviewState.REPLACED:
        hours = terms.hours_to_answer
        if not hours:
            return _("Send your ad. It needs no answer and runs from the first day.")
        return f"Send your ad. The publisher answers within {hours} hours, so send it at least that early."
    words = {
        ReviewState.WAITING: f"Wait for the publisher's answer. {_silence_in_words(situation)}",
        ReviewState.CHANGE_ASKED: _("The publisher asks for a change. Read why below, and send a changed ad."),
        ReviewState.REFUSED: _("Your ad was refused. Read why below, and send another one."),
        ReviewState.APPROVED: "",
    }[latest.state]
    if situation.can_ask_money_back and latest.state is not ReviewState.APPROVED:
        words = f"{words.removesuffix('.')}, or ask for the money back."
    return words


def next_for_publisher(situation: Situation) -> str:
    """What the publisher does next; empty when there is nothing to do."""
    latest = situation.latest
    if not situation.booked.is_live or latest is None or latest.state is not ReviewState.WAITING:
        return ""
    return f"An ad waits for your answer. {_silence_in_words(situation)}"


def _silence_in_words(situation: Situation) -> str:
    if situation.booked.line_item.terms.on_silence is OnSilence.APPROVE:
        return _("Without an answer by then the ad runs.")
    refused = _("Without an answer by then the ad counts as refused")
    if situation.running is not None:
        return f"{refused}, and the approved one stays."
    return f"{refused}, the booking ends, and the money for what was not delivered goes back."


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One ad that was sent, as the history shows it."""

    review: CreativeReview
    creative: Creative
    answer: str
    image: str
    product: str
    landing: tuple[str, str]
    is_running: bool


def review_lines(situation: Situation) -> list[ReviewLine]:
    """Every ad that was sent for a booking, newest first."""
    return [
        ReviewLine(
            review=row.review,
            creative=row.creative,
            answer=answer_in_words(row.review),
            image=image_in_words(row.creative),
            product=product_name(row.creative.product_code),
            landing=LANDING_STATES[row.review.landing_state].badge,
            is_running=row is situation.running,
        )
        for row in situation.rows
    ]


def row_in_words(row: LineItemRow) -> str:
    """How the creative of a booking stands, in a list."""
    if row.line_item.state in OVER:
        return ""
    waiting = {
        ReviewState.WAITING: _("An ad waits for the publisher's answer"),
        ReviewState.CHANGE_ASKED: _("The publisher asks for a change"),
        ReviewState.REFUSED: _("The ad was refused"),
    }.get(row.latest or ReviewState.REPLACED)
    if row.has_creative:
        return "Approved" if waiting is None else f"Approved; {waiting[0].lower()}{waiting[1:]}"
    return waiting or _("Needs an ad")
