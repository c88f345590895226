"""Rows and words of the campaign pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from app.domain.creatives.queries import LineItemRow, PaidLineItem, ReviewRow, opens_money_back
from app.domain.creatives.states import ReviewState
from app.domain.inventory.queries import product_name
from app.domain.inventory.states import OnSilence
from app.domain.orders.queries import flight_of
from app.domain.orders.states import LineItemState, Party
from app.domain.settlement.queries.days import SettledMoney
from app.foundation.messages import N_
from app.web.parts.creative_words import answer_in_words, image_in_words
from app.web.parts.returned import return_in_words
from app.web.words.dates import day_words
from app.web.words.messages import _, ngettext, translated
from app.web.words.states.creatives import LANDING_STATES
from app.web.words.states.orders import LINE_ITEM_STATES, PAUSED_BY

if TYPE_CHECKING:
    from app.domain.creatives.models import Creative, CreativeReview

OVER = frozenset({LineItemState.FINISHED, LineItemState.STOPPED, LineItemState.DECLINED})
# Once the buyer may choose to end it instead.
STEPS_OR_MONEY_BACK = {
    ReviewState.CHANGE_ASKED: N_(
        "The publisher asks for a change. Read why below, and send a changed ad, or ask for the money back."
    ),
    ReviewState.REFUSED: N_("Your ad was refused. Read why below, and send another one, or ask for the money back."),
}
STEPS = {
    ReviewState.CHANGE_ASKED: N_("The publisher asks for a change. Read why below, and send a changed ad."),
    ReviewState.REFUSED: N_("Your ad was refused. Read why below, and send another one."),
}
# In a list: by the newest review, without and with an ad that was approved before.
IN_A_LIST = {
    ReviewState.WAITING: (
        N_("An ad waits for the publisher's answer"),
        N_("Approved; an ad waits for the publisher's answer"),
    ),
    ReviewState.CHANGE_ASKED: (N_("The publisher asks for a change"), N_("Approved; the publisher asks for a change")),
    ReviewState.REFUSED: (N_("The ad was refused"), N_("Approved; the ad was refused")),
}


@dataclass(frozen=True, slots=True)
class CreativeStatus:
    """How the creatives of a booking stand: the one that runs, the newest one, and who paused it, if somebody did."""

    booked: PaidLineItem
    rows: list[ReviewRow]
    running: ReviewRow | None
    paused_by: Party | None
    money: SettledMoney
    now: datetime

    @property
    def latest(self) -> "CreativeReview | None":
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


def state_in_words(situation: CreativeStatus) -> str:
    """How a booking stands, for either party."""
    line_item = situation.booked.line_item
    if line_item.state in OVER:
        ended = LINE_ITEM_STATES[line_item.state].sentence
        return " ".join((ended, return_in_words(situation.money, line_item.currency)))
    if line_item.state is LineItemState.PAUSED:
        return PAUSED_BY[situation.paused_by or Party.PLATFORM].sentence
    if line_item.state is LineItemState.IN_FLIGHT:
        if situation.running:
            return _("The ad is on its place.")
        return _("Its days have begun without an ad. Days without an approved ad are charged as delivered.")
    begins_on = day_words(line_item.starts_on)
    if situation.running:
        return _("It begins on %(day)s, and the ad is approved.", day=begins_on)
    return _("It begins on %(day)s. No ad is approved yet.", day=begins_on)


def next_for_buyer(situation: CreativeStatus) -> str:
    """What the buyer does next; empty when there is nothing to do."""
    if not situation.booked.is_live:
        return ""
    latest, terms = situation.latest, situation.booked.line_item.terms
    if latest is None or latest.state is ReviewState.REPLACED:
        hours = terms.hours_to_answer
        if not hours:
            return _("Send your ad. It needs no answer and runs from the first day.")
        return ngettext(
            "Send your ad. The publisher answers within 1 hour, so send it at least that early.",
            "Send your ad. The publisher answers within %(num)s hours, so send it at least that early.",
            hours,
        )
    if latest.state is ReviewState.WAITING:
        return " ".join((_("Wait for the publisher's answer."), _silence_in_words(situation)))
    return translated((STEPS_OR_MONEY_BACK if situation.can_ask_money_back else STEPS).get(latest.state, ""))


def next_for_publisher(situation: CreativeStatus) -> str:
    """What the publisher does next; empty when there is nothing to do."""
    latest = situation.latest
    if not situation.booked.is_live or latest is None or latest.state is not ReviewState.WAITING:
        return ""
    return " ".join((_("An ad waits for your answer."), _silence_in_words(situation)))


def _silence_in_words(situation: CreativeStatus) -> str:
    if situation.booked.line_item.terms.on_silence is OnSilence.APPROVE:
        return _("Without an answer by then the ad runs.")
    if situation.running is not None:
        return _("Without an answer by then the ad counts as refused, and the approved one stays.")
    return _(
        "Without an answer by then the ad counts as refused, the booking ends, and the money for what was not "
        "delivered goes back."
    )


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One ad that was sent, as the history shows it."""

    review: "CreativeReview"
    creative: "Creative"
    answer: str
    image: str
    product: str
    landing: tuple[str, str]
    is_running: bool


def review_lines(situation: CreativeStatus) -> list[ReviewLine]:
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
    alone, beside = IN_A_LIST.get(row.latest or ReviewState.REPLACED, (N_("Needs an ad"), N_("Approved")))
    return translated(beside if row.has_creative else alone)
