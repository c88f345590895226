"""Two connections at the same auction at the same moment: one truth comes out."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.auctions.errors import AuctionOver, BidTooLow, BuyNowGone
from app.domain.auctions.models import Award, Bid
from app.domain.auctions.queries import counting_bids, terms_of, top_of_auction
from app.domain.auctions.rules import AuctionTerms, standing, top_of
from app.domain.auctions.service.awards import follow_award
from app.domain.auctions.service.closing import buy_now, close_auction
from app.domain.auctions.service.placing import place_bid
from app.domain.auctions.states import AuctionState
from app.domain.orders.models import Order
from app.domain.payments.states import IntentState
from app.foundation.db import db
from tests.factories import auctions as make
from tests.factories.auctions import Running
from tests.support.races import race


def rows(model: type[Award] | type[Bid] | type[Order]) -> int:
    return make.read(lambda: db.session.scalars(sa.select(sa.func.count()).select_from(model)).one())


def check(running: Running) -> None:
    """The row carries what the history gives, and the numbers of the bids have no gap."""
    auction = make.look(running)
    bids = make.read(lambda: counting_bids(running.auction_id))
    assert [bid.sequence for bid in bids] == list(range(1, auction.bids + 1))
    assert top_of_auction(auction) == top_of(bids)
    assert auction.standing_price_minor == standing(bids, terms_of(auction)).price_minor


def test_bids_at_once_are_taken_one_after_the_other(app: Flask) -> None:
    running = make.make_auction(app)
    bidders = [make.make_bidder(app) for _ in range(6)]

    def bidding(number: int) -> Callable[[], object]:
        return lambda: place_bid(running.auction_id, bidders[number].account_id, 5_000 + 1_000 * number)

    raised = race(app, [bidding(number) for number in range(6)])
    assert {type(error) for error in raised} <= {BidTooLow}
    with app.app_context():
        assert make.look(running).leader_account_id == bidders[5].account_id
        assert make.look(running).bids == 6 - len(raised)
        check(running)


def test_equal_ceilings_at_once_have_one_leader_who_pays_it(app: Flask) -> None:
    running = make.make_auction(app)
    bidders = [make.make_bidder(app) for _ in range(2)]
    raised = race(app, [lambda b=b: place_bid(running.auction_id, b.account_id, 5_000) for b in bidders])  # type: ignore[misc]  # mypy does not infer defaults of lambdas
    assert not raised
    with app.app_context():
        auction = make.look(running)
        assert (auction.leader_sequence, auction.standing_price_minor, auction.bids) == (1, 5_000, 2)
        check(running)


@pytest.mark.parametrize("round_number", range(3))
def test_a_bid_and_the_close_at_once(app: Flask, round_number: int) -> None:
    """Near the end either the bid comes first and extends, or the close comes first and the bid is refused."""
    del round_number
    running = make.make_auction(app)
    ana, ben = make.make_bidder(app), make.make_bidder(app)
    with app.app_context():
        make.bid(running, ana, 5_000)
        make.wait_until(running, timedelta())
    works: list[Callable[[], object]] = [
        lambda: place_bid(running.auction_id, ben.account_id, 9_000),
        lambda: close_auction(running.auction_id),
    ]
    raised = race(app, works)
    assert [type(error) for error in raised] == [AuctionOver]
    with app.app_context():
        assert make.look(running).state is AuctionState.AWARDED
        assert make.award_of(running).account_id == ana.account_id
        assert rows(Bid) == 1


def test_two_workers_close_once(app: Flask) -> None:
    running = make.make_auction(app)
    ana = make.make_bidder(app)
    with app.app_context():
        make.bid(running, ana, 5_000)
        make.wait_until(running, timedelta())
    raised = race(app, [lambda: close_auction(running.auction_id)] * 4)
    assert not raised
    with app.app_context():
        assert (rows(Award), rows(Order)) == (1, 1)
        assert make.told("auction_won") == [ana.person.user_id]


def test_buy_now_and_a_bid_at_once(app: Flask) -> None:
    running = make.make_auction(app, terms=AuctionTerms(1_000, None, 2_000))
    ana, ben = make.make_bidder(app), make.make_bidder(app)
    works: list[Callable[[], object]] = [
        lambda: place_bid(running.auction_id, ana.account_id, 1_500),
        lambda: buy_now(running.auction_id, ben.account_id),
    ]
    (error,) = race(app, works)
    assert isinstance(error, AuctionOver | BuyNowGone)
    with app.app_context():
        is_bought = make.look(running).state is AuctionState.AWARDED
        assert (rows(Award), rows(Bid)) == ((1, 0) if is_bought else (0, 1))


def test_an_award_that_ran_out_lapses_once(app: Flask) -> None:
    running = make.make_auction(app)
    ana, ben = make.make_bidder(app), make.make_bidder(app)
    with app.app_context():
        make.bid(running, ben, 5_000)
        make.bid(running, ana, 9_000)
        make.wait_until(running, timedelta())
        award = make.close(running)
        assert award is not None
        make.answer_charge(award.order_id, IntentState.DECLINED)
        make.committed(lambda: follow_award(award.id))
        make.wait(timedelta(hours=48))
    raised = race(app, [lambda: follow_award(award.id)] * 4)
    assert not raised
    with app.app_context():
        assert rows(Award) == 2
        assert make.told("offer_for_a_day") == [ben.person.user_id]
