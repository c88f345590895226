"""A socket's calendar by month, for its publisher and for everybody else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.inventory.states import ClaimKind
from app.web.words.dates import month_words
from app.web.words.messages import _
from app.web.words.states.inventory import DAY_KINDS
from app.web.words.states.wording import StateWords

MONTHS_AHEAD_MAX = 12
MONTHS_A_YEAR = 12
DAY = timedelta(days=1)
WEEK_DAYS = 7
FREE = "free"


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day: the kind that colours it, and what it says."""

    day: date
    kind: str
    words: str
    is_past: bool
    is_today: bool


@dataclass(frozen=True, slots=True)
class MonthGrid:
    """Weeks from Monday to Sunday, None where another month's days would stand; neighbours as ``2027-03``."""

    first: date
    weeks: Sequence[Sequence[DayCell | None]]
    previous: str | None
    following: str | None

    @property
    def title(self) -> str:
        """The month's name and year."""
        return month_words(self.first)


def month_bounds(month: str, today: date) -> tuple[date, date]:
    """The first day of the asked month and of the next; this month's for a question that makes no sense."""
    this_month = today.replace(day=1)
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        first = this_month
    if not 0 <= _months_between(this_month, first) <= MONTHS_AHEAD_MAX:
        first = this_month
    return first, _month_after(first)


def month_of(
    first: date,
    taken: Mapping[date, Mapping[ClaimKind, int]],
    *,
    places: int,
    today: date,
    words: Mapping[ClaimKind, StateWords] = DAY_KINDS,
    tells_past: bool = False,
) -> MonthGrid:
    """The calendar of a month.

    Args:
        first: its first day.
        taken: how many places are taken by kind, on the days that are not wholly free.
        places: how many the socket has.
        today: at the site.
        words: what a taken place is called; the first that is taken colours a day without a free one.
        tells_past: whether a day that is over still says what it was.
    """
    days = [first + number * DAY for number in range((_month_after(first) - first).days)]
    cells: list[DayCell | None] = [None] * first.weekday()
    cells += [
        DayCell(
            day,
            _colour(taken.get(day, {}), places, words),
            _words(taken.get(day, {}), places, words)
            if day >= today
            else _past_words(_words(taken[day], places, words) if tells_past and taken.get(day) else ""),
            is_past=day < today,
            is_today=day == today,
        )
        for day in days
    ]
    cells += [None] * (-len(cells) % WEEK_DAYS)
    before, after = (first - DAY).replace(day=1), _month_after(first)
    return MonthGrid(
        first=first,
        weeks=[cells[start : start + WEEK_DAYS] for start in range(0, len(cells), WEEK_DAYS)],
        previous=f"{before:%Y-%m}" if _months_between(today, before) >= 0 else None,
        following=f"{after:%Y-%m}" if _months_between(today, after) <= MONTHS_AHEAD_MAX else None,
    )


def _colour(taken: Mapping[ClaimKind, int], places: int, called: Mapping[ClaimKind, StateWords]) -> str:
    """The kind that colours a day: while one of its places is free, the day is free."""
    if sum(taken.values()) < places:
        return FREE
    return next(kind.value for kind in called if taken.get(kind))


def _words(taken: Mapping[ClaimKind, int], places: int, called: Mapping[ClaimKind, StateWords]) -> str:
    """What a day says: "Sold", or "1 sold, 2 free"."""
    kinds = [kind for kind in called if taken.get(kind)]
    if not kinds:
        return _("Free")
    if places == 1:
        return called[kinds[0]].label
    words = [called[kind].sentence % {"count": taken[kind]} for kind in kinds]
    free = max(places - sum(taken.values()), 0)
    return ", ".join([*words, _("%(count)s free", count=free)] if free else words)


def _past_words(words: str) -> str:
    return _("Over: %(words)s", words=words) if words else _("Over")


def _month_after(first: date) -> date:
    return date(first.year + first.month // MONTHS_A_YEAR, first.month % MONTHS_A_YEAR + 1, 1)


def _months_between(earlier: date, later: date) -> int:
    return (later.year - earlier.year) * MONTHS_A_YEAR + later.month - earlier.month
