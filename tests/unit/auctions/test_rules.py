"""The rules of an auction at their edges, with the figures that are published."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.auctions.errors import BidAfterWithdrawal, BidTooHigh, BidTooLow, TermsRefused, WithdrawalRefused
from app.domain.auctions.rules import (
    AMOUNT_MINOR_MAX,
    AuctionTerms,
    CeilingBid,
    OwnBid,
    Standing,
    bids_to_withdraw,
    buy_now_is_open,
    check_bid,
    check_correction,
    check_terms,
    check_times,
    commitment,
    end_after_bid,
    increment,
    masked,
    minimum_bid,
    offer_fits,
    pay_window,
    standing,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
OPEN = AuctionTerms(1_000, None, None)


def bids(*ceilings: tuple[int, int]) -> list[CeilingBid]:
    return [CeilingBid(number, who, ceiling) for number, (who, ceiling) in enumerate(ceilings, 1)]


@pytest.mark.parametrize(
    ("amount", "step"),
    [
        (1, 5), (99, 5), (100, 25), (499, 25), (500, 50), (2_499, 50), (2_500, 100), (9_999, 100),
        (10_000, 250), (24_999, 250), (25_000, 500), (49_999, 500), (50_000, 1_000), (99_999, 1_000),
        (100_000, 2_500), (249_999, 2_500), (250_000, 5_000), (499_999, 5_000), (500_000, 10_000), (90_000_000, 10_000),
    ],
)  # fmt: skip
def test_increments_are_the_published_table(amount: int, step: int) -> None:
    assert increment(amount) == step


def test_the_example_on_the_home_page() -> None:
    terms = AuctionTerms(4_000, None, None)
    ana, ben, cleo = 1, 2, 3
    assert standing(bids((ana, 8_000)), terms).price_minor == 4_000
    assert standing(bids((ana, 8_000), (ben, 6_000)), terms) == Standing(6_100, ana, 1, meets_reserve=True)
    last = standing(bids((ana, 8_000), (ben, 6_000), (cleo, 12_000)), terms)
    assert last == Standing(8_100, cleo, 3, meets_reserve=True)


def test_a_raise_moves_the_price_only_where_the_formula_does() -> None:
    capped = bids((1, 5_000), (2, 4_950))
    assert standing(capped, OPEN).price_minor == 5_000
    assert standing([*capped, CeilingBid(3, 1, 8_000)], OPEN).price_minor == 5_050
    free = bids((1, 5_000), (2, 3_000))
    assert standing(free, OPEN).price_minor == standing([*free, CeilingBid(3, 1, 8_000)], OPEN).price_minor == 3_100
    with_reserve = AuctionTerms(1_000, 6_000, None)
    assert standing(free, with_reserve) == Standing(3_100, 1, 1, meets_reserve=False)
    assert standing([*free, CeilingBid(3, 1, 8_000)], with_reserve) == Standing(6_000, 1, 3, meets_reserve=True)


def test_the_least_bid() -> None:
    nobody = standing([], OPEN)
    assert minimum_bid(nobody, 1, None) == 1_000
    led = standing(bids((1, 5_000), (2, 3_000)), OPEN)
    assert minimum_bid(led, 1, 5_000) == 5_001
    assert minimum_bid(led, 2, None) == minimum_bid(led, 3, None) == 3_200


def test_a_bid_is_neither_too_low_nor_absurd() -> None:
    led = standing(bids((1, 5_000), (2, 3_000)), OPEN)
    check_bid(led, 3, None, 3_200)
    check_bid(led, 3, None, AMOUNT_MINOR_MAX)
    with pytest.raises(BidTooLow):
        check_bid(led, 3, None, 3_199)
    with pytest.raises(BidTooLow):
        check_bid(led, 1, 5_000, 5_000)
    with pytest.raises(BidTooHigh):
        check_bid(led, 3, None, AMOUNT_MINOR_MAX + 1)


@pytest.mark.parametrize(
    ("left", "leader_changed", "moved_by"),
    [
        (10 * MINUTE + SECOND, True, 0 * MINUTE),
        (10 * MINUTE, True, 0 * MINUTE),
        (9 * MINUTE, True, MINUTE),
        (SECOND, True, 10 * MINUTE - SECOND),
        (SECOND, False, 0 * MINUTE),
    ],
)
def test_the_soft_close(*, left: timedelta, leader_changed: bool, moved_by: timedelta) -> None:
    ends_at = NOW + left
    moved = end_after_bid(ends_at=ends_at, hard_end_at=ends_at + HOUR, now=NOW, leader_changed=leader_changed)
    assert moved - ends_at == moved_by


def test_the_end_never_passes_the_hard_end() -> None:
    ends_at, hard_end_at = NOW + MINUTE, NOW + 4 * MINUTE
    assert end_after_bid(ends_at=ends_at, hard_end_at=hard_end_at, now=NOW, leader_changed=True) == hard_end_at


def withdrawn(left: timedelta, *own: OwnBid) -> list[int]:
    ends_at = NOW + left
    return bids_to_withdraw(own, ends_at=ends_at, scheduled_end_at=ends_at, now=NOW)


def test_with_twelve_hours_to_go_every_bid_can_be_withdrawn() -> None:
    own = (OwnBid(1, NOW - 40 * HOUR), OwnBid(4, NOW - 2 * HOUR))
    assert withdrawn(12 * HOUR, *own) == [1, 4]


def test_with_less_only_the_last_one_and_for_an_hour_only() -> None:
    late = 12 * HOUR - SECOND
    assert withdrawn(late, OwnBid(1, NOW - 40 * HOUR), OwnBid(4, NOW - HOUR)) == [4]
    with pytest.raises(WithdrawalRefused, match="one hour"):
        withdrawn(late, OwnBid(1, NOW - MINUTE), OwnBid(4, NOW - HOUR - SECOND))


def test_with_less_the_bid_before_the_last_cannot_follow_it() -> None:
    with pytest.raises(WithdrawalRefused):
        withdrawn(2 * HOUR, OwnBid(1, NOW - 5 * MINUTE), OwnBid(2, NOW - 4 * MINUTE, NOW - MINUTE))


def test_in_the_last_ten_minutes_and_in_an_extension_bids_stand() -> None:
    fresh = OwnBid(1, NOW)
    assert withdrawn(10 * MINUTE + SECOND, fresh) == [1]
    with pytest.raises(WithdrawalRefused, match="10 minutes"):
        withdrawn(10 * MINUTE, fresh)
    with pytest.raises(WithdrawalRefused, match="10 minutes"):
        bids_to_withdraw([fresh], ends_at=NOW + 20 * MINUTE, scheduled_end_at=NOW, now=NOW)


def test_without_a_bid_nothing_can_be_withdrawn() -> None:
    with pytest.raises(WithdrawalRefused, match="no bid"):
        withdrawn(24 * HOUR)
    with pytest.raises(WithdrawalRefused, match="no bid"):
        withdrawn(24 * HOUR, OwnBid(1, NOW - HOUR, NOW - MINUTE))


def test_who_withdrew_may_correct_once_within_ten_minutes() -> None:
    gone = OwnBid(1, NOW - HOUR, NOW)
    check_correction([], now=NOW)
    check_correction([OwnBid(1, NOW - HOUR)], now=NOW)
    check_correction([gone], now=NOW + 10 * MINUTE)
    with pytest.raises(BidAfterWithdrawal):
        check_correction([gone], now=NOW + 10 * MINUTE + SECOND)
    with pytest.raises(BidAfterWithdrawal):
        check_correction([gone, OwnBid(2, NOW + MINUTE)], now=NOW + 2 * MINUTE)
    with pytest.raises(BidAfterWithdrawal):
        check_correction([gone, OwnBid(2, NOW + MINUTE, NOW + 2 * MINUTE)], now=NOW + 3 * MINUTE)


@pytest.mark.parametrize(
    ("terms", "placed", "is_open"),
    [
        (AuctionTerms(1_000, None, None), [], False),
        (AuctionTerms(1_000, None, 2_000), [], True),
        (AuctionTerms(1_000, None, 2_000), [(1, 1_000)], False),
        (AuctionTerms(1_000, 1_500, 2_000), [], True),
        (AuctionTerms(1_000, 1_500, 2_000), [(1, 1_499)], True),
        (AuctionTerms(1_000, 1_500, 2_000), [(1, 1_500)], False),
    ],
)
def test_buy_now_is_gone_at_the_first_bid_unless_the_reserve_is_unmet(
    *, terms: AuctionTerms, placed: list[tuple[int, int]], is_open: bool
) -> None:
    assert buy_now_is_open(terms, standing(bids(*placed), terms)) is is_open


@pytest.mark.parametrize(
    ("opening", "reserve", "buy_now", "refused"),
    [
        (1_000, None, None, None),
        (1_000, 1_000, None, None),
        (1_000, 999, None, "reserve_price"),
        (1_000, None, 1_300, None),
        (1_000, None, 1_299, "buy_now_price"),
        (1_001, None, 1_301, "buy_now_price"),
        (1_001, None, 1_302, None),
        (1_000, 2_000, 1_999, "buy_now_price"),
        (1_000, 2_000, 2_000, None),
        (0, None, None, "opening_price"),
        (-5, None, None, "opening_price"),
        (AMOUNT_MINOR_MAX + 1, None, None, "opening_price"),
        (1_000, AMOUNT_MINOR_MAX + 1, None, "reserve_price"),
        (1_000, None, AMOUNT_MINOR_MAX + 1, "buy_now_price"),
    ],
)
def test_prices_that_do_not_fit_together_are_refused(
    opening: int, reserve: int | None, buy_now: int | None, refused: str | None
) -> None:
    terms = AuctionTerms(opening, reserve, buy_now)
    if refused is None:
        check_terms(terms)
        return
    with pytest.raises(TermsRefused) as refusal:
        check_terms(terms)
    assert refusal.value.field == refused


def ends(after: timedelta, *, flight_in: timedelta, short: bool = False) -> None:
    check_times(
        now=NOW,
        scheduled_end_at=NOW + after,
        flight_starts_at=NOW + flight_in,
        approval_hours=48,
        is_short_notice=short,
    )


def test_the_hard_end_leaves_time_to_pay_and_to_approve() -> None:
    ends(10 * HOUR, flight_in=(10 + 1 + 72 + 48) * HOUR)
    with pytest.raises(TermsRefused, match="121 hours"):
        ends(10 * HOUR, flight_in=(10 + 1 + 72 + 48) * HOUR - SECOND)
    ends(10 * HOUR, flight_in=(10 + 1 + 24 + 48) * HOUR, short=True)
    with pytest.raises(TermsRefused, match="73 hours"):
        ends(10 * HOUR, flight_in=(10 + 1 + 24 + 48) * HOUR - SECOND, short=True)


@pytest.mark.parametrize("after", [HOUR - SECOND, 30 * 24 * HOUR + SECOND, -HOUR])
def test_an_auction_runs_for_an_hour_to_thirty_days(after: timedelta) -> None:
    with pytest.raises(TermsRefused, match="at least an hour"):
        ends(after, flight_in=100 * 24 * HOUR)


def test_an_offer_has_to_run_out_before_the_approval_time() -> None:
    assert offer_fits(now=NOW, flight_starts_at=NOW + (24 + 48) * HOUR, approval_hours=48)
    assert not offer_fits(now=NOW, flight_starts_at=NOW + (24 + 48) * HOUR - SECOND, approval_hours=48)


def test_short_notice_halves_the_time_to_pay() -> None:
    assert pay_window(is_short_notice=False) == 48 * HOUR
    assert pay_window(is_short_notice=True) == 24 * HOUR


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Analytical Engines Ltd.", "a***d"), ("x", "x***x"), ("Émile", "é***e"), ("!!!", "?***?"), ("", "?***?")],
)
def test_bidders_are_masked(name: str, shown: str) -> None:
    assert masked(name) == shown


def test_a_commitment_depends_on_each_of_its_parts() -> None:
    parts = ("auction", "bid", 5_000, "nonce")
    others = [
        ("other", "bid", 5_000, "nonce"),
        ("auction", "other", 5_000, "nonce"),
        ("auction", "bid", 5_001, "nonce"),
    ]
    made = {commitment(*changed) for changed in (parts, *others, ("auction", "bid", 5_000, "other"))}
    assert len(made) == 5
    assert commitment(*parts) == commitment(*parts)
    assert len(commitment(*parts)) == 64
