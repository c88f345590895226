"""What became of a day, worked out minute by minute: slow, and written without a look at the rules."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

# In the order in which a tie is decided.
BUYERS = ("no_creative", "paused_by_buyer")
PUBLISHERS = ("paused_by_publisher", "review_late")


@dataclass(frozen=True)
class Question:
    """A creative sent to the publisher, in minutes from the day's beginning."""

    sent: int
    due: int
    answered: int | None
    by_silence: bool


@dataclass(frozen=True)
class Day:
    """A day of so many minutes; pauses and runs are lists of (from, before), an open end is None."""

    minutes: int
    places: int
    filled: int
    pieces: Sequence[tuple[int, int, int]]
    """What was counted together: from, before, how many requests. They follow one another through the whole day."""
    publisher_pauses: Sequence[tuple[int, int | None]]
    buyer_pauses: Sequence[tuple[int, int | None]]
    runs: Sequence[tuple[int, int | None]]
    questions: Sequence[Question]
    ended: int | None

    @property
    def requests(self) -> int:
        """All of them."""
        return sum(count for _, _, count in self.pieces)


def outcome(day: Day) -> str:
    """What became of it, by its stored name."""
    if day.ended is not None and day.ended < day.minutes:
        return "ended"
    if day.requests == 0:
        return "no_requests"
    is_fair = is_enough(day, Fraction(day.requests))
    faults = [fault(day, minute) for minute in range(day.minutes)]
    lost = Counter(one for one in faults if one is not None)
    if is_fair and (day.filled > 0 or not lost):
        return "delivered"
    left = Fraction(0)
    for begin, end, count in day.pieces:
        good = sum(1 for one in faults[begin:end] if one not in BUYERS)
        left += Fraction(count * good, end - begin)
    is_publishers = any(lost[name] for name in PUBLISHERS)
    is_told_apart = day.filled > 0 or left == 0 or not is_publishers
    if left < day.requests and is_enough(day, left) and is_told_apart:
        return most_of(lost, BUYERS)
    if is_publishers:
        return most_of(lost, PUBLISHERS)
    return "delivered" if is_fair else "under_delivered"


def is_enough(day: Day, requests: Fraction) -> bool:
    """Four fifths of the line item's share of these requests, or as many as fair turns give every place."""
    turns = requests // day.places
    return day.filled >= turns or 5 * day.filled * day.places >= 4 * requests


def fault(day: Day, minute: int) -> str | None:
    """Whose fault it is that nothing could run in this minute."""
    has_creative = within(day.runs, minute)
    if within(day.publisher_pauses, minute):
        return "paused_by_publisher"
    if not has_creative and waits_for_publisher(day.questions, minute):
        return "review_late"
    if within(day.buyer_pauses, minute):
        return "paused_by_buyer"
    return None if has_creative else "no_creative"


def waits_for_publisher(questions: Sequence[Question], minute: int) -> bool:
    """Whether the newest question was not answered in time, or by silence only."""
    newest = None
    for question in questions:
        if question.sent <= minute:
            newest = question
    if newest is None:
        return False
    if newest.answered is not None and newest.answered <= minute:
        return newest.by_silence or newest.answered > newest.due
    return newest.due <= minute


def within(spans: Sequence[tuple[int, int | None]], minute: int) -> bool:
    """Whether a span covers the minute."""
    return any(begin <= minute and (end is None or minute < end) for begin, end in spans)


def most_of(lost: Counter[str], names: Sequence[str]) -> str:
    """The one that took the most time; of equals the first."""
    return max(names, key=lambda name: lost[name])


def posted(price: int, bps: int, earned: Sequence[bool]) -> list[tuple[int, int]]:
    """What each day posts of price and commission: the difference of what is due before and after it."""
    parts, count = [], 0
    for is_earned in earned:
        before = due(price, bps, len(earned), count)
        count += is_earned
        after = due(price, bps, len(earned), count)
        parts.append((after[0] - before[0], after[1] - before[1]))
    return parts


def due(price: int, bps: int, days: int, count: int) -> tuple[int, int]:
    """Price and commission of ``count`` of ``days`` days, in exact fractions and then in whole cents."""
    exact = Fraction(price * count, days)
    worth = exact.numerator // exact.denominator
    commission = Fraction(worth * bps, 10_000) + Fraction(1, 2)
    return worth, commission.numerator // commission.denominator
