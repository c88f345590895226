"""R1 and R2: many bidders on one auction, through its close and through its extension."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import count

from app.domain.auctions.models import Award
from app.domain.auctions.queries import all_bids, awards_of
from app.domain.auctions.rules import AuctionTerms
from app.domain.auctions.states import AwardState
from bench.drills.ground import Client, Ground, jump, wait_for
from bench.drills.judges import LoggedAuction, LoggedAward, LoggedBid, auction_problems, end_problems
from bench.drills.result import Result, unexpected
from tests.factories.auctions import Running, bid, look, make_auction, now, read, wait_until
from tests.support.races import at_the_same_moment

TERMS = AuctionTerms(1_000, 5_000, None)
BIDS_EACH, BIDS_EACH_SHORT = 20, 8
JUST_BEFORE = timedelta(seconds=1)
LAST_SECONDS = timedelta(seconds=9)
ROUNDS_MAX = 12
TAKEN, REFUSED = 303, 422
EXPECTED = frozenset({TAKEN, REFUSED})


@dataclass
class Storm:
    """What the clients of a storm of bids were answered."""

    statuses: Counter[int] = field(default_factory=Counter)
    confirmed: list[str] = field(default_factory=list)
    seconds: float = 0.0


def storm_through_the_close(ground: Ground) -> Result:
    """R1: bids from every client at once, and the auction ends in the middle of them."""
    problems: list[str] = []
    statuses: Counter[int] = Counter()
    accepted, winners, seconds = 0, 0, 0.0
    for seed in range(ground.storms):
        running = make_auction(ground.app, terms=TERMS)
        bring_to_hard_end(running, ground.clients[:2])
        ground.forget_rate_limits()
        ground.sign_in(ground.clients)
        storm = _storm(ground, running, random.Random(seed))  # noqa: S311 - a drill must be repeatable
        wait_for(partial(_paid_award, running))
        logged = logged_auction(running)
        found = auction_problems(logged, storm.confirmed) + unexpected(storm.statuses, EXPECTED)
        problems += [f"seed {seed}: {problem}" for problem in found]
        statuses += storm.statuses
        accepted, winners = accepted + len(storm.confirmed), winners + len(logged.awards)
        seconds += storm.seconds
    figures = {
        "clients": len(ground.clients),
        "storms": ground.storms,
        "bids": statuses.total(),
        "accepted": accepted,
        "refused": statuses[REFUSED],
        "winners": winners,
        "bids_per_second": round(statuses.total() / seconds),
    }
    return Result("R1", ground.database, figures, problems)


def bring_to_hard_end(running: Running, two: Sequence[Client]) -> None:
    """Makes two bidders outbid each other in the last minute until the auction can be extended no more."""
    for number in range(ROUNDS_MAX):
        auction = look(running)
        if auction.ends_at == auction.hard_end_at:
            break
        wait_until(running, timedelta(minutes=1))
        bid(running, two[number % 2].bidder, 1_000 + 200 * number)


def _storm(ground: Ground, running: Running, chance: random.Random) -> Storm:
    storm, guard = Storm(), threading.Lock()
    each = BIDS_EACH_SHORT if ground.is_short else BIDS_EACH
    total = each * len(ground.clients)
    amounts = _amounts(chance, total)
    half = threading.Event()

    def send(client: Client) -> None:
        visitor = client.visitor.twin()
        for _ in range(each):
            with guard:
                ceiling_minor = next(amounts)
            answer = visitor.post(f"/auctions/{running.public_id}/bids", bid_fields(ceiling_minor))
            with guard:
                storm.statuses[answer.status] += 1
                if answer.status == TAKEN:
                    storm.confirmed.append(answer.location.rpartition("/")[2])
                if storm.statuses.total() >= total // 2:
                    half.set()
        visitor.close()

    def close_it() -> None:
        half.wait(60)
        with ground.app.app_context():
            # In the short form the storm may be over within the second that is left: the end comes at once.
            wait_until(running, -JUST_BEFORE if ground.is_short else JUST_BEFORE)

    started = time.monotonic()
    everybody: list[Callable[[], None]] = [close_it, *(partial(send, client) for client in ground.clients)]
    at_the_same_moment(everybody)
    storm.seconds = time.monotonic() - started
    return storm


def _amounts(chance: random.Random, total: int) -> Iterator[int]:
    """Ceilings that rise with time, so that many are taken, but far apart, so that many are not; some are equal."""
    step = 70_000 // total
    for number in count():
        yield 4_000 + number * step + chance.randrange(0, 20) * 100


def bid_fields(ceiling_minor: int) -> dict[str, str]:
    """What the form of a bid sends."""
    return {"step": "place", "amount": f"{ceiling_minor // 100}.{ceiling_minor % 100:02}"}


def _paid_award(running: Running) -> Award | None:
    return next((award for award in awards_of(running.auction_id) if award.state is AwardState.PAID), None)


def logged_auction(running: Running) -> LoggedAuction:
    """An auction as it stands in the books."""
    auction = look(running)
    bids = read(lambda: all_bids(running.auction_id))
    awards = read(lambda: awards_of(running.auction_id))
    return LoggedAuction(
        opening_minor=auction.opening_price_minor,
        reserve_minor=auction.reserve_price_minor,
        scheduled_end_at=auction.scheduled_end_at,
        ends_at=auction.ends_at,
        hard_end_at=auction.hard_end_at,
        bids=[LoggedBid(row.public_id, row.sequence, row.account_id, row.ceiling_minor, row.placed_at) for row in bids],
        awards=[LoggedAward(row.account_id, row.hammer_price_minor, row.state is AwardState.PAID) for row in awards],
    )


def last_seconds(ground: Ground) -> Result:
    """R2: everybody bids in the last ten seconds, again and again, until the auction can be extended no more."""
    clients = ground.clients[: 6 if ground.is_short else 20]
    running = make_auction(ground.app, terms=TERMS)
    wait_until(running, timedelta(minutes=5))
    ground.forget_rate_limits()
    ground.sign_in(clients)
    statuses: Counter[int] = Counter()
    confirmed: list[str] = []
    seen = [look(running).ends_at]
    chance = random.Random(2)  # noqa: S311 - a drill must be repeatable
    rounds = 0
    while seen[-1] < look(running).hard_end_at and rounds < ROUNDS_MAX:
        left = look(running).ends_at - now()
        if left <= timedelta(0):
            break
        jump(max(timedelta(0), left - LAST_SECONDS))
        for answer, location in _all_bid(running, clients, chance):
            statuses[answer] += 1
            if answer == TAKEN:
                confirmed.append(location.rpartition("/")[2])
        seen.append(look(running).ends_at)
        rounds += 1
    jump(look(running).hard_end_at - now() + timedelta(seconds=2))
    late = clients[0].visitor.post(f"/auctions/{running.public_id}/bids", bid_fields(180_000))
    wait_for(partial(_paid_award, running))
    logged = logged_auction(running)
    problems = auction_problems(logged, confirmed) + end_problems(logged, seen) + unexpected(statuses, EXPECTED)
    if late.status != REFUSED:
        problems.append(f"a bid after the end was answered {late.status}")
    grown = _minutes(logged.ends_at - logged.scheduled_end_at)
    figures = {"clients": len(clients), "bids": statuses.total(), "accepted": len(confirmed), "rounds": rounds}
    return Result("R2", ground.database, {**figures, "extended_by_minutes": grown}, problems)


def _all_bid(running: Running, clients: Sequence[Client], chance: random.Random) -> list[tuple[int, str]]:
    # Above the ceiling that leads, which only the books know: each round shall have a new leader.
    price = look(running).leader_ceiling_minor or TERMS.opening_price_minor

    def send(client: Client, ceiling_minor: int) -> tuple[int, str]:
        answer = client.visitor.post(f"/auctions/{running.public_id}/bids", bid_fields(ceiling_minor))
        return answer.status, answer.location

    sent = [(client, price + chance.randrange(5, 40) * 100) for client in clients]
    return at_the_same_moment([partial(send, client, ceiling_minor) for client, ceiling_minor in sent])


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
