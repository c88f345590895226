"""The month calendar: where it begins and ends, and what each day says."""

from datetime import date

import pytest

from app.domain.inventory.states import ClaimKind
from app.web.parts.months import DayCell, month_bounds, month_of
from app.web.words.states.inventory import OWN_DAY_KINDS

TODAY = date(2026, 11, 22)
NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)
TAKEN = {date(2026, 11, 21): {ClaimKind.SALE: 1}, date(2026, 11, 24): {ClaimKind.SALE: 1, ClaimKind.HOLD: 1}}


def cells(places: int) -> dict[int, DayCell]:
    month = month_of(NOVEMBER, TAKEN, places=places, today=TODAY)
    return {cell.day.day: cell for week in month.weeks for cell in week if cell}


def test_weeks_begin_on_monday_and_hold_only_days_of_the_month() -> None:
    month = month_of(NOVEMBER, {}, places=1, today=TODAY)
    assert [len(week) for week in month.weeks] == [7] * 6
    assert [cell and cell.day for cell in month.weeks[0]] == [None] * 6 + [NOVEMBER]
    assert (month.title, month.previous, month.following) == ("November 2026", None, "2026-12")


def test_a_day_says_who_has_it_and_how_many_places_are_left() -> None:
    days = cells(places=3)
    assert (days[24].words, days[24].kind) == ("1 sold, 1 held, 1 free", "free")
    assert days[25].words == "Free"
    assert (days[21].words, days[21].is_past) == ("Over", True)
    assert [day for day, cell in days.items() if cell.is_today] == [22]
    days = cells(places=2)
    assert (days[24].words, days[24].kind) == ("1 sold, 1 held", "sale")
    assert cells(places=1)[24].words == "Sold"


def test_publishers_read_their_own_words_also_of_days_that_are_over() -> None:
    month = month_of(NOVEMBER, TAKEN, places=2, today=TODAY, words=OWN_DAY_KINDS, tells_past=True)
    days = {cell.day.day: cell for week in month.weeks for cell in week if cell}
    assert (days[20].words, days[21].words) == ("Over", "Over: 1 sold, 1 free")


@pytest.mark.parametrize("asked", ["", "nonsense", "2026-10", "2027-12", "9999-12"])
def test_a_month_that_cannot_be_sold_is_this_one(asked: str) -> None:
    assert month_bounds(asked, TODAY) == (NOVEMBER, DECEMBER)


def test_a_year_ahead_can_be_looked_at() -> None:
    assert month_bounds("2027-11", TODAY) == (date(2027, 11, 1), date(2027, 12, 1))
    assert month_of(date(2027, 11, 1), {}, places=1, today=TODAY).following is None
