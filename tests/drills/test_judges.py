"""The judges of the drills find what they look for: a drill that cannot fail says nothing."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bench.drills.judges import (
    KeptDays,
    LoggedAuction,
    LoggedAward,
    LoggedBid,
    auction_problems,
    charge_problems,
    end_problems,
    overlap_problems,
)
from bench.drills.result import Result, unexpected

END = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ANA, BEN, CAT = 1, 2, 3


def logged(*bids: tuple[int, int, timedelta]) -> LoggedAuction:
    """An auction with these bids: who, ceiling, how long before the end it had then; Ben has won at 30.50."""
    rows = [
        LoggedBid(f"bid{number}", number, who, ceiling, END - before)
        for number, (who, ceiling, before) in enumerate(bids, start=1)
    ]
    award = LoggedAward(BEN, 3_100, is_paid=True)
    return LoggedAuction(1_000, 2_000, END, END + 2 * MINUTE, END + 60 * MINUTE, rows, [award])


GOOD = logged((ANA, 3_000, 60 * MINUTE), (BEN, 5_000, 8 * MINUTE), (CAT, 1_200, 2 * MINUTE))


def test_a_good_auction_has_no_problems() -> None:
    assert auction_problems(GOOD, {"bid1", "bid3"}) == []
    assert end_problems(GOOD, [END, END, END + 2 * MINUTE]) == []


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        (replace(GOOD, awards=[]), "0 winners"),
        (replace(GOOD, awards=[*GOOD.awards, *GOOD.awards]), "2 winners"),
        (replace(GOOD, awards=[replace(GOOD.awards[0], account_id=ANA)]), "account 1 won, by the log it is 2"),
        (replace(GOOD, awards=[replace(GOOD.awards[0], price_minor=3_099)]), "by the log it is 3100"),
        (replace(GOOD, awards=[replace(GOOD.awards[0], is_paid=False)]), "was not charged"),
        (replace(GOOD, bids=GOOD.bids[:-1]), "1 confirmed bids are not in the log"),
        (replace(GOOD, bids=[*GOOD.bids, GOOD.bids[-1]]), "gaps or doubles"),
        (replace(GOOD, ends_at=GOOD.bids[-1].placed_at), "at or after the end"),
        (replace(GOOD, bids=[GOOD.bids[0], replace(GOOD.bids[1], placed_at=END), GOOD.bids[2]]), "runs backwards"),
    ],
)
def test_a_spoilt_auction_is_found(spoilt: LoggedAuction, words: str) -> None:
    assert any(words in problem for problem in auction_problems(spoilt, {"bid1", "bid3"}))


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        (replace(GOOD, ends_at=END + 3 * MINUTE), "by the log at"),
        (replace(GOOD, ends_at=END), "nothing was extended"),
        (replace(GOOD, hard_end_at=END + MINUTE), "after its hard end"),
    ],
)
def test_a_wrong_end_is_found(spoilt: LoggedAuction, words: str) -> None:
    assert any(words in problem for problem in end_problems(spoilt, [END]))
    assert end_problems(GOOD, [END + MINUTE, END]) == ["the end moved backwards"]


def test_overlaps_and_lost_days_are_found() -> None:
    first, second = (
        KeptDays(1, date(2027, 1, 1), date(2027, 1, 4), 3),
        KeptDays(1, date(2027, 1, 4), date(2027, 1, 5), 1),
    )
    assert overlap_problems([second, first], 2) == []
    assert overlap_problems([first, replace(second, starts_on=date(2027, 1, 3), days_in_calendar=2)], 2) == [
        "1 overlaps"
    ]
    assert overlap_problems([first, replace(first, place=2)], 2) == []
    assert overlap_problems([replace(first, days_in_calendar=2)], 1) == ["1 holds have lost days"]
    assert overlap_problems([first], 2) == ["2 clients were told they have days, 1 holds stand"]


def test_charges_without_an_order_are_found() -> None:
    assert charge_problems({"a": 1}, ["a"]) == []
    assert charge_problems({"a": 2}, ["a"]) == ["1 charges were made twice"]
    assert charge_problems({"a": 1}, []) == ["1 charges have no paid order"]
    assert charge_problems({}, ["a"]) == ["1 orders are paid without a charge"]


def test_a_line_says_what_is_wrong() -> None:
    problems = unexpected(Counter({303: 5, 500: 2}), frozenset({303}))
    assert problems == ["2 answers 500"]
    figures = {"clients": 3, "bids_per_second": 7}
    assert Result("R1", "sqlite", figures).line == "R1 sqlite: clients 3, bids per second 7: holds"
    assert Result("R1", "sqlite", figures, problems).line.endswith("FAILED: 2 answers 500")
