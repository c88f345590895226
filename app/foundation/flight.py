"""Days: runs of dates, and where a local day begins and ends in time.

A day belongs to a place. It has 24 hours, or 23, 25 or 24.5 when its clocks change, and a day that
its place skipped has none. A day begins where its midnight is; if the clocks jump over midnight, where
they jump; if midnight comes twice, at the first. Each day ends where the next begins, so between them no
moment is lost and none is counted twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.foundation.errors import Refusal
from app.foundation.messages import N_

FLIGHT_DAYS_MAX = 366
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


class FlightRefused(Refusal):
    """The dates do not fit: the end must come after the start."""

    field = "ends_before"


@dataclass(frozen=True, slots=True, order=True)
class Flight:
    """The dates of an ad: from ``starts_on`` up to, and without, ``ends_before``; 1 to 366 days.

    >>> week = Flight(date(2026, 12, 28), date(2027, 1, 4))
    >>> week.length, week.contains(date(2027, 1, 3)), week.contains(date(2027, 1, 4))
    (7, True, False)

    Raises:
        FlightRefused: it ends before it has begun, or is longer than 366 days.
    """

    starts_on: date
    ends_before: date

    def __post_init__(self) -> None:
        if self.ends_before <= self.starts_on:
            raise FlightRefused
        if self.length > FLIGHT_DAYS_MAX:
            raise FlightRefused(N_("Dates can cover %(days)s days at most."), days=FLIGHT_DAYS_MAX)

    @property
    def length(self) -> int:
        """How many days."""
        return (self.ends_before - self.starts_on).days

    @property
    def days(self) -> tuple[date, ...]:
        """Every day of it, in order."""
        return tuple(self)

    @property
    def ends_on(self) -> date:
        """The last day, which is what people are shown."""
        return self.ends_before - DAY

    def overlaps(self, other: "Flight") -> bool:
        """Whether the two share a day; one that ends where the other starts does not."""
        return self.starts_on < other.ends_before and other.starts_on < self.ends_before

    def contains(self, day: date) -> bool:
        """Whether the day is one of its days."""
        return self.starts_on <= day < self.ends_before

    def starts_at(self, zone: ZoneInfo) -> datetime:
        """The moment it begins in this place, in UTC."""
        return _start_of(self.starts_on, zone)

    def ends_at(self, zone: ZoneInfo) -> datetime:
        """The first moment after it in this place, in UTC."""
        return _start_of(self.ends_before, zone)

    def __iter__(self) -> Iterator[date]:
        return (self.starts_on + offset * DAY for offset in range(self.length))


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Where a place's day begins and ends.

    >>> start, end = day_bounds(date(2026, 11, 1), ZoneInfo("America/Los_Angeles"))
    >>> start.isoformat(), (end - start) / timedelta(hours=1)
    ('2026-11-01T07:00:00+00:00', 25.0)

    Returns:
        Its first moment and the first moment of the next day, in UTC. The same moment twice for a day
        that never was: Samoa had no 30 December 2011.
    """
    return _start_of(day, zone), _start_of(day + DAY, zone)


def today(now: datetime, zone: ZoneInfo) -> date:
    """The day of a place within whose bounds ``now`` is."""
    day = now.astimezone(zone).date()
    # Clocks that go back over midnight show the day before once more; it has ended all the same.
    return day + DAY if now >= _start_of(day + DAY, zone) else day


def _start_of(day: date, zone: ZoneInfo) -> datetime:
    midnight = datetime.combine(day, time.min, tzinfo=zone)
    start = midnight.astimezone(UTC)
    if start.astimezone(zone).replace(tzinfo=None) == midnight.replace(tzinfo=None):
        return start
    return _jump_over(midnight)


def _jump_over(midnight: datetime) -> datetime:
    """The moment at which clocks jump over a midnight that does not exist.

    The two readings of such a midnight, with the offset before the jump and with the one after it, lie
    on both sides of the jump.
    """
    zone = midnight.tzinfo
    before = midnight.replace(fold=1).astimezone(UTC)
    after = midnight.replace(fold=0).astimezone(UTC)
    offset_before = before.astimezone(zone).utcoffset()
    while after - before > SECOND:
        middle = before + (after - before) // SECOND // 2 * SECOND
        if middle.astimezone(zone).utcoffset() == offset_before:
            before = middle
        else:
            after = middle
    return after
