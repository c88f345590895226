"""The published rules once more, from their words alone: everything is recomputed from the whole history."""

from dataclasses import dataclass

# "under $1: 0.05; to 4.99: 0.25; ..." in cents; times are seconds.
MINUTE, HOUR = 60, 3_600
STEPS = {99: 5, 499: 25, 2_499: 50, 9_999: 100, 24_999: 250, 49_999: 500, 99_999: 1_000, 249_999: 2_500, 499_999: 5_000}


@dataclass
class Placed:
    """A bid somebody placed; who, how much at most, when, and when it was withdrawn."""

    who: int
    ceiling: int
    at: int
    gone_at: int | None = None


def step(amount: int) -> int:
    return next((size for up_to, size in STEPS.items() if amount <= up_to), 10_000)


def leader_and_price(history: list[Placed], opening: int, reserve: int | None) -> tuple[int | None, int]:
    bids = [bid for bid in history if bid.gone_at is None]
    if not bids:
        return None, opening
    top = max(bid.ceiling for bid in bids)
    leader = next(bid.who for bid in bids if bid.ceiling == top)
    others = [bid.ceiling for bid in bids if bid.who != leader]
    price = min(top, max(others) + step(max(others))) if others else opening
    return leader, max(price, reserve) if reserve is not None and top >= reserve else price


def least(history: list[Placed], who: int, opening: int, reserve: int | None) -> int:
    leader, price = leader_and_price(history, opening, reserve)
    if leader == who:
        return 1 + max(bid.ceiling for bid in history if bid.who == who and bid.gone_at is None)
    return price if leader is None else price + step(price)


def may_bid_again(history: list[Placed], who: int, now: int) -> bool:
    own = [bid for bid in history if bid.who == who]
    gone = [bid.gone_at for bid in own if bid.gone_at is not None]
    return not gone or (now - max(gone) <= 10 * MINUTE and all(bid.at <= min(gone) for bid in own))


def withdrawable(history: list[Placed], who: int, end: int, now: int) -> list[Placed]:
    own = [bid for bid in history if bid.who == who]
    if end - now >= 12 * HOUR:
        return [bid for bid in own if bid.gone_at is None]
    is_possible = end - now > 10 * MINUTE and own and own[-1].gone_at is None and now - own[-1].at <= HOUR
    return own[-1:] if is_possible else []


def end_after(led_before: int | None, leads_now: int | None, end: int, hard_end: int, now: int) -> int:
    is_extended = led_before != leads_now and end - now <= 10 * MINUTE
    return min(now + 10 * MINUTE, hard_end) if is_extended else end
