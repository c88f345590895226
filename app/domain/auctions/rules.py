"""The rules of an auction, pure: a list of bids goes in, the standing price and its leader come out.

Source: product.md 4.1 as decided for this market; the increments are eBay's published table.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from app.domain.auctions.errors import BidAfterWithdrawal, BidTooHigh, BidTooLow, TermsRefused, WithdrawalRefused
from app.foundation.messages import N_

SOFT_CLOSE = timedelta(minutes=10)
HARD_END_AFTER = timedelta(minutes=60)
LEAD_BEFORE_FLIGHT = timedelta(hours=72)
SHORT_LEAD_BEFORE_FLIGHT = timedelta(hours=24)
DURATION_MIN = timedelta(hours=1)
DURATION_MAX = timedelta(days=30)
WITHDRAW_ALL_UNTIL = timedelta(hours=12)
WITHDRAW_LAST_WITHIN = timedelta(hours=1)
CORRECTION_WITHIN = timedelta(minutes=10)
PAY_WITHIN = timedelta(hours=48)
SHORT_PAY_WITHIN = timedelta(hours=24)
OFFER_OPEN_FOR = timedelta(hours=24)
STRIKES_MAX = 3
BUY_NOW_OVER_OPENING_PERCENT = 30
AMOUNT_MINOR_MAX = 100_000_000

# (second ceiling below this, increment), in minor units.
INCREMENTS = (
    (100, 5),
    (500, 25),
    (2_500, 50),
    (10_000, 100),
    (25_000, 250),
    (50_000, 500),
    (100_000, 1_000),
    (250_000, 2_500),
    (500_000, 5_000),
)
INCREMENT_ABOVE = 10_000


@dataclass(frozen=True, slots=True)
class CeilingBid:
    """One bid as the rules see it: who, how much at most, and in which order it was taken."""

    sequence: int
    account_id: int
    ceiling_minor: int


@dataclass(frozen=True, slots=True)
class TopBids:
    """All of a history that the next bid needs: the leading bid, and the highest ceiling of anybody else."""

    leader: CeilingBid | None
    second_ceiling_minor: int | None


def top_of(bids: Iterable[CeilingBid]) -> TopBids:
    """The top of a whole history (withdrawn bids left out)."""
    ranked = sorted(_best_of_each(bids).values(), key=lambda bid: (-bid.ceiling_minor, bid.sequence))
    second = ranked[1].ceiling_minor if len(ranked) > 1 else None
    return TopBids(ranked[0] if ranked else None, second)


def top_after(top: TopBids, bid: CeilingBid) -> TopBids:
    """The top after one more bid, without looking at the others; the same as ``top_of`` the longer history."""
    leader = top.leader
    if leader is None:
        return TopBids(bid, None)
    if bid.account_id == leader.account_id:
        return TopBids(bid if bid.ceiling_minor > leader.ceiling_minor else leader, top.second_ceiling_minor)
    if bid.ceiling_minor > leader.ceiling_minor:
        return TopBids(bid, leader.ceiling_minor)
    return TopBids(leader, max(bid.ceiling_minor, top.second_ceiling_minor or 0))


@dataclass(frozen=True, slots=True)
class Standing:
    """Who leads, with which bid, and what they would pay now; no leader: the opening price."""

    price_minor: int
    leader_account_id: int | None
    leading_sequence: int | None
    meets_reserve: bool


@dataclass(frozen=True, slots=True)
class AuctionTerms:
    """The prices of an auction in minor units."""

    opening_price_minor: int
    reserve_price_minor: int | None
    buy_now_price_minor: int | None


def increment(amount_minor: int) -> int:
    """The least amount by which to outbid.

    >>> [increment(amount) for amount in (99, 100, 4_000, 499_999, 500_000)]
    [5, 25, 100, 5000, 10000]
    """
    return next((step for below, step in INCREMENTS if amount_minor < below), INCREMENT_ABOVE)


def standing(bids: Iterable[CeilingBid], terms: AuctionTerms) -> Standing:
    """Who leads and at what price, from the bids that count (withdrawn ones left out).

    The system bids the least needed: one increment over the highest ceiling of any *other* bidder,
    never above the leader's own. Equal ceilings: the earlier one leads and pays its ceiling. A met
    reserve is a floor under the price.
    """
    return standing_at(top_of(bids), terms)


def standing_at(top: TopBids, terms: AuctionTerms) -> Standing:
    """Who leads and at what price, from the top of the history; see ``standing``."""
    leader, second = top.leader, top.second_ceiling_minor
    if leader is None:
        return Standing(terms.opening_price_minor, None, None, meets_reserve=False)
    price = terms.opening_price_minor
    if second is not None:
        price = max(price, min(leader.ceiling_minor, second + increment(second)))
    meets_reserve = terms.reserve_price_minor is None or leader.ceiling_minor >= terms.reserve_price_minor
    if meets_reserve and terms.reserve_price_minor is not None:
        price = max(price, terms.reserve_price_minor)
    return Standing(price, leader.account_id, leader.sequence, meets_reserve)


def minimum_bid(current: Standing, bidder_account_id: int, own_ceiling_minor: int | None) -> int:
    """The least ceiling this bidder may give now.

    A first bid: the opening price. Another bidder: one increment over the standing price. The leader:
    anything above their own ceiling.
    """
    if current.leader_account_id is None:
        return current.price_minor
    if current.leader_account_id == bidder_account_id and own_ceiling_minor is not None:
        return own_ceiling_minor + 1
    return current.price_minor + increment(current.price_minor)


def check_bid(current: Standing, bidder_account_id: int, own_ceiling_minor: int | None, ceiling_minor: int) -> None:
    """Raises if a ceiling is too low, or absurdly high.

    Raises:
        BidTooLow: it is below the least that may be bid now.
        BidTooHigh: it is absurdly high, so most likely a slip.
    """
    if ceiling_minor < minimum_bid(current, bidder_account_id, own_ceiling_minor):
        raise BidTooLow
    if ceiling_minor > AMOUNT_MINOR_MAX:
        raise BidTooHigh


def end_after_bid(*, ends_at: datetime, hard_end_at: datetime, now: datetime, leader_changed: bool) -> datetime:
    """When the auction ends after a bid: moved by a change of leader in the last 10 minutes only.

    Never earlier than before, never past the hard end. Automatic counter-bids and raised ceilings
    change no leader and move nothing.
    """
    if not leader_changed or ends_at - now > SOFT_CLOSE:
        return ends_at
    return max(ends_at, min(now + SOFT_CLOSE, hard_end_at))


def buy_now_is_open(terms: AuctionTerms, current: Standing) -> bool:
    """Whether the buy-now price can still be taken: until the first bid, or while the reserve is unmet.

    A withdrawn bid counts for nothing here either: whoever bids and withdraws takes no choice from others.
    """
    if terms.buy_now_price_minor is None:
        return False
    return current.leader_account_id is None or (terms.reserve_price_minor is not None and not current.meets_reserve)


@dataclass(frozen=True, slots=True)
class OwnBid:
    """One of a bidder's own bids, with when it was withdrawn if it was."""

    sequence: int
    placed_at: datetime
    withdrawn_at: datetime | None = None


