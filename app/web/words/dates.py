"""Days, moments and spans of time in words: one form for each purpose, in the reader's language.

=================  ===========================================  ==============================
purpose            function                                     in English
=================  ===========================================  ==============================
a day              ``day_words``                                22 Nov 2026
a day of a table   ``weekday_words``                            Sun 22 Nov 2026
a month            ``month_words``                              November 2026
a run of days      ``run_words``, ``run_and_length_words``      22 Nov to 28 Nov 2026, 7 days
a moment           ``moment_words``                             22 Nov 2026, 14:05 PST
time left, taken   ``span_words``                               2 days 3 hours
time ago           ``ago_words``                                2 days ago
=================  ===========================================  ==============================

The order within a day is the catalogue's: its patterns are messages too, in the notation of the Unicode CLDR.
"""

from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_timedelta, get_day_names
from babel.lists import format_list
from babel.units import format_unit

from app.web.words.messages import _, locale, ngettext, pgettext

SPAN_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
SPAN_UNITS_SHOWN = 2
MINUTE_S = 60
DAYS_A_WEEK = 7
MONDAY = date(2024, 1, 1)
DAY = timedelta(days=1)
# A year of days in every pattern, a dozen pages of listings with their spans.
CACHED_MAX = 4_096


def day_words(day: date) -> str:
    """A day: "22 Nov 2026"."""
    return _written(day, pgettext("pattern of a date", "d MMM y"), locale())


def weekday_words(day: date) -> str:
    """A day where the day of the week helps, as in a table of days: "Sun 22 Nov 2026"."""
    return _written(day, pgettext("pattern of a date", "EEE d MMM y"), locale())


def short_day_words(day: date, *, with_year: bool = False) -> str:
    """A day below a chart: "22 Nov", "22 Nov 26"."""
    if with_year:
        return _written(day, pgettext("pattern of a date", "d MMM yy"), locale())
    return _written(day, pgettext("pattern of a date", "d MMM"), locale())


def month_words(day: date) -> str:
    """The month of a day: "November 2026"."""
    return _written(day, pgettext("pattern of a date", "LLLL y"), locale())


def weekdays() -> list[tuple[str, str]]:
    """The days of a week from Monday on, short and in full: "Mon", "Monday"."""
    short, full = (get_day_names(width, "stand-alone", locale()) for width in ("abbreviated", "wide"))
    return [(short[number], full[number]) for number in range(DAYS_A_WEEK)]


def run_words(starts_on: date, ends_before: date) -> str:
    """A run of days by its first and last one: "22 Nov to 28 Nov 2026"."""
    last = ends_before - DAY
    if last == starts_on:
        return day_words(last)
    first = short_day_words(starts_on) if starts_on.year == last.year else day_words(starts_on)
    return _("%(first)s to %(last)s", first=first, last=day_words(last))


def run_and_length_words(starts_on: date, ends_before: date) -> str:
    """A run of days where its length is a matter of price: "22 Nov to 28 Nov 2026, 7 days"."""
    days = run_words(starts_on, ends_before)
    return ngettext("%(days)s, 1 day", "%(days)s, %(num)s days", (ends_before - starts_on).days, days=days)


def moment_words(moment: datetime, zone: tzinfo) -> str:
    """A moment on the clocks of a zone, with the zone's name: "22 Nov 2026, 14:05 PST"."""
    here = moment.astimezone(zone)
    clock = f"{here:%H:%M} {here.tzname()}"
    return _("%(day)s, %(clock)s", day=day_words(here.date()), clock=clock)


def at_words(moment: datetime, zone: tzinfo) -> str:
    """When something is, to stand in a sentence: "on 22 Nov 2026 at 14:05 PST"."""
    day, clock = _day_and_clock(moment, zone)
    return _("on %(day)s at %(clock)s", day=day, clock=clock)


def limit_words(moment: datetime, zone: tzinfo) -> str:
    """Until when something has to be done, to stand in a sentence: "by 22 Nov 2026 at 14:05 PST"."""
    day, clock = _day_and_clock(moment, zone)
    return _("by %(day)s at %(clock)s", day=day, clock=clock)


def from_to_words(starts_on: date, ends_before: date) -> str:
    """The days of a flight with its last one, to stand in a sentence: "from 3 Dec 2026 to 9 Dec 2026"."""
    first, last = day_words(starts_on), day_words(ends_before - timedelta(days=1))
    return _("on %(day)s", day=first) if first == last else _("from %(first)s to %(last)s", first=first, last=last)


def span_words(span: timedelta) -> str:
    """How long something takes or is still to come, in its two largest units: "2 days 3 hours", "1 minute 1 second".

    >>> span_words(timedelta(days=2, hours=3, minutes=4)), span_words(timedelta(seconds=-5))
    ('2 days 3 hours', '0 seconds')
    """
    return _span(max(0, int(span.total_seconds())), locale())


def ago_words(moment: datetime, now: datetime) -> str:
    """How long ago something was, in its largest unit.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    >>> ago_words(noon - timedelta(seconds=5), noon), ago_words(noon - timedelta(hours=30), noon)
    ('less than a minute ago', '1 day ago')
    """
    seconds = max(0, int((now - moment).total_seconds()))
    return _ago(seconds // MINUTE_S * MINUTE_S, locale()) if seconds >= MINUTE_S else _("less than a minute ago")


def _day_and_clock(moment: datetime, zone: tzinfo) -> tuple[str, str]:
    here = moment.astimezone(zone)
    return day_words(here.date()), f"{here:%H:%M} {here.tzname()}"


@lru_cache(maxsize=CACHED_MAX)
def _written(day: date, pattern: str, here: Locale) -> str:
    return str(format_date(day, pattern, locale=here))


@lru_cache(maxsize=CACHED_MAX)
def _span(seconds: int, here: Locale) -> str:
    amounts = []
    for unit, size in SPAN_UNITS:
        amount, seconds = divmod(seconds, size)
        amounts.append((amount, unit))
    first = next((index for index, (amount, _unit) in enumerate(amounts) if amount), len(amounts) - 1)
    shown = [pair for pair in amounts[first : first + SPAN_UNITS_SHOWN] if pair[0]] or [(0, "second")]
    return str(format_list([_unit_words(*pair, here) for pair in shown], style="unit-narrow", locale=here))


@lru_cache(maxsize=CACHED_MAX)
def _unit_words(amount: int, unit: str, here: Locale) -> str:
    return str(format_unit(amount, f"duration-{unit}", "long", locale=here))


@lru_cache(maxsize=CACHED_MAX)
def _ago(seconds: int, here: Locale) -> str:
    return str(format_timedelta(timedelta(seconds=-seconds), threshold=1, add_direction=True, locale=here))
