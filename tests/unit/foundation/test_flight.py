"""Runs of dates, and days that neither leave a gap nor overlap, wherever and whenever they are."""

import doctest
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.foundation import flight
from app.foundation.flight import DAY, FLIGHT_DAYS_MAX, SECOND, Flight, FlightRefused, day_bounds, today

ZONES = sorted(available_timezones())
days = st.dates(date(1900, 1, 1), date(2100, 1, 1))
zones = st.sampled_from(ZONES).map(ZoneInfo)
moments = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
flights = st.builds(lambda day, length: Flight(day, day + timedelta(days=length)), days, st.integers(1, 40))
near = st.tuples(flights, st.integers(-50, 50), st.integers(1, 40)).map(
    lambda drawn: (drawn[0], Flight(drawn[0].starts_on + drawn[1] * DAY, drawn[0].starts_on + sum(drawn[1:]) * DAY))
)
changing_days = [
    (date(2026, 11, 1), "America/Los_Angeles", 25.0),
    (date(2026, 3, 8), "America/Los_Angeles", 23.0),
    (date(2026, 10, 25), "Europe/London", 25.0),
    (date(2026, 3, 29), "Europe/London", 23.0),
    (date(2026, 10, 25), "Asia/Kolkata", 24.0),
    (date(2026, 4, 5), "Australia/Lord_Howe", 24.5),
    (date(2026, 10, 4), "Australia/Lord_Howe", 23.5),
    (date(2011, 12, 29), "Pacific/Apia", 24.0),
    (date(2011, 12, 30), "Pacific/Apia", 0.0),
    (date(2011, 12, 31), "Pacific/Apia", 24.0),
    (date(2018, 11, 4), "America/Sao_Paulo", 23.0),
    (date(2018, 2, 17), "America/Sao_Paulo", 25.0),
    (date(1919, 3, 30), "America/Toronto", 23.5),
    (date(2006, 10, 29), "America/St_Johns", 25.0),
]


def test_the_examples_are_true() -> None:
    assert doctest.testmod(flight).failed == 0


@pytest.mark.parametrize(("day", "zone", "hours"), changing_days)
def test_a_day_has_the_hours_its_place_gives_it(day: date, zone: str, hours: float) -> None:
    start, end = day_bounds(day, ZoneInfo(zone))
    assert (end - start) / timedelta(hours=1) == hours


def test_a_day_without_midnight_begins_where_the_clocks_jump() -> None:
    start, _ = day_bounds(date(2018, 11, 4), ZoneInfo("America/Sao_Paulo"))
    assert start == datetime(2018, 11, 4, 3, tzinfo=UTC)
    start, _ = day_bounds(date(1919, 3, 31), ZoneInfo("America/Toronto"))
    assert start == datetime(1919, 3, 31, 4, 30, tzinfo=UTC)


@given(day=days, zone=zones)
@example(day=date(2011, 12, 29), zone=ZoneInfo("Pacific/Apia"))
@example(day=date(2018, 11, 3), zone=ZoneInfo("America/Sao_Paulo"))
@example(day=date(1919, 3, 30), zone=ZoneInfo("America/Toronto"))
@example(day=date(1969, 9, 30), zone=ZoneInfo("Pacific/Kwajalein"))
def test_neighbouring_days_leave_no_gap_and_do_not_overlap(day: date, zone: ZoneInfo) -> None:
    start, end = day_bounds(day, zone)
    assert end == day_bounds(day + DAY, zone)[0]
    assert start <= end
    assert start.tzinfo is UTC
    # It begins at the very first second that the place calls by this date, or by a later one.
    assert start.astimezone(zone).date() >= day
    assert (start - SECOND).astimezone(zone).date() < day


@given(now=moments, zone=zones)
@example(now=datetime(2006, 10, 29, 2, 45, tzinfo=UTC), zone=ZoneInfo("America/St_Johns"))
@example(now=datetime(2011, 12, 30, 10, tzinfo=UTC), zone=ZoneInfo("Pacific/Apia"))
def test_every_moment_lies_within_the_day_it_is_today(now: datetime, zone: ZoneInfo) -> None:
    start, end = day_bounds(today(now, zone), zone)
    assert start <= now < end


def test_today_depends_on_the_place() -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert today(now, ZoneInfo("Pacific/Kiritimati")) == date(2026, 11, 23)
    assert today(now, ZoneInfo("Europe/London")) == date(2026, 11, 22)
    assert today(now.replace(hour=7), ZoneInfo("America/Los_Angeles")) == date(2026, 11, 21)


@given(flight=flights, zone=zones)
def test_a_flight_is_the_sum_of_its_days(flight: Flight, zone: ZoneInfo) -> None:
    bounds = [day_bounds(day, zone) for day in flight]
    assert bounds[0][0] == flight.starts_at(zone)
    assert bounds[-1][1] == flight.ends_at(zone)
    assert all(first[1] == second[0] for first, second in pairwise(bounds))


@given(flight=flights)
def test_its_days_are_those_it_contains(flight: Flight) -> None:
    assert flight.days == tuple(flight)
    assert len(flight.days) == flight.length
    assert flight.days[0] == flight.starts_on
    assert flight.days[-1] == flight.ends_on
    assert all(flight.contains(day) for day in flight.days)
    assert not flight.contains(flight.starts_on - DAY)
    assert not flight.contains(flight.ends_before)


@given(pair=near)
def test_flights_overlap_exactly_when_they_share_a_day(pair: tuple[Flight, Flight]) -> None:
    one, other = pair
    assert one.overlaps(other) == other.overlaps(one) == bool(set(one.days) & set(other.days))


def test_leap_days_and_the_turn_of_the_year_are_days_like_others() -> None:
    assert date(2028, 2, 29) in Flight(date(2028, 2, 28), date(2028, 3, 1)).days
    assert Flight(date(2026, 12, 31), date(2027, 1, 30)).length == 30
    assert Flight(date(2028, 1, 1), date(2029, 1, 1)).length == FLIGHT_DAYS_MAX


@given(day=days, back=st.integers(0, 400))
def test_a_flight_ends_after_it_starts(day: date, back: int) -> None:
    with pytest.raises(FlightRefused) as refused:
        Flight(day, day - back * DAY)
    assert refused.value.problems == {"ends_before": "The dates do not fit: the end must come after the start."}


def test_a_flight_has_a_longest_length() -> None:
    start = date(2026, 1, 1)
    assert Flight(start, start + FLIGHT_DAYS_MAX * DAY).length == FLIGHT_DAYS_MAX
    with pytest.raises(FlightRefused, match="366 days at most"):
        Flight(start, start + (FLIGHT_DAYS_MAX + 1) * DAY)
