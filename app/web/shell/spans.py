"""Spans of time in words, and days: one way to say them on the pages of both sides."""

from datetime import date, datetime

UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))
JUST_NOW = "less than a minute ago"


def span_words(seconds: float) -> str:
    """How long something takes, in its two largest units: "2 days 3 hours", "4 minutes".

    >>> span_words(180_000), span_words(61), span_words(20)
    ('2 days 2 hours', '1 minute', 'less than a minute')
    """
    left = max(0, int(seconds))
    parts: list[str] = []
    for size, unit in UNITS:
        number, left = divmod(left, size)
        if number:
            parts.append(f"{number} {unit}" if number == 1 else f"{number} {unit}s")
        elif parts:
            break
    return " ".join(parts[:2]) or "less than a minute"


def ago(moment: datetime, now: datetime) -> str:
    """How long ago something was, in its largest unit.

    >>> from datetime import UTC, timedelta
    >>> noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    >>> ago(noon - timedelta(seconds=5), noon), ago(noon - timedelta(hours=30), noon)
    ('less than a minute ago', '1 day ago')
    """
    seconds = max(0, int((now - moment).total_seconds()))
    for size, unit in UNITS:
        number = seconds // size
        if number:
            return f"{number} {unit} ago" if number == 1 else f"{number} {unit}s ago"
    return JUST_NOW


def day_words(day: date) -> str:
    """A day as lists print it: "Sun 22 Nov 2026"."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def days_words(starts_on: date, ends_before: date) -> str:
    """A run of days by its first and last one: "22 Nov to 28 Nov 2026"."""
    last = date.fromordinal(ends_before.toordinal() - 1)
    if last == starts_on:
        return f"{last.day} {last:%b %Y}"
    first = f"{starts_on.day} {starts_on:%b}" if starts_on.year == last.year else f"{starts_on.day} {starts_on:%b %Y}"
    return f"{first} to {last.day} {last:%b %Y}"
