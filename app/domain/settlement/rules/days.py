"""What became of a day, and when earnings are paid: pure rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from math import floor

from app.domain.settlement.states import EARNED, DayOutcome

DELIVERED_PERCENT = 80
SETTLED_AFTER = timedelta(hours=6)
AVAILABLE_AFTER = timedelta(days=7)
PAYOUT_MINOR_MIN = 1_000
PAYOUT_WEEKDAY = 0
PAYOUT_HOUR_UTC = 6
WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)
NO_TIME = timedelta()
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """A run of time, ``[begins_at, ends_at)``; without an end it still runs."""

    begins_at: datetime
    ends_at: datetime | None

    def holds(self, moment: datetime) -> bool:
        """Whether the moment lies in it."""
        return self.begins_at <= moment and (self.ends_at is None or moment < self.ends_at)


@dataclass(frozen=True, slots=True)
class ReviewWindow:
    """A creative that was sent to the publisher, and when an answer was due and came."""

    sent_at: datetime
    due_at: datetime
    answered_at: datetime | None
    is_refused_by_silence: bool

    def is_publisher_late(self, moment: datetime) -> bool:
        """Whether it is the publisher's fault that nothing runs at this moment, when this was sent last."""
        if self.answered_at is None or moment < self.answered_at:
            return moment >= self.due_at
        return self.is_refused_by_silence or self.answered_at > self.due_at


@dataclass(frozen=True, slots=True)
class DeliveryHistory:
    """Who kept a line item from running, and when."""

    paused_by_publisher: tuple[TimeSpan, ...] = ()
    paused_by_buyer: tuple[TimeSpan, ...] = ()
    ran: tuple[TimeSpan, ...] = ()
    """When an approved creative was on it."""
    reviews: tuple[ReviewWindow, ...] = ()
    """What the publisher was asked to approve, oldest first."""

    def fault_at(self, moment: datetime) -> DayOutcome | None:
        """Why nothing could run at this moment; None when it could. The publisher's part comes before the buyer's."""
        if any(span.holds(moment) for span in self.paused_by_publisher):
            return DayOutcome.PAUSED_BY_PUBLISHER
        has_creative = any(span.holds(moment) for span in self.ran)
        if not has_creative and self._is_review_late(moment):
            return DayOutcome.REVIEW_LATE
        if any(span.holds(moment) for span in self.paused_by_buyer):
            return DayOutcome.PAUSED_BY_BUYER
        return None if has_creative else DayOutcome.NO_CREATIVE

    def change_times(self) -> set[datetime]:
        """Every moment at which the answer of ``fault_at`` may change."""
        spans = (*self.paused_by_publisher, *self.paused_by_buyer, *self.ran)
        moments = {moment for span in spans for moment in (span.begins_at, span.ends_at)}
        moments |= {moment for one in self.reviews for moment in (one.sent_at, one.due_at, one.answered_at)}
        return {moment for moment in moments if moment is not None}

    def _is_review_late(self, moment: datetime) -> bool:
        sent = [one for one in self.reviews if one.sent_at <= moment]
        return bool(sent) and sent[-1].is_publisher_late(moment)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFacts:
    """Everything from which a day is judged."""

    begins_at: datetime
    ends_at: datetime
    places: int
    """Of the socket when it was sold: the line item's share of the requests is one of them."""
    requests: int
    """Valid ones of the socket."""
    filled: int
    """With the line item."""
    requests_by_hour: Mapping[datetime, int]
    """The same requests by the beginning of their hour, or of the shorter piece that a day's end leaves of one."""
    cuts: frozenset[datetime] = frozenset()
    """Where such a piece may begin, also those without a request: they tell how long one is."""
    history: DeliveryHistory
    ended_at: datetime | None = None
    """When the line item was declined or stopped, if it was."""


