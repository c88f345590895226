"""What became of a day, case by case, and when it may be settled."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.domain.settlement.rules.days import (
    DayFacts,
    DeliveryHistory,
    ReviewWindow,
    TimeSpan,
    judge,
    may_settle,
)
from app.domain.settlement.states import EARNED, DayOutcome
from app.foundation.flight import day_bounds

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
BEGINS_AT, ENDS_AT = day_bounds(date(2026, 11, 20), ZoneInfo("UTC"))
RUNS = (TimeSpan(LONG_AGO, None),)
HOUR = timedelta(hours=1)


def facts(**changes: Any) -> DayFacts:  # noqa: ANN401 - any of the facts
    """A day of 100 requests, all of them at noon, and an approved creative."""
    usual: dict[str, Any] = {
        "begins_at": BEGINS_AT,
        "ends_at": ENDS_AT,
        "places": 1,
        "requests": 100,
        "filled": 100,
        "requests_by_hour": {BEGINS_AT + 12 * HOUR: 100},
        "history": DeliveryHistory(ran=RUNS),
    }
    return DayFacts(**(usual | changes))


def review(*, due: timedelta, answered: timedelta | None = None, by_silence: bool = False) -> ReviewWindow:
    """A creative sent the day before; times from the beginning of the day."""
    answered_at = None if answered is None else BEGINS_AT + answered
    return ReviewWindow(BEGINS_AT - 24 * HOUR, BEGINS_AT + due, answered_at, by_silence)


@pytest.mark.parametrize(
    ("filled", "places", "is_delivered"), [(80, 1, True), (79, 1, False), (27, 3, True), (26, 3, False)]
)
def test_four_fifths_of_its_share_are_a_delivered_day(filled: int, places: int, *, is_delivered: bool) -> None:
    outcome = judge(facts(filled=filled, places=places))
    assert outcome is (DayOutcome.DELIVERED if is_delivered else DayOutcome.UNDER_DELIVERED)


@pytest.mark.parametrize(("requests", "places", "needed"), [(3, 2, 1), (5, 2, 2), (7, 4, 1), (11, 2, 5), (13, 2, 6)])
def test_of_few_requests_a_fair_rotation_is_enough(requests: int, places: int, needed: int) -> None:
    by_hour = {BEGINS_AT: requests}
    outcomes = [
        judge(facts(requests=requests, requests_by_hour=by_hour, places=places, filled=filled))
        for filled in (needed - 1, needed)
    ]
    assert outcomes == [DayOutcome.UNDER_DELIVERED, DayOutcome.DELIVERED]


@pytest.mark.parametrize(
    ("history", "outcome"),
    [
        (DeliveryHistory(ran=RUNS), DayOutcome.DELIVERED),
        (DeliveryHistory(), DayOutcome.NO_CREATIVE),
        (DeliveryHistory(ran=RUNS, paused_by_publisher=RUNS), DayOutcome.PAUSED_BY_PUBLISHER),
        (DeliveryHistory(ran=(TimeSpan(ENDS_AT - HOUR, None),)), DayOutcome.NO_CREATIVE),
        (DeliveryHistory(ran=(TimeSpan(BEGINS_AT + HOUR, None),)), DayOutcome.DELIVERED),
        (
            DeliveryHistory(
                ran=(TimeSpan(BEGINS_AT + 12.5 * HOUR, None),),
                paused_by_publisher=(TimeSpan(BEGINS_AT + 20 * HOUR, None),),
            ),
            DayOutcome.PAUSED_BY_PUBLISHER,
        ),
    ],
)
def test_whom_rotation_could_not_reach_has_it_delivered_unless_something_else_kept_it(
    history: DeliveryHistory, outcome: DayOutcome
) -> None:
    one = {"requests": 1, "requests_by_hour": {BEGINS_AT + 12 * HOUR: 1}}
    assert judge(facts(**one, places=2, filled=0, history=history)) is outcome


@pytest.mark.parametrize(
    "history", [DeliveryHistory(ran=RUNS), DeliveryHistory(), DeliveryHistory(paused_by_buyer=RUNS)]
)
def test_a_day_nobody_asked_for_is_not_earned_whatever_the_buyer_did(history: DeliveryHistory) -> None:
    outcome = judge(facts(requests=0, filled=0, requests_by_hour={}, history=history))
    assert outcome is DayOutcome.NO_REQUESTS
    assert outcome not in EARNED


def test_a_day_without_a_creative_is_the_buyers_loss() -> None:
    outcome = judge(facts(filled=0, history=DeliveryHistory()))
    assert outcome is DayOutcome.NO_CREATIVE
    assert outcome in EARNED


def test_half_a_day_without_a_creative_is_charged_when_the_rest_was_delivered() -> None:
    half = DeliveryHistory(ran=(TimeSpan(BEGINS_AT + 12 * HOUR, None),))
    by_hour = {BEGINS_AT + 6 * HOUR: 50, BEGINS_AT + 18 * HOUR: 50}
    assert judge(facts(filled=40, history=half, requests_by_hour=by_hour)) is DayOutcome.NO_CREATIVE
    assert judge(facts(filled=39, history=half, requests_by_hour=by_hour)) is DayOutcome.UNDER_DELIVERED


def test_a_creative_that_waits_in_time_is_the_buyers_loss_and_a_late_answer_the_publishers() -> None:
    in_time = DeliveryHistory(reviews=(review(due=24 * HOUR),))
    late = DeliveryHistory(reviews=(review(due=timedelta()),))
    assert judge(facts(filled=0, history=in_time)) is DayOutcome.NO_CREATIVE
    assert judge(facts(filled=0, history=late)) is DayOutcome.REVIEW_LATE


@pytest.mark.parametrize(
    ("one", "outcome"),
    [
        (review(due=-HOUR, answered=-2 * HOUR), DayOutcome.NO_CREATIVE),
        (review(due=-2 * HOUR, answered=-HOUR), DayOutcome.REVIEW_LATE),
        (review(due=-HOUR, answered=-HOUR, by_silence=True), DayOutcome.REVIEW_LATE),
    ],
    ids=["refused in time", "refused late", "refused by silence"],
)
def test_after_a_refusal_it_depends_on_when_and_how_it_came(one: ReviewWindow, outcome: DayOutcome) -> None:
    assert judge(facts(filled=0, history=DeliveryHistory(reviews=(one,)))) is outcome


def test_a_new_creative_after_a_late_refusal_is_a_new_question() -> None:
    late = review(due=-10 * HOUR, answered=-9 * HOUR)
    again = ReviewWindow(BEGINS_AT - HOUR, ENDS_AT, None, is_refused_by_silence=False)
    assert judge(facts(filled=0, history=DeliveryHistory(reviews=(late, again)))) is DayOutcome.NO_CREATIVE


def test_pauses_count_for_whoever_paused_and_the_publishers_first() -> None:
    assert judge(facts(filled=0, history=DeliveryHistory(ran=RUNS, paused_by_buyer=RUNS))) is DayOutcome.PAUSED_BY_BUYER
    outcome = judge(facts(filled=0, history=DeliveryHistory(ran=RUNS, paused_by_publisher=RUNS, paused_by_buyer=RUNS)))
    assert outcome is DayOutcome.PAUSED_BY_PUBLISHER
    assert outcome not in EARNED


def test_a_day_that_was_served_all_the_same_is_delivered_whatever_happened_in_it() -> None:
    late = DeliveryHistory(ran=(TimeSpan(BEGINS_AT + HOUR, None),), reviews=(review(due=timedelta(), answered=HOUR),))
    assert judge(facts(filled=95, history=late)) is DayOutcome.DELIVERED


@pytest.mark.parametrize(
    ("ended_at", "outcome"),
    [
        (ENDS_AT, DayOutcome.DELIVERED),
        (ENDS_AT - timedelta(microseconds=1), DayOutcome.ENDED),
        (BEGINS_AT - HOUR, DayOutcome.ENDED),
    ],
)
def test_a_day_before_whose_end_it_was_stopped_goes_back(ended_at: datetime, outcome: DayOutcome) -> None:
    assert judge(facts(ended_at=ended_at)) is outcome


def test_a_day_is_settled_six_hours_after_its_end_and_when_everything_is_counted() -> None:
    due = ENDS_AT + 6 * HOUR
    early = due - timedelta(seconds=1)
    assert may_settle(ENDS_AT, now=due, counted_until=due)
    assert not may_settle(ENDS_AT, now=early, counted_until=due)
    assert not may_settle(ENDS_AT, now=due, counted_until=early)
    assert not may_settle(ENDS_AT, now=due, counted_until=None)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 11, 2), 24)])
def test_a_day_on_which_the_clocks_change_is_measured_by_its_own_length(day: date, hours: int) -> None:
    begins_at, ends_at = day_bounds(day, ZoneInfo("America/Los_Angeles"))
    assert ends_at - begins_at == hours * HOUR
    by_hour = {begins_at + number * HOUR: 4 for number in range(hours)}
    # The creative came an hour before the end: only the requests of the last hour were to be filled.
    history = DeliveryHistory(ran=(TimeSpan(ends_at - HOUR, None),))
    day_facts = facts(
        begins_at=begins_at, ends_at=ends_at, requests=4 * hours, requests_by_hour=by_hour, history=history
    )
    outcomes = [judge(DayFacts(**(vars_of(day_facts) | {"filled": filled}))) for filled in (3, 4)]
    assert outcomes == [DayOutcome.UNDER_DELIVERED, DayOutcome.NO_CREATIVE]
    assert may_settle(ends_at, now=begins_at + (hours + 6) * HOUR, counted_until=ends_at + 6 * HOUR)
    assert not may_settle(ends_at, now=begins_at + (hours + 5) * HOUR, counted_until=ends_at + 6 * HOUR)


def test_the_half_hour_that_ends_a_day_of_lord_howe_is_measured_as_half_an_hour() -> None:
    begins_at, ends_at = day_bounds(date(2026, 4, 5), ZoneInfo("Australia/Lord_Howe"))
    assert ends_at - begins_at == 24.5 * HOUR
    # All of it came while the buyer had taken the ad off, so that nothing is left that was to be filled.
    history = DeliveryHistory(ran=RUNS, paused_by_buyer=(TimeSpan(ends_at - HOUR / 2, None),))
    last = {ends_at - HOUR / 2: 100}
    day_facts = facts(begins_at=begins_at, ends_at=ends_at, requests_by_hour=last, history=history, filled=0)
    assert judge(day_facts) is DayOutcome.PAUSED_BY_BUYER


def test_a_piece_of_an_hour_ends_where_the_next_one_may_begin() -> None:
    history = DeliveryHistory(ran=RUNS, paused_by_buyer=(TimeSpan(BEGINS_AT, BEGINS_AT + HOUR / 2),))
    day_facts = facts(requests_by_hour={BEGINS_AT: 100}, history=history, filled=0, cuts={BEGINS_AT + HOUR / 2})
    assert judge(day_facts) is DayOutcome.PAUSED_BY_BUYER


def vars_of(day: DayFacts) -> dict[str, Any]:
    return {name: getattr(day, name) for name in DayFacts.__dataclass_fields__}