def bids_to_withdraw(
    own: Sequence[OwnBid], *, ends_at: datetime, scheduled_end_at: datetime, now: datetime
) -> list[int]:
    """Which of a bidder's bids a withdrawal takes back, by sequence.

    With 12 h or more to go: all of them. With less: only the last one they placed, within 1 h of placing
    it. Never in the last 10 minutes, in an extension or after the close.

    Raises:
        WithdrawalRefused: none of them can be taken back; says why.
    """
    left = ends_at - now
    counting = [bid for bid in own if bid.withdrawn_at is None]
    if not counting:
        raise WithdrawalRefused(N_("You have no bid here that could be withdrawn."))
    if left <= SOFT_CLOSE or now >= scheduled_end_at:
        raise WithdrawalRefused(N_("In the last 10 minutes bids stand."))
    if left >= WITHDRAW_ALL_UNTIL:
        return [bid.sequence for bid in counting]
    last = max(own, key=lambda bid: bid.sequence)
    if last.withdrawn_at is not None or now - last.placed_at > WITHDRAW_LAST_WITHIN:
        message = N_("With less than 12 hours to go, only your last bid can be withdrawn, and for one hour only.")
        raise WithdrawalRefused(message)
    return [last.sequence]


def check_correction(own: Sequence[OwnBid], *, now: datetime) -> None:
    """Raises if somebody who withdrew may not bid again: they may once, within 10 minutes, to correct an amount.

    Raises:
        BidAfterWithdrawal: they have corrected already, or the 10 minutes are over.
    """
    withdrawals = [bid.withdrawn_at for bid in own if bid.withdrawn_at is not None]
    if not withdrawals:
        return
    first = min(withdrawals)
    has_corrected = any(bid.placed_at > first for bid in own)
    if has_corrected or now - first > CORRECTION_WITHIN:
        raise BidAfterWithdrawal


