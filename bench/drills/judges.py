"""Looks at what is in the books after a drill and says what is wrong; knows nothing of services and rules.

The winner and the price come from a model that recomputes the whole history; see its module.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from tests.unit.auctions.model import Placed, leader_and_price

LAST_MINUTES = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class LoggedBid:
    """One bid as it stands in the log, in the order of the log."""

    public_id: str
    sequence: int
    account_id: int
    ceiling_minor: int
    placed_at: datetime


@dataclass(frozen=True, slots=True)
class LoggedAward:
    """One award as it stands in the books."""

    account_id: int
    price_minor: int
    is_paid: bool


@dataclass(frozen=True, slots=True)
class LoggedAuction:
    """An auction after its end."""

    opening_minor: int
    reserve_minor: int | None
    scheduled_end_at: datetime
    ends_at: datetime
    hard_end_at: datetime
    bids: Sequence[LoggedBid]
    awards: Sequence[LoggedAward]


def auction_problems(auction: LoggedAuction, confirmed: Collection[str]) -> list[str]:
    """What is wrong with an auction that is over.

    Args:
        auction: as it stands in the books.
        confirmed: the public ids of the bids that clients were told were in.
    """
    problems = _log_problems(auction, confirmed)
    history = [_placed(bid) for bid in auction.bids]
    winner, price = leader_and_price(history, auction.opening_minor, auction.reserve_minor)
    if len(auction.awards) != 1:
        return [*problems, f"{len(auction.awards)} winners"]
    award = auction.awards[0]
    if award.account_id != winner:
        problems.append(f"account {award.account_id} won, by the log it is {winner}")
    if award.price_minor != price:
        problems.append(f"the price is {award.price_minor}, by the log it is {price}")
    if not award.is_paid:
        problems.append("the winner was not charged")
    return problems


def _log_problems(auction: LoggedAuction, confirmed: Collection[str]) -> list[str]:
    late = [bid for bid in auction.bids if bid.placed_at >= auction.ends_at]
    lost = set(confirmed) - {bid.public_id for bid in auction.bids}
    unordered = [bid.sequence for bid in auction.bids] != list(range(1, len(auction.bids) + 1))
    backwards = any(later.placed_at < earlier.placed_at for earlier, later in pairwise(auction.bids))
    checks = [
        (late, f"{len(late)} bids were taken at or after the end"),
        (lost, f"{len(lost)} confirmed bids are not in the log"),
        (unordered, "the log has gaps or doubles"),
        (backwards, "the log runs backwards in time"),
    ]
    return [words for is_wrong, words in checks if is_wrong]


def end_problems(auction: LoggedAuction, seen_ends: Sequence[datetime]) -> list[str]:
    """What is wrong with how the end of an auction moved.

    Args:
        auction: as it stands in the books.
        seen_ends: the ends that clients were shown, in the order in which they were shown.
    """
    end, history, leader = auction.scheduled_end_at, list[Placed](), None
    for bid in auction.bids:
        history.append(_placed(bid))
        leads_now, _ = leader_and_price(history, auction.opening_minor, auction.reserve_minor)
        if leads_now != leader and end - bid.placed_at <= LAST_MINUTES:
            end = max(end, min(bid.placed_at + LAST_MINUTES, auction.hard_end_at))
        leader = leads_now
    shrunk = any(later < earlier for earlier, later in pairwise(seen_ends))
    checks = [
        (end != auction.ends_at, f"it ended at {auction.ends_at}, by the log at {end}"),
        (auction.ends_at > auction.hard_end_at, "it ended after its hard end"),
        (shrunk, "the end moved backwards"),
        (auction.ends_at <= auction.scheduled_end_at, "nothing was extended"),
    ]
    return [words for is_wrong, words in checks if is_wrong]


@dataclass(frozen=True, slots=True)
class KeptDays:
    """Days of one place that somebody was told they have, and how many of them the calendar keeps for them."""

    place: int
    starts_on: date
    ends_before: date
    days_in_calendar: int


def overlap_problems(kept: Iterable[KeptDays], told: int) -> list[str]:
    """What is wrong with days that were kept for people.

    Args:
        kept: every hold that stands.
        told: how many clients were told that they have their days.
    """
    held = sorted(kept, key=lambda days: (days.place, days.starts_on))
    overlaps = sum(
        1 for earlier, later in pairwise(held) if earlier.place == later.place and later.starts_on < earlier.ends_before
    )
    torn = [days for days in held if days.days_in_calendar != (days.ends_before - days.starts_on).days]
    checks = [
        (overlaps, f"{overlaps} overlaps"),
        (torn, f"{len(torn)} holds have lost days"),
        (len(held) != told, f"{told} clients were told they have days, {len(held)} holds stand"),
    ]
    return [words for is_wrong, words in checks if is_wrong]


def charge_problems(charges: Mapping[str, int], paid_keys: Collection[str]) -> list[str]:
    """What is wrong between the gateway and our books.

    Args:
        charges: what the gateway has charged: key, and how often.
        paid_keys: the keys of the charges that paid an order.
    """
    double = [key for key, count in charges.items() if count > 1]
    orphans = set(charges) - set(paid_keys)
    unpaid = set(paid_keys) - set(charges)
    checks = [
        (double, f"{len(double)} charges were made twice"),
        (orphans, f"{len(orphans)} charges have no paid order"),
        (unpaid, f"{len(unpaid)} orders are paid without a charge"),
    ]
    return [words for is_wrong, words in checks if is_wrong]


def _placed(bid: LoggedBid) -> Placed:
    return Placed(bid.account_id, bid.ceiling_minor, bid.sequence)
