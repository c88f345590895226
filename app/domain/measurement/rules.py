"""Pure rules of the measurement room: which hour an event belongs to, what repeats, and what makes a figure."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.domain.measurement.states import Measure, Verdict
from app.foundation.flight import day_bounds, today

HOUR_MS = 3_600_000
MINUTE_MS = 60_000
KEY_BYTES = 20
# Before this age no day of an event can be closed: days are settled 6 h after their end at the earliest, and an
# hour is kept for transactions on their way.
MAY_BE_LATE_AFTER = timedelta(hours=5)
OWN_ADDRESS_FOR = timedelta(hours=24)
TRAFFIC_DAYS = 30
TRAFFIC_DAYS_MIN = 7
MEASURABLE_MIN = 100


class AdEvent(NamedTuple):
    """One event of the log, as far as it concerns the counting. Absent ids are 0, absent words are empty."""

    measure: Measure
    """What its line tells of; a decision is a request, which may be filled."""
    at_ms: int
    """When, in milliseconds since the epoch, market time."""
    socket_id: int
    line_item_id: int
    creative_id: int
    nonce: str
    address_hash: str
    agent: str
    host: str
    is_measurable: bool
    fault: Verdict | None
    """Why it does not count, as far as the line alone tells; None when nothing is wrong with it."""


class RateLimit(NamedTuple):
    """So many events within so long."""

    events: int
    window_ms: int


class RateWindow(NamedTuple):
    """How many events were counted since the first one."""

    began_ms: int
    events: int


# Product: views 5 per 5 minutes per address, agent and socket; impressions and viewable impressions each for
# themselves, so that a view cannot count whose impression did not. Clicks 3 per 10 minutes per address and line
# item: the second step of the ladder that EthicalAds publishes; its first (1 a minute) would refuse the honest
# reader who comes back to a page and looks again.
VIEW_LIMIT = RateLimit(5, 5 * MINUTE_MS)
CLICK_LIMIT = RateLimit(3, 10 * MINUTE_MS)
LIMITS = {Measure.IMPRESSION: VIEW_LIMIT, Measure.VIEWABLE: VIEW_LIMIT, Measure.CLICK: CLICK_LIMIT}


def window_key(event: AdEvent) -> str:
    """Whose window an event falls into; empty when no address was noted and readers cannot be told apart.

    Readers who object to being recognised (GPC) have no address hash: their events are not limited by rate.
    """
    if not event.address_hash:
        return ""
    if event.measure is Measure.CLICK:
        whose = f"{event.line_item_id}\t{event.creative_id if event.line_item_id == 0 else ''}"
    else:
        whose = f"{event.socket_id}\t{event.agent}"
    words = f"{event.measure.value}\t{event.address_hash}\t{whose}"
    return hashlib.blake2b(words.encode(), digest_size=KEY_BYTES).hexdigest()


def counted_in(window: RateWindow | None, limit: RateLimit, at_ms: int) -> RateWindow | None:
    """The window with this event counted in it; None when it is full.

    A window begins with its first event. An event that comes long before that (the clock was moved back)
    begins a new one, as one after its end does.

    >>> limit = RateLimit(2, 1000)
    >>> counted_in(None, limit, 5), counted_in(RateWindow(5, 2), limit, 1004)
    (RateWindow(began_ms=5, events=1), None)
    >>> counted_in(RateWindow(5, 2), limit, 1005)
    RateWindow(began_ms=1005, events=1)
    """
    if window is None or not -limit.window_ms < at_ms - window.began_ms < limit.window_ms:
        return RateWindow(at_ms, 1)
    if window.events >= limit.events:
        return None
    return RateWindow(window.began_ms, window.events + 1)


class HourGrid:
    """Cuts time into the hours of a place, so that each of its days is made of whole ones.

    Hours are counted from the beginning of the place's day: also where clocks differ by half an hour, and on
    days of 23, 24.5 or 25 hours. The last hour of a day ends with it. Days of other zones (a line item keeps
    the zone it was sold in) cut hours too, so that they are made of whole pieces as well.

    >>> grid = HourGrid([ZoneInfo("Asia/Kolkata")])
    >>> datetime.fromtimestamp(grid.start_of(1_795_370_400_000) / 1000, UTC).isoformat()
    '2026-11-22T17:30:00+00:00'
    """

    def __init__(self, zones: Sequence[ZoneInfo]) -> None:
        """The place's own zone comes first."""
        self._zones = tuple(dict.fromkeys(zones))
        self._start_ms = 0
        self._end_ms = 0

    def start_of(self, at_ms: int) -> int:
        """The beginning of the hour of this moment, both in milliseconds since the epoch."""
        # Events come nearly in order: the hour of the last one is nearly always that of this one.
        if not self._start_ms <= at_ms < self._end_ms:
            self._start_ms, self._end_ms = self._hour_around(at_ms)
        return self._start_ms

    def starts_between(self, begin_ms: int, end_ms: int) -> Iterator[int]:
        """Every beginning of an hour from the one of the first moment to before the second, in milliseconds."""
        at_ms = begin_ms
        while at_ms < end_ms:
            start_ms, at_ms = self._hour_around(at_ms)
            yield start_ms

    def _hour_around(self, at_ms: int) -> tuple[int, int]:
        days = [_day_around(at_ms, zone) for zone in self._zones]
        day_start_ms, _ = days[0]
        hour_ms = day_start_ms + (at_ms - day_start_ms) // HOUR_MS * HOUR_MS
        starts = [hour_ms, *(start for start, _ in days)]
        ends = [hour_ms + HOUR_MS, *(end for _, end in days)]
        return max(starts), min(ends)