def check_terms(terms: AuctionTerms) -> None:
    """Raises if the prices do not fit together.

    Raises:
        TermsRefused: says which price does not fit the others.
    """
    prices = {
        "opening_price": terms.opening_price_minor,
        "reserve_price": terms.reserve_price_minor,
        "buy_now_price": terms.buy_now_price_minor,
    }
    for field, price in prices.items():
        if price is not None and not 1 <= price <= AMOUNT_MINOR_MAX:
            message = N_("Check this price: it is nothing, or more than anything sells for here.")
            raise TermsRefused(message, field=field)
    if terms.reserve_price_minor is not None and terms.reserve_price_minor < terms.opening_price_minor:
        message = N_("The reserve cannot be under the opening price.")
        raise TermsRefused(message, field="reserve_price")
    if terms.buy_now_price_minor is None:
        return
    least = -(-terms.opening_price_minor * (100 + BUY_NOW_OVER_OPENING_PERCENT) // 100)
    if terms.buy_now_price_minor < least:
        message = N_("The buy-now price must be at least %(percent)s %% over the opening price.")
        raise TermsRefused(message, field="buy_now_price", percent=BUY_NOW_OVER_OPENING_PERCENT)
    if terms.reserve_price_minor is not None and terms.buy_now_price_minor < terms.reserve_price_minor:
        message = N_("The buy-now price cannot be under the reserve.")
        raise TermsRefused(message, field="buy_now_price")


def check_times(
    *, now: datetime, scheduled_end_at: datetime, flight_starts_at: datetime, approval_hours: int, is_short_notice: bool
) -> None:
    """Raises if the end leaves no time to pay and to approve before the flight.

    Raises:
        TermsRefused: too soon, too far away, or too close to the flight; says by how much.
    """
    if not DURATION_MIN <= scheduled_end_at - now <= DURATION_MAX:
        message = N_("An auction runs for at least an hour and at most 30 days.")
        raise TermsRefused(message, field="ends_at")
    lead = SHORT_LEAD_BEFORE_FLIGHT if is_short_notice else LEAD_BEFORE_FLIGHT
    latest = flight_starts_at - lead - timedelta(hours=approval_hours) - HARD_END_AFTER
    if scheduled_end_at > latest:
        hours = int((lead + timedelta(hours=approval_hours) + HARD_END_AFTER).total_seconds() // 3600)
        message = N_("It must end at least %(hours)s hours before the flight starts: time to pay, approve and extend.")
        raise TermsRefused(message, field="ends_at", hours=hours)


def offer_fits(*, now: datetime, flight_starts_at: datetime, approval_hours: int) -> bool:
    """Whether an offer made now runs out with the approval time still to go before the flight."""
    return now + OFFER_OPEN_FOR + timedelta(hours=approval_hours) <= flight_starts_at


def pay_window(*, is_short_notice: bool) -> timedelta:
    """How long a winner has when the first charge fails."""
    return SHORT_PAY_WITHIN if is_short_notice else PAY_WITHIN


def is_public_ceiling(ceiling_minor: int, *, standing_price_minor: int, is_leaders: bool, is_withdrawn: bool) -> bool:
    """Whether everybody may see a ceiling: once it is beaten.

    The leader's bids never are, before or after the close, unless one equals the price or lies under it.
    A withdrawn ceiling was not beaten.
    """
    return not is_withdrawn and (not is_leaders or ceiling_minor <= standing_price_minor)


def masked(name: str) -> str:
    """A bidder's name for the public history: first and last letter.

    >>> masked("analytical"), masked("x")
    ('a***l', 'x***x')
    """
    letters = [letter for letter in name.casefold() if letter.isalnum()] or ["?"]
    return f"{letters[0]}***{letters[-1]}"


def commitment(auction_public_id: str, bid_public_id: str, ceiling_minor: int, nonce: str) -> str:
    """What is published of a ceiling at once: its SHA-256 with a random nonce only the bidder is shown."""
    return sha256(f"{auction_public_id}|{bid_public_id}|{ceiling_minor}|{nonce}".encode()).hexdigest()


def _best_of_each(bids: Iterable[CeilingBid]) -> dict[int, CeilingBid]:
    """Each bidder's highest ceiling, and of equal ones the earliest."""
    best: dict[int, CeilingBid] = {}
    for bid in bids:
        known = best.get(bid.account_id)
        if known is None or (-bid.ceiling_minor, bid.sequence) < (-known.ceiling_minor, known.sequence):
            best[bid.account_id] = bid
    return best
