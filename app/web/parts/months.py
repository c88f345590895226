"""A socket's calendar by month, for its publisher and for everybody else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.inventory.states import ClaimKind
from app.web.words.dates import month_words

MONTHS_AHEAD_MAX = 12
MONTHS_A_YEAR = 12
DAY = timedelta(days=1)
WEEK_DAYS = 7
DAY_WORDS = {
    ClaimKind.SALE: "sold",
    ClaimKind.AUCTION: "in auction",
    ClaimKind.HOLD: "held",
    ClaimKind.HOUSE: "not for sale",
}


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day: the kind that colours it, and what it says."""

    day: date
    kind: str
    words: str
    is_past: bool
    is_today: bool
    is_untaken: bool


@dataclass(frozen=True, slots=True)
class Month:
    """Weeks from Monday to Sunday, None where another month's days would stand; neighbours as ``2027-03``."""

    first: date
    weeks: Sequence[Sequence[DayCell | None]]
    previous: str | None
    following: str | None

    @property
    def title(self) -> str:
        """The month's name and year."""
        return month_words(self.first)


def month_bounds(asked: str, today: date) -> tuple[date, date]:
    """The first day of the asked month and of the next; this month's for a question that makes no sense."""
    this_month = today.replace(day=1)
    try:
        first = date.fromisoformat(f"{asked}-01")
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
    words: Mapping[ClaimKind, str] = DAY_WORDS,
) -> Month:
    """The calendar of a month.

    Args:
        first: its first day.
        taken: how many places are taken by kind, on the days that are not wholly free.
        places: how many the socket has.
        today: at the site.
        words: what a taken place is called; the first that is taken colours a day without a free one.
    """
    days = [first + number * DAY for number in range((_month_after(first) - first).days)]
    cells: list[DayCell | None] = [None] * first.weekday()
    cells += [
        DayCell(
            day,
            *_said(taken.get(day, {}), places, words),
            is_past=day < today,
            is_today=day == today,
            is_untaken=not taken.get(day),
        )
        for day in days
    ]
    cells += [None] * (-len(cells) % WEEK_DAYS)
    before, after = (first - DAY).replace(day=1), _month_after(first)
    return Month(
        first=first,
        weeks=[cells[start : start + WEEK_DAYS] for start in range(0, len(cells), WEEK_DAYS)],
        previous=f"{before:%Y-%m}" if _months_between(today, before) >= 0 else None,
        following=f"{after:%Y-%m}" if _months_between(today, after) <= MONTHS_AHEAD_MAX else None,
    )


def _said(taken: Mapping[ClaimKind, int], places: int, called: Mapping[ClaimKind, str]) -> tuple[str, str]:
    """The kind that colours a day, and its words: "Sold", or "1 sold, 2 free"."""
    kinds = [kind for kind in called if taken.get(kind)]
    free = max(places - sum(taken.values()), 0)
    words = [f"{taken[kind]} {called[kind]}" if places > 1 else called[kind] for kind in kinds]
    if free:
        words.append(f"{free} free" if places > 1 and words else "free")
    said = ", ".join(words)
    return "free" if free else kinds[0].value, said[0].upper() + said[1:]


def _month_after(first: date) -> date:
    return date(first.year + first.month // MONTHS_A_YEAR, first.month % MONTHS_A_YEAR + 1, 1)


def _months_between(earlier: date, later: date) -> int:
    return (later.year - earlier.year) * MONTHS_A_YEAR + later.month - earlier.month
