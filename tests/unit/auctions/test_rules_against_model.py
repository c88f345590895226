"""Any history of bids, withdrawals and waiting: the rules as used bid by bid agree with the model of the whole."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.auctions.errors import BidAfterWithdrawal, BidTooLow, WithdrawalRefused
from app.domain.auctions.rules import (
    AuctionTerms,
    CeilingBid,
    OwnBid,
    Standing,
    TopBids,
    bids_to_withdraw,
    check_bid,
    check_correction,
    end_after_bid,
    minimum_bid,
    standing,
    standing_at,
    top_after,
    top_of,
)
from tests.support.length import times
from tests.unit.auctions import model

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
HARD_END_AFTER = 60
PEOPLE = st.integers(1, 4)
CENTS = st.integers(1, 1_500) | st.sampled_from([99, 100, 499, 500, 2_499, 2_500, 9_999, 10_000, 499_999, 500_000])

BIDS = st.lists(st.builds(CeilingBid, st.just(0), PEOPLE, CENTS), max_size=12).map(
    lambda bids: [CeilingBid(number, bid.account_id, bid.ceiling_minor) for number, bid in enumerate(bids, 1)]
)
TERMS = st.builds(
    lambda opening, over: AuctionTerms(opening, opening + over if over is not None else None, None),
    st.integers(1, 600),
    st.none() | st.integers(0, 1_200),
)

FEW = st.integers(1, 3)
WAITS = st.sampled_from([1, 5, 9, 10, 11, 60, 300]) | st.integers(0, 40)
MOVES = st.lists(
    st.tuples(st.just("bid"), FEW, st.integers(-2, 2) | st.integers(0, 700))
    | st.tuples(st.just("tie"), FEW, st.just(0))
    | st.tuples(st.just("exact"), FEW, CENTS)
    | st.tuples(st.just("withdraw"), FEW, st.just(0))
    | st.tuples(st.just("wait"), st.just(0), WAITS)
    | st.tuples(st.just("correct"), FEW, WAITS),
    max_size=25,
)


def at(second: int) -> datetime:
    return START + timedelta(seconds=second)


@dataclass
class Incremental:
    """An auction as the services carry it: the top of the history, one bid after the other."""

    terms: AuctionTerms
    ends_at: datetime
    hard_end_at: datetime
    scheduled_end_at: datetime
    top: TopBids = field(default_factory=lambda: TopBids(None, None))
    bids: list[CeilingBid] = field(default_factory=list)
    own: dict[int, list[OwnBid]] = field(default_factory=dict)
    placed: int = 0

    @property
    def standing(self) -> Standing:
        return standing_at(self.top, self.terms)

    def own_ceiling(self, who: int) -> int | None:
        leader = self.top.leader
        return leader.ceiling_minor if leader is not None and leader.account_id == who else None

    def bid(self, who: int, ceiling: int, now: datetime) -> None:
        check_correction(self.own.get(who, []), now=now)
        check_bid(self.standing, who, self.own_ceiling(who), ceiling)
        led_before = self.standing.leader_account_id
        self.placed += 1
        bid = CeilingBid(self.placed, who, ceiling)
        self.bids.append(bid)
        self.top = top_after(self.top, bid)
        self.own.setdefault(who, []).append(OwnBid(self.placed, now))
        self.ends_at = end_after_bid(
            ends_at=self.ends_at,
            hard_end_at=self.hard_end_at,
            now=now,
            leader_changed=self.standing.leader_account_id != led_before,
        )

    def withdraw(self, who: int, now: datetime) -> None:
        own = self.own.get(who, [])
        gone = bids_to_withdraw(own, ends_at=self.ends_at, scheduled_end_at=self.scheduled_end_at, now=now)
        self.own[who] = [OwnBid(bid.sequence, bid.placed_at, now) if bid.sequence in gone else bid for bid in own]
        self.bids = [bid for bid in self.bids if bid.sequence not in gone]
        self.top = top_of(self.bids)


@dataclass
class Whole:
    """The same auction as the model sees it: nothing but the history and the end."""

    opening: int
    reserve: int | None
    end: int
    hard_end: int
    history: list[model.Placed] = field(default_factory=list)

    @property
    def standing(self) -> tuple[int | None, int]:
        return model.leader_and_price(self.history, self.opening, self.reserve)

    def least(self, who: int) -> int:
        return model.least(self.history, who, self.opening, self.reserve)

    def may_bid(self, who: int, ceiling: int, now: int) -> bool:
        return ceiling >= self.least(who) and model.may_bid_again(self.history, who, now)

    def bid(self, who: int, ceiling: int, now: int) -> None:
        led_before, _ = self.standing
        self.history.append(model.Placed(who, ceiling, now))
        self.end = model.end_after(led_before, self.standing[0], self.end, self.hard_end, now)


@settings(max_examples=times(400, by_night=5_000), deadline=None)
@given(TERMS, st.sampled_from([5, 30, 90, 720, 725, 730, 900]), MOVES)
def test_any_history_gives_what_the_model_gives(
    terms: AuctionTerms, length: int, moves: list[tuple[str, int, int]]
) -> None:
    end, hard_end = length * model.MINUTE, (length + HARD_END_AFTER) * model.MINUTE
    whole = Whole(terms.opening_price_minor, terms.reserve_price_minor, end, hard_end)
    real = Incremental(terms, at(end), at(hard_end), at(end))
    now = 0
    for verb, who, number in moves:
        if verb == "wait":
            now += number * model.MINUTE
        elif now >= whole.end:
            break
        elif verb == "withdraw":
            _withdraw(whole, real, who, now)
        elif verb == "correct":
            _withdraw(whole, real, who, now)
            now += max(1, number * model.MINUTE)
            if now < whole.end:
                _bid(whole, real, who, whole.least(who), now)
        else:
            _bid(whole, real, who, _ceiling(whole, verb, who, number), now)
        now += verb != "wait"
        _agree(whole, real)


def _ceiling(whole: Whole, verb: str, who: int, number: int) -> int:
    if verb == "tie":
        return max((bid.ceiling for bid in whole.history), default=whole.opening)
    return number if verb == "exact" else max(1, whole.least(who) + number)


def _bid(whole: Whole, real: Incremental, who: int, ceiling: int, now: int) -> None:
    assert minimum_bid(real.standing, who, real.own_ceiling(who)) == whole.least(who)
    try:
        real.bid(who, ceiling, at(now))
    except (BidTooLow, BidAfterWithdrawal):
        assert not whole.may_bid(who, ceiling, now)
    else:
        assert whole.may_bid(who, ceiling, now)
        whole.bid(who, ceiling, now)


def _withdraw(whole: Whole, real: Incremental, who: int, now: int) -> None:
    gone = model.withdrawable(whole.history, who, whole.end, now)
    try:
        real.withdraw(who, at(now))
    except WithdrawalRefused:
        assert not gone
    else:
        assert gone
        for bid in gone:
            bid.gone_at = now


def _agree(whole: Whole, real: Incremental) -> None:
    leader, price = whole.standing
    assert (real.standing.leader_account_id, real.standing.price_minor) == (leader, price)
    assert real.ends_at == at(whole.end) <= real.hard_end_at
    assert real.standing == standing(real.bids, real.terms)
    top = real.top.leader
    assert top is None or real.standing.price_minor <= top.ceiling_minor
    if real.standing.meets_reserve and real.terms.reserve_price_minor is not None:
        assert real.standing.price_minor >= real.terms.reserve_price_minor


@given(BIDS)
def test_the_top_carried_along_is_the_top_of_all_bids(bids: list[CeilingBid]) -> None:
    top = TopBids(None, None)
    for number, bid in enumerate(bids, 1):
        top = top_after(top, bid)
        whole = top_of(bids[:number])
        assert top.leader is not None
        assert whole.leader is not None
        assert (top.leader.account_id, top.leader.ceiling_minor, top.second_ceiling_minor) == (
            whole.leader.account_id,
            whole.leader.ceiling_minor,
            whole.second_ceiling_minor,
        )


@given(BIDS, TERMS)
def test_the_price_stays_within_its_bounds(bids: list[CeilingBid], terms: AuctionTerms) -> None:
    bids = [bid for bid in bids if bid.ceiling_minor >= terms.opening_price_minor]
    current = standing(bids, terms)
    assert current.price_minor >= terms.opening_price_minor
    if not bids:
        assert current == Standing(terms.opening_price_minor, None, None, meets_reserve=False)
        return
    top = max(bid.ceiling_minor for bid in bids)
    reserve = terms.reserve_price_minor
    assert current.price_minor <= top
    assert current.meets_reserve == (reserve is None or top >= reserve)
    assert reserve is None or not current.meets_reserve or current.price_minor >= reserve


@given(BIDS.filter(bool))
def test_of_equal_ceilings_the_earlier_leads_and_pays_it(bids: list[CeilingBid]) -> None:
    top = max(bid.ceiling_minor for bid in bids)
    first = next(bid for bid in bids if bid.ceiling_minor == top)
    late = CeilingBid(len(bids) + 1, 99, top)
    current = standing([*bids, late], AuctionTerms(1, None, None))
    assert (current.leader_account_id, current.leading_sequence) == (first.account_id, first.sequence)
    assert current.price_minor == top


@given(BIDS)
def test_more_bids_never_lower_the_price(bids: list[CeilingBid]) -> None:
    terms = AuctionTerms(1, None, None)
    prices = [standing(bids[:number], terms).price_minor for number in range(len(bids) + 1)]
    assert prices == sorted(prices)


@given(st.integers(-10, 70), st.integers(-10, 70), st.booleans())
def test_the_end_moves_only_by_a_new_leader_in_the_last_ten_minutes(left: int, reach: int, new_leader: bool) -> None:  # noqa: FBT001 - hypothesis gives arguments by position
    now = START
    ends_at = START + timedelta(minutes=max(left, 1))
    hard_end_at = ends_at + timedelta(minutes=abs(reach))
    moved = end_after_bid(ends_at=ends_at, hard_end_at=hard_end_at, now=now, leader_changed=new_leader)
    assert ends_at <= moved <= hard_end_at
    if moved != ends_at:
        assert new_leader
        assert ends_at - now < timedelta(minutes=10)
        assert moved in {now + timedelta(minutes=10), hard_end_at}