def _day_around(at_ms: int, zone: ZoneInfo) -> tuple[int, int]:
    start, end = day_bounds(today(moment_from_ms(at_ms), zone), zone)
    return in_ms(start), in_ms(end)


def moment_from_ms(at_ms: int) -> datetime:
    """The moment so many milliseconds after the epoch, in UTC."""
    return datetime.fromtimestamp(at_ms / 1000, UTC)


def in_ms(at: datetime) -> int:
    """Milliseconds from the epoch to this moment."""
    return round(at.timestamp() * 1000)


class HourCount(NamedTuple):
    """How many events of a measure count in one hour of a socket."""

    socket_id: int
    hour_at: datetime
    measure: Measure
    events: int


@dataclass(slots=True)
class DailySums:
    """What hours come to by socket and local day, and the hour of the first request of each socket that has one."""

    days: dict[tuple[int, date], dict[Measure, int]] = field(default_factory=dict)
    first_request_at: dict[int, datetime] = field(default_factory=dict)


def daily_sums(hours: Iterable[HourCount], zones: Mapping[int, ZoneInfo]) -> DailySums:
    """Adds hours up by day. An hour belongs to the day in which it begins, even where it was cut for another zone.

    Args:
        hours: in any order.
        zones: the zone of each socket's days.
    """
    sums, known = DailySums(), dict[tuple[ZoneInfo, datetime], date]()
    for socket_id, hour_at, measure, events in hours:
        moment_there = zones[socket_id], hour_at
        day = known.get(moment_there)
        if day is None:
            day = known[moment_there] = today(hour_at, zones[socket_id])
        of_day = sums.days.get((socket_id, day))
        if of_day is None:
            of_day = sums.days[socket_id, day] = dict.fromkeys(Measure, 0)
        of_day[measure] += events
        if measure is Measure.REQUEST:
            sums.first_request_at[socket_id] = min(hour_at, sums.first_request_at.get(socket_id, hour_at))
    return sums


@dataclass(frozen=True, slots=True)
class TrafficSummary:
    """What a socket's own tag measured over the last days: the middle day, the weakest and the best."""

    days: int
    median: int
    low: int
    high: int
    viewable_bps: int | None
    """Of 10,000 measurable impressions, how many were viewable; None when too few could be measured."""


def traffic_of(requests: Iterable[int], *, measurable: int, viewable: int) -> TrafficSummary | None:
    """The traffic that whole days add up to; None when there are fewer than seven.

    Args:
        requests: counted requests of each day in order, from the first day with any.
        measurable: counted measurable impressions of all of these days.
        viewable: counted viewable impressions of them.
    """
    days = list(requests)
    if len(days) < TRAFFIC_DAYS_MIN:
        return None
    return TrafficSummary(
        days=len(days),
        median=int(median(days)),
        low=min(days),
        high=max(days),
        viewable_bps=min(viewable * 10_000 // measurable, 10_000) if measurable >= MEASURABLE_MIN else None,
    )
