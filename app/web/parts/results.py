"""Results, as both sides of a deal see them: the same rows, the same words, made here and nowhere else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.measurement.queries import counted_until
from app.domain.measurement.queries.results import results_in
from app.domain.measurement.queries.statistics import NOTHING, EventFigures
from app.domain.measurement.states import Measure
from app.foundation.flight import Flight, day_bounds, today
from app.web.words.dates import run_words, short_day_words, weekday_words
from app.web.words.messages import _
from app.web.words.numbers import count_words, share_words
from app.web.words.states.measurement import MEASURES, VERDICTS
from app.web.words.states.wording import StateWords

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MONTH_DAYS = 30
YEAR_DAYS = 365
EARLIEST = date(2012, 1, 1)
# An ad that was given out on the last evening can be clicked on the day after; later than this nothing is asked for.
AFTER_MAX = 30 * DAY


@dataclass(frozen=True, slots=True)
class ResultsSubject:
    """Whose results: a socket with all that is booked on it, or one line item of it."""

    site: str
    socket: str
    socket_id: int
    zone: ZoneInfo
    line_item_id: int | None = None
    flight: Flight | None = None


@dataclass(frozen=True, slots=True)
class ResultsPeriod:
    """Which stretch of local time: some days, or the hours of one."""

    first: date
    before: date
    by_hour: bool = False
    is_flight: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether it has not begun yet."""
        return self.before <= self.first

    @property
    def query(self) -> dict[str, str]:
        """What an address asks for to get it."""
        if self.by_hour:
            return {"day": self.first.isoformat()}
        if self.is_flight:
            return {"period": "flight"}
        return {"period": "month", "until": (self.before - DAY).isoformat()}

    @property
    def words(self) -> str:
        """Its days, for people."""
        return weekday_words(self.first) if self.by_hour else run_words(self.first, self.before)


@dataclass(frozen=True, slots=True)
class Row:
    """One day or hour of results, or the sum of them."""

    label: str
    short: str
    figures: EventFigures
    day: date | None = None
    """The day whose hours can be looked at."""

    @property
    def counts(self) -> list[int]:
        """What was counted, measure by measure."""
        return [self.figures.counted(measure) for measure in Measure]

    @property
    def viewable_share(self) -> str:
        """Viewable impressions of every hundred measurable ones."""
        return share_words(self.figures.counted(Measure.VIEWABLE), self.figures.counted(Measure.MEASURABLE))

    @property
    def click_rate(self) -> str:
        """Clicks of every hundred impressions."""
        return share_words(self.figures.counted(Measure.CLICK), self.figures.counted(Measure.IMPRESSION))


@dataclass(frozen=True, slots=True)
class MeasureSum:
    """A measure's sum, so that a reader can check it: what came in, what was counted, and every reason for the rest."""

    name: str
    came_in: int
    counted: int
    reasons: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that a page of results shows."""

    subject: ResultsSubject
    period: ResultsPeriod
    rows: Sequence[Row]
    total: Row
    house: EventFigures
    """What the publisher's own ad got meanwhile; no part of the rows."""
    after: Row | None
    """What still came in of a flight after its last day, if anything did; a part of the total."""
    as_of: datetime | None
    zone_name: str

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all came in."""
        return not self.total.figures.events

    @property
    def house_words(self) -> str:
        """What the publisher's own ad got meanwhile; empty when it got nothing."""
        shown, seen, clicks = (
            self.house.counted(measure) for measure in (Measure.IMPRESSION, Measure.VIEWABLE, Measure.CLICK)
        )
        if not (shown or seen or clicks):
            return ""
        return _(
            "Your own ad, shown while nothing was booked, is not part of these figures. It got: impressions "
            "%(impressions)s, viewable %(viewable)s, clicks %(clicks)s.",
            impressions=count_words(shown),
            viewable=count_words(seen),
            clicks=count_words(clicks),
        )

    @property
    def checks(self) -> list[MeasureSum]:
        """What was not counted, measure by measure."""
        return checks_of(self.total.figures)

    @property
    def reasons(self) -> list[StateWords]:
        """The reasons that occurred, each with its meaning as its sentence."""
        found = {verdict for measure in Measure for verdict in self.total.figures.not_counted(measure)}
        return [words for verdict, words in VERDICTS.items() if verdict in found]


@dataclass(frozen=True, slots=True)
class _PeriodPart:
    """A day or an hour to be counted."""

    label: str
    short: str
    begins_at: datetime
    ends_at: datetime
    day: date | None


