"""Any day and any flight: the rules agree with a model that counts minutes and adds up fractions."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import event, given
from hypothesis import strategies as st

from app.domain.orders.states import FlatDays
from app.domain.settlement.rules.days import (
    DayFacts,
    DeliveryHistory,
    ReviewWindow,
    TimeSpan,
    judge,
    parts_returned,
    payout_round,
)
from app.domain.settlement.rules.pricing import DeliveryProgress, DueAmounts, due_now, earned_by_now
from app.foundation.money import share_bps
from tests.unit.settlement import model

BEGINS_AT = datetime(2026, 11, 1, 7, tzinfo=UTC)
HOUR = 60
# Of the usual lengths, and of Lord Howe's 24.5 hours.
DAY_MINUTES = (23 * HOUR, 24 * HOUR, 24 * HOUR + 30, 25 * HOUR)
LONGEST = 25 * 60
moments = st.integers(-300, LONGEST + 100) | st.sampled_from([0, 60, 90, 720, 24 * 60])


@st.composite
def spans(draw: st.DrawFn) -> list[tuple[int, int | None]]:
    """Spans one after the other, the last one perhaps open."""
    cuts = sorted(draw(st.lists(moments, max_size=4, unique=True)))
    made: list[tuple[int, int | None]] = []
    made += list(pairwise(cuts))[::2]
    if len(cuts) % 2 and draw(st.booleans()):
        made.append((cuts[-1], None))
    return made


@st.composite
def questions(draw: st.DrawFn) -> list[model.Question]:
    """Creatives sent one after the other."""
    made = []
    for sent in sorted(draw(st.lists(moments, max_size=3, unique=True))):
        answered = draw(st.none() | st.integers(1, 600).map(lambda after, sent=sent: sent + after))  # type: ignore[misc]  # the default binds the loop's value
        due = sent + draw(st.integers(1, 600))
        made.append(model.Question(sent, due, answered, answered is not None and draw(st.booleans())))
    return made


@st.composite
def pieces_of(draw: st.DrawFn, minutes: int) -> list[tuple[int, int, int]]:
    """A day cut into hours, by its own zone or by one that is a quarter, a half or some hours away."""
    offset, midnight = draw(st.sampled_from([0, 15, 30, 45])), draw(st.sampled_from([0, 600, 630]))
    cuts = {0, minutes, midnight, *range(offset, minutes, HOUR)}
    pieces = list(pairwise(sorted(cuts)))
    counts = [0] * len(pieces)
    for number, count in draw(st.lists(st.tuples(st.integers(0, len(pieces) - 1), st.integers(1, 40)), max_size=6)):
        counts[number] += count
    return [(begin, end, count) for (begin, end), count in zip(pieces, counts, strict=True)]


@st.composite
def days(draw: st.DrawFn) -> model.Day:
    """A day of 23 to 25 hours with anything in it."""
    minutes = draw(st.sampled_from(DAY_MINUTES))
    places = draw(st.integers(1, 10))
    pieces = draw(pieces_of(minutes))
    requests = sum(count for _, _, count in pieces)
    share = -(-requests * 4 // (5 * places))
    return model.Day(
        minutes=minutes,
        places=places,
        filled=draw(st.integers(0, requests) | st.sampled_from([max(0, share - 1), share, share + 1])),
        pieces=pieces,
        publisher_pauses=draw(st.just([]) | spans()),
        buyer_pauses=draw(st.just([]) | spans()),
        runs=draw(st.just([(-100, None)]) | spans()),
        questions=draw(questions()),
        ended=draw(st.none() | moments),
    )


def at(minute: int) -> datetime:
    return BEGINS_AT + timedelta(minutes=minute)


def as_spans(pairs: list[tuple[int, int | None]]) -> tuple[TimeSpan, ...]:
    return tuple(TimeSpan(at(begin), None if end is None else at(end)) for begin, end in pairs)


def facts_of(day: model.Day) -> DayFacts:
    history = DeliveryHistory(
        paused_by_publisher=as_spans(list(day.publisher_pauses)),
        paused_by_buyer=as_spans(list(day.buyer_pauses)),
        ran=as_spans(list(day.runs)),
        reviews=tuple(
            ReviewWindow(at(one.sent), at(one.due), None if one.answered is None else at(one.answered), one.by_silence)
            for one in day.questions
        ),
    )
    return DayFacts(
        begins_at=BEGINS_AT,
        ends_at=at(day.minutes),
        places=day.places,
        requests=day.requests,
        filled=day.filled,
        requests_by_hour={at(begin): count for begin, _, count in day.pieces if count},
        cuts=frozenset(at(begin) for begin, _, _ in day.pieces),
        history=history,
        ended_at=None if day.ended is None else at(day.ended),
    )


@given(days())
def test_a_day_is_judged_as_minute_by_minute(day: model.Day) -> None:
    outcome = model.outcome(day)
    event(outcome)
    assert judge(facts_of(day)) == outcome


@given(
    st.integers(0, 10**6) | st.integers(0, 10**12),
    st.integers(0, 10_000),
    st.lists(st.booleans(), min_size=1, max_size=40),
)
def test_what_is_posted_never_drifts_from_what_is_due(price: int, bps: int, earned: list[bool]) -> None:
    parts: list[tuple[int, int]] = []
    for number, is_earned in enumerate(earned):
        posted = DueAmounts(sum(part[0] for part in parts), sum(part[1] for part in parts))
        count = sum(earned[: number + 1])
        one = _due(price, bps, DeliveryProgress(len(earned), count), posted) if is_earned else DueAmounts(0, 0)
        parts.append((one.price_minor, one.commission_minor))
        # As the table of settled days demands.
        assert 0 <= one.commission_minor <= one.price_minor
    assert parts == model.posted(price, bps, earned)
    total = sum(part[0] for part in parts)
    assert sum(part[1] for part in parts) == share_bps(total, bps)[0]
    assert total <= price
    if all(earned):
        assert total == price


def _due(price: int, bps: int, progress: DeliveryProgress, posted: DueAmounts) -> DueAmounts:
    return due_now(earned_by_now(FlatDays(), price, progress), bps, posted=posted)


@given(st.integers(1, 10**12), st.integers(-(10**6), 10**12))
def test_what_goes_back_is_the_whole_rest_and_no_more_than_the_card_paid(left: int, on_card: int) -> None:
    to_card, to_credit = parts_returned(left, on_card_minor=on_card)
    assert to_card + to_credit == left
    assert 0 <= to_card <= max(0, on_card)
    assert to_credit == 0 or to_card == max(0, on_card)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001 - hypothesis wants naive bounds
def test_a_round_of_payouts_is_the_last_monday_at_six(naive: datetime) -> None:
    now = naive.replace(tzinfo=UTC)
    began = payout_round(now)
    assert (began.isoweekday(), began.hour, began.minute, began.second, began.microsecond) == (1, 6, 0, 0, 0)
    assert began <= now < began + timedelta(days=7)
    assert payout_round(began) == began
