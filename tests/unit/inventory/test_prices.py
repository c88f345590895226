"""What a run of days costs, and which dates a rate card offers."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.inventory.errors import DaysNotOffered, PriceMissing
from app.domain.inventory.rules import (
    AD_FORMATS,
    HORIZON_DAYS,
    MONTH_DAYS,
    WEEK_DAYS,
    RateCard,
    RateCardPrice,
    bytes_max_for,
    cheapest_combination,
    check_blackout,
    check_dates,
)
from app.domain.inventory.service.sockets import check_prices

CARD = RateCard(1_000, 6_000, 20_000, lead_days=2, days_min=1, days_max=90)
TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)

prices = st.none() | st.integers(min_value=1, max_value=10**12)
cards = st.builds(
    RateCard,
    price_day_minor=prices,
    price_week_minor=prices,
    price_30_days_minor=prices,
    lead_days=st.integers(0, 90),
    days_min=st.integers(1, 100),
    days_max=st.integers(100, 366),
)


def every_way(card: RateCard, length: int) -> list[RateCardPrice]:
    """All ways to make up a length, found by trying everything."""
    found = []
    ranges = (range(length // MONTH_DAYS + 1), range(length // WEEK_DAYS + 1), range(length + 1))
    for months, weeks, days in product(*ranges):
        priced = ((months, card.price_30_days_minor), (weeks, card.price_week_minor), (days, card.price_day_minor))
        if months * MONTH_DAYS + weeks * WEEK_DAYS + days != length or any(n and p is None for n, p in priced):
            continue
        found.append(RateCardPrice(months, weeks, days, sum(number * (price or 0) for number, price in priced)))
    return found


@given(cards, st.integers(1, 75))
def test_no_way_to_make_up_the_days_is_cheaper(card: RateCard, length: int) -> None:
    ways = every_way(card, length)
    best = cheapest_combination(card, length)
    assert (best is None) == (not ways)
    if best is not None:
        assert best in ways
        assert best.total_minor == min(way.total_minor for way in ways)


@given(cards, st.integers(1, 75))
def test_among_equal_prices_the_longer_parts_are_taken(card: RateCard, length: int) -> None:
    best = cheapest_combination(card, length)
    if best is not None:
        equal = [way for way in every_way(card, length) if way.total_minor == best.total_minor]
        assert best == max(equal, key=lambda way: (way.months, way.weeks))


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (1, (0, 0, 1, 1_000)),
        (6, (0, 0, 6, 6_000)),
        (7, (0, 1, 0, 6_000)),
        (10, (0, 1, 3, 9_000)),
        (29, (0, 4, 1, 25_000)),
        (30, (1, 0, 0, 20_000)),
        (37, (1, 1, 0, 26_000)),
    ],
)
def test_the_parts_of_a_flight(length: int, expected: tuple[int, int, int, int]) -> None:
    assert cheapest_combination(CARD, length) == RateCardPrice(*expected)


def test_what_is_not_offered_is_not_used() -> None:
    weeks_only = replace(CARD, price_day_minor=None, price_30_days_minor=None)
    assert cheapest_combination(weeks_only, 10) is None
    assert cheapest_combination(weeks_only, 14) == RateCardPrice(0, 2, 0, 12_000)


@given(cards, st.integers(-5, 500), st.integers(-5, 400))
def test_exactly_the_offered_dates_pass(card: RateCard, lead: int, length: int) -> None:
    starts_on = TODAY + lead * DAY
    ends_before = starts_on + length * DAY
    is_offered = (
        length >= 1
        and lead >= card.lead_days
        and lead + length <= HORIZON_DAYS
        and card.days_min <= length <= card.days_max
        and cheapest_combination(card, length) is not None
    )
    if is_offered:
        check_dates(card, starts_on, ends_before, today=TODAY)
        return
    with pytest.raises(DaysNotOffered) as refused:
        check_dates(card, starts_on, ends_before, today=TODAY)
    assert refused.value.field in {"starts_on", "ends_on"}
    assert refused.value.message.endswith(".")


@pytest.mark.parametrize(
    ("first", "length", "field", "words"),
    [
        (1, 1, "starts_on", "24 November 2026 at the soonest"),
        (2, 0, "ends_on", "before the first"),
        (2, 91, "ends_on", "1 to 90 days; this would be 91"),
        (300, 67, "ends_on", "23 November 2027 at the latest"),
    ],
)
def test_each_refusal_says_what_would_do(first: int, length: int, field: str, words: str) -> None:
    starts_on = TODAY + first * DAY
    with pytest.raises(DaysNotOffered) as refused:
        check_dates(CARD, starts_on, starts_on + length * DAY, today=TODAY)
    assert refused.value.field == field
    assert words in refused.value.message


@given(st.integers(-400, 800), st.integers(-400, 800))
def test_only_days_within_a_year_can_be_blacked_out(first: int, length: int) -> None:
    is_allowed = first >= 0 and length >= 1 and first + length <= HORIZON_DAYS
    starts_on = TODAY + first * DAY
    try:
        check_blackout(starts_on, starts_on + length * DAY, today=TODAY)
    except DaysNotOffered:
        assert not is_allowed
    else:
        assert is_allowed


def test_a_rate_card_must_fit_a_flight_that_it_allows() -> None:
    check_prices(replace(CARD, price_day_minor=None, days_min=5, days_max=7))
    with pytest.raises(PriceMissing):
        check_prices(replace(CARD, price_day_minor=None, days_min=8, days_max=13))
    with pytest.raises(PriceMissing):
        check_prices(RateCard(None, None, None, lead_days=0, days_min=1, days_max=366))


def test_each_size_of_the_list_stands_there_once() -> None:
    sizes = [(entry.width_px, entry.height_px) for entry in AD_FORMATS]
    assert len(set(sizes)) == len(sizes)
    assert bytes_max_for(970, 250) == 250_000
    assert bytes_max_for(1, 1) == 150_000