def period_of(query: Mapping[str, str], flight: Flight | None, here: date) -> ResultsPeriod:
    """The period that was asked for; what makes no sense is answered with the usual one.

    Args:
        query: of the address: ``day`` for the hours of a day, ``period`` and ``until`` for days.
        flight: the days of the line item, if it is about one; nothing outside them is shown.
        here: today at the site.
    """
    day = _day(query.get("day"))
    if day is not None and day <= here and (flight is None or flight.contains(day)):
        return ResultsPeriod(day, day + DAY, by_hour=True)
    if flight is not None and query.get("period") != "month":
        return ResultsPeriod(flight.starts_on, min(flight.ends_before, here + DAY), is_flight=True)
    until = min(_day(query.get("until")) or here, here)
    first, before = until - (MONTH_DAYS - 1) * DAY, until + DAY
    if flight is not None:
        first, before = max(first, flight.starts_on), min(before, flight.ends_before)
    return ResultsPeriod(first, before)


def results_of(subject: ResultsSubject, query: Mapping[str, str], now: datetime) -> Results:
    """The results of a socket or a line item in the period that was asked for."""
    here = today(now, subject.zone)
    period = period_of(query, subject.flight, here)
    stretches = _hours(period.first, subject.zone) if period.by_hour else _days(period, subject.zone, here)
    bounds = [(one.begins_at, one.ends_at) for one in stretches]
    own, house = results_in(subject.socket_id, subject.line_item_id, bounds) if bounds else ([], NOTHING)
    rows = [
        Row(one.label, one.short, figures, one.day)
        for one, figures in zip(stretches, own, strict=True)
        if one.begins_at <= now
    ]
    after = _after(subject, period, now)
    return Results(
        subject=subject,
        period=period,
        rows=rows,
        total=Row(_("In all"), "", sum(own, after.figures if after else NOTHING)),
        house=house,
        after=after,
        as_of=counted_until(),
        zone_name=subject.zone.key,
    )


def checks_of(figures: EventFigures) -> list[MeasureSum]:
    """What came in of each measure, and what became of it."""
    return [
        MeasureSum(
            name=words.label,
            came_in=figures.all_of(measure),
            counted=figures.counted(measure),
            reasons=[(VERDICTS[verdict].label, events) for verdict, events in figures.not_counted(measure).items()],
        )
        for measure, words in MEASURES.items()
    ]


def _after(subject: ResultsSubject, period: ResultsPeriod, now: datetime) -> Row | None:
    """What came in of the whole flight's ad when it was over; the socket's later requests are not its."""
    if subject.flight is None or not period.is_flight or today(now, subject.zone) < subject.flight.ends_before:
        return None
    over_at = subject.flight.ends_at(subject.zone)
    [found], _house = results_in(subject.socket_id, subject.line_item_id, [(over_at, over_at + AFTER_MAX)])
    events = {key: count for key, count in found.events.items() if key[0] is not Measure.REQUEST}
    return Row(_("After the last day"), "", EventFigures(events)) if events else None


def _days(period: ResultsPeriod, zone: ZoneInfo, here: date) -> list[_PeriodPart]:
    length = max((period.before - period.first).days, 0)
    days = (period.first + number * DAY for number in range(length))
    return [
        _PeriodPart(
            _("%(day)s, so far", day=weekday_words(day)) if day == here else weekday_words(day),
            short_day_words(day, with_year=length >= YEAR_DAYS),
            *day_bounds(day, zone),
            day,
        )
        for day in days
    ]


def _hours(day: date, zone: ZoneInfo) -> list[_PeriodPart]:
    """The hours of a day, from its beginning on; also on days of 23, 24.5 or 25 hours."""
    begins_at, ends_at = day_bounds(day, zone)
    starts = []
    while begins_at < ends_at:
        starts.append(begins_at)
        begins_at += HOUR
    clocks = [f"{start.astimezone(zone):%H:%M}" for start in starts]
    # Where clocks go back an hour comes twice: the zone's name tells the two apart.
    labels = [
        clock if clocks.count(clock) == 1 else f"{clock} {start.astimezone(zone).tzname()}"
        for clock, start in zip(clocks, starts, strict=True)
    ]
    return [
        _PeriodPart(label, label, start, min(start + HOUR, ends_at), None)
        for label, start in zip(labels, starts, strict=True)
    ]


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if day >= EARLIEST else None