def judge(facts: DayFacts) -> DayOutcome:
    """What became of a day.

    Delivered is what got 80 % of its share of the day's valid requests, or the whole requests in that share:
    of 3 requests for 2 places a fair rotation gives one of them 1. Of a day that did not, the hours
    in which the buyer left nothing to show are taken out: when the rest was delivered, or there is no
    rest, the buyer lost the day and pays. Otherwise the day goes back. A socket that asked for nothing
    earns nothing, whatever the buyer did.

    Of fewer requests than places a line item may have got none and counts as delivered, only because rotation
    could not reach it; so not when something else kept it from running.

    Source: product.md, section 5.
    """
    if facts.ended_at is not None and facts.ended_at < facts.ends_at:
        return DayOutcome.ENDED
    if facts.requests == 0:
        return DayOutcome.NO_REQUESTS
    is_delivered, lost = _is_delivered(facts, Fraction(facts.requests)), _time_lost(facts)
    if is_delivered and (facts.filled or not lost):
        return DayOutcome.DELIVERED
    publishers, missed = frozenset(lost) - EARNED, _requests_missed(facts)
    rest = facts.requests - missed
    if missed and _is_delivered(facts, rest) and (facts.filled or not rest or not publishers):
        return _longest(lost, EARNED)
    if publishers:
        return _longest(lost, publishers)
    return DayOutcome.DELIVERED if is_delivered else DayOutcome.UNDER_DELIVERED


def may_settle(day_ends_at: datetime, *, now: datetime, counted_until: datetime | None) -> bool:
    """Whether a day is far enough behind, and everything that happened until then is counted."""
    return counted_until is not None and min(now, counted_until) >= day_ends_at + SETTLED_AFTER


def parts_returned(left_minor: int, *, on_card_minor: int) -> tuple[int, int]:
    """What of the rest goes to the card and what becomes credit: the card first, as far as it was charged.

    >>> parts_returned(100, on_card_minor=70), parts_returned(100, on_card_minor=300)
    ((70, 30), (100, 0))
    """
    to_card = min(left_minor, max(0, on_card_minor))
    return to_card, left_minor - to_card


def payout_round(now: datetime) -> datetime:
    """When the present round of payouts began: the last Monday at 06:00 UTC.

    >>> payout_round(datetime(2026, 11, 23, 5, 59, tzinfo=UTC)).isoformat()
    '2026-11-16T06:00:00+00:00'
    >>> payout_round(datetime(2026, 11, 23, 6, 0, tzinfo=UTC)).isoformat()
    '2026-11-23T06:00:00+00:00'
    """
    here = now.astimezone(UTC)
    monday = here - timedelta(days=(here.weekday() - PAYOUT_WEEKDAY) % 7)
    began = monday.replace(hour=PAYOUT_HOUR_UTC, minute=0, second=0, microsecond=0)
    return began if began <= here else began - WEEK


def _is_delivered(facts: DayFacts, requests: Fraction) -> bool:
    share = requests / facts.places
    return facts.filled >= floor(share) or facts.filled * 100 >= DELIVERED_PERCENT * share


def _segments(facts: DayFacts) -> list[tuple[datetime, datetime]]:
    """The day cut where the fault may change and where an hour begins."""
    cuts = {moment for moment in facts.history.change_times() if facts.begins_at < moment < facts.ends_at}
    cuts |= {hour for hour in facts.requests_by_hour if facts.begins_at < hour < facts.ends_at}
    return list(pairwise([facts.begins_at, *sorted(cuts), facts.ends_at]))


def _time_lost(facts: DayFacts) -> dict[DayOutcome, timedelta]:
    lost: dict[DayOutcome, timedelta] = {}
    for begins_at, ends_at in _segments(facts):
        fault = facts.history.fault_at(begins_at)
        if fault is not None:
            lost[fault] = lost.get(fault, NO_TIME) + (ends_at - begins_at)
    return lost


def _requests_missed(facts: DayFacts) -> Fraction:
    """The requests that came while the buyer left nothing to show; of an hour cut in two, its part of the time."""
    return sum((_missed_in(facts, hour, count) for hour, count in facts.requests_by_hour.items()), Fraction())


def _missed_in(facts: DayFacts, hour: datetime, count: int) -> Fraction:
    lost, hour_ends_at = NO_TIME, _end_of_hour(facts, hour)
    for begins_at, ends_at in _segments(facts):
        if facts.history.fault_at(begins_at) in EARNED:
            lost += max(NO_TIME, min(ends_at, hour_ends_at) - max(begins_at, hour))
    return count * Fraction(lost // MICROSECOND, (hour_ends_at - hour) // MICROSECOND)


def _end_of_hour(facts: DayFacts, hour: datetime) -> datetime:
    """Where the piece that begins here ends: after an hour, or sooner, where a day ends or the next one begins."""
    ends = (hour + HOUR, facts.ends_at, *facts.cuts, *facts.requests_by_hour)
    return min(end for end in ends if end > hour)


def _longest(lost: Mapping[DayOutcome, timedelta], among: frozenset[DayOutcome]) -> DayOutcome:
    return max((fault for fault in DayOutcome if fault in lost and fault in among), key=lambda fault: lost[fault])
