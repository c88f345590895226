"""Bids and withdrawals through the services: who leads, when it ends, who is told, what is refused."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.accounts.models import Account
from app.domain.auctions.errors import (
    AuctionOver,
    BidAfterWithdrawal,
    BiddingCardNeeded,
    BidTooHigh,
    BidTooLow,
    OwnAuction,
    WithdrawalRefused,
)
from app.domain.auctions.models import Auction, Bid
from app.domain.auctions.queries import counting_bids, terms_of, top_of_auction, withdrawals_of
from app.domain.auctions.rules import AuctionTerms, standing, top_of
from app.domain.auctions.service.opening import block_bidder, unblock_bidder
from app.domain.auctions.service.placing import place_bid
from app.domain.auctions.service.withdrawing import withdraw_bids
from app.domain.auctions.states import WithdrawalReason
from app.foundation.clock import database_now
from app.foundation.db import db
from app.foundation.errors import NotAllowed, NotFound
from tests.factories import auctions as make
from tests.factories.auctions import Bidder, Running

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def running(app: Flask) -> Running:
    return make.make_auction(app)


@pytest.fixture
def ana(app: Flask) -> Bidder:
    return make.make_bidder(app)


@pytest.fixture
def ben(app: Flask) -> Bidder:
    return make.make_bidder(app)


def withdraw(running: Running, bidder: Bidder) -> int:
    return make.committed(lambda: withdraw_bids(running.auction_id, bidder.account_id, WithdrawalReason.WRONG_AMOUNT))


def test_the_first_bid_leads_at_the_opening_price(running: Running, ana: Bidder) -> None:
    placed = make.bid(running, ana, 8_000)
    assert (placed.leads, placed.price_minor) == (True, 1_000)
    auction = make.look(running)
    assert (auction.bids, auction.leader_account_id, auction.standing_price_minor) == (1, ana.account_id, 1_000)
    assert make.told("bid_placed") == [ana.person.user_id]


def test_a_lower_ceiling_is_outbid_at_once_by_the_leaders(running: Running, ana: Bidder, ben: Bidder) -> None:
    make.bid(running, ana, 8_000)
    placed = make.bid(running, ben, 6_000)
    assert (placed.leads, placed.price_minor) == (False, 6_100)
    assert make.look(running).leader_account_id == ana.account_id
    assert make.told("outbid") == []


def test_a_higher_ceiling_takes_the_lead_and_the_old_leader_is_told(running: Running, ana: Bidder, ben: Bidder) -> None:
    make.bid(running, ana, 8_000)
    placed = make.bid(running, ben, 12_000)
    assert (placed.leads, placed.price_minor) == (True, 8_100)
    assert make.told("outbid") == [ana.person.user_id]


def test_a_raised_ceiling_moves_neither_price_nor_end(running: Running, ana: Bidder, ben: Bidder) -> None:
    make.bid(running, ana, 8_000)
    make.bid(running, ben, 6_000)
    make.wait_until(running, 5 * MINUTE)
    before = make.look(running)
    assert make.bid(running, ana, 20_000).price_minor == 6_100
    assert make.look(running).ends_at == before.ends_at
    assert make.told("auction_extended") == []


def test_a_met_reserve_is_a_floor_under_the_price(app: Flask, ana: Bidder, ben: Bidder) -> None:
    running = make.make_auction(app, terms=AuctionTerms(1_000, 5_000, None))
    assert make.bid(running, ana, 4_000).price_minor == 1_000
    assert not make.look(running).meets_reserve
    assert make.bid(running, ben, 9_000).price_minor == 5_000
    assert make.look(running).meets_reserve


def test_what_the_row_carries_is_what_the_whole_history_gives(running: Running, ana: Bidder, ben: Bidder) -> None:
    for bidder, ceiling in [(ana, 3_000), (ben, 2_000), (ben, 5_000), (ana, 5_100), (ana, 5_200), (ben, 9_900)]:
        make.bid(running, bidder, ceiling)
        auction = make.look(running)
        bids = make.read(lambda: counting_bids(running.auction_id))
        assert top_of_auction(auction) == top_of(bids)
        assert auction.standing_price_minor == standing(bids, terms_of(auction)).price_minor


def test_a_new_leader_in_the_last_ten_minutes_extends_and_every_bidder_is_told(
    running: Running, ana: Bidder, ben: Bidder
) -> None:
    make.bid(running, ana, 8_000)
    scheduled = make.look(running).scheduled_end_at
    make.wait_until(running, 4 * MINUTE)
    make.bid(running, ben, 12_000)
    auction = make.look(running)
    assert timedelta(minutes=6) <= auction.ends_at - scheduled < timedelta(minutes=7)
    assert auction.scheduled_end_at == scheduled
    assert make.told("auction_extended") == sorted([ana.person.user_id, ben.person.user_id])


def test_the_hard_end_is_never_passed(running: Running, ana: Bidder, ben: Bidder) -> None:
    ceiling = 1_000
    for number in range(12):
        make.wait_until(running, MINUTE)
        ceiling += 2_000
        make.bid(running, (ana, ben)[number % 2], ceiling)
        auction = make.look(running)
        assert auction.ends_at <= auction.hard_end_at
    assert auction.ends_at == auction.hard_end_at == auction.scheduled_end_at + HOUR


def test_a_bid_at_the_end_is_refused(running: Running, ana: Bidder) -> None:
    make.wait_until(running, timedelta())
    with pytest.raises(AuctionOver):
        make.bid(running, ana, 8_000)
    assert make.look(running).bids == 0


@pytest.mark.parametrize(
    ("ceiling", "refusal", "says"),
    [(999, BidTooLow, r"Bid at least \$10\.00\."), (200_000_000, BidTooHigh, "Check the amount")],
)
def test_a_bid_that_makes_no_sense_is_refused(
    running: Running, ana: Bidder, ceiling: int, refusal: type[Exception], says: str
) -> None:
    with pytest.raises(refusal, match=says):
        make.bid(running, ana, ceiling)


def test_publishers_do_not_bid_on_their_own(running: Running) -> None:
    own = Bidder(running.publisher, running.publisher_account_id)
    make.give_card(own)
    with pytest.raises(OwnAuction):
        make.bid(running, own, 5_000)


def test_without_a_card_nobody_bids(app: Flask, running: Running) -> None:
    with pytest.raises(BiddingCardNeeded):
        make.bid(running, make.make_bidder(app, has_card=False), 5_000)


def test_a_blocked_bidder_is_refused_until_unblocked(app: Flask, running: Running, ana: Bidder) -> None:
    make.bid(running, ana, 5_000)
    mark = make.bids_of(running, ana)[0].public_id
    publisher = running.publisher_account_id
    make.committed(lambda: block_bidder(publisher, mark, now=database_now()))
    with pytest.raises(NotAllowed):
        make.bid(running, ana, 9_000)
    other = make.make_auction(app, publisher=running.publisher)
    with pytest.raises(NotAllowed):
        make.bid(other, ana, 9_000)
    assert make.look(running).leader_account_id == ana.account_id
    make.committed(lambda: unblock_bidder(publisher, ana.account_id))
    assert make.bid(running, ana, 9_000).leads


def test_only_the_publisher_of_the_auction_blocks(running: Running, ana: Bidder, ben: Bidder) -> None:
    make.bid(running, ana, 5_000)
    mark = make.bids_of(running, ana)[0].public_id
    with pytest.raises(NotFound):
        make.committed(lambda: block_bidder(ben.account_id, mark, now=database_now()))


def test_an_auction_that_is_not_there(ana: Bidder) -> None:
    with pytest.raises(NotFound):
        make.committed(lambda: place_bid(999_999, ana.account_id, 5_000))


def test_with_time_left_all_bids_are_withdrawn_and_the_one_before_leads_again(
    running: Running, ana: Bidder, ben: Bidder
) -> None:
    make.bid(running, ana, 5_000)
    make.bid(running, ben, 6_000)
    make.bid(running, ben, 9_000)
    assert withdraw(running, ben) == 2
    auction = make.look(running)
    assert (auction.leader_account_id, auction.standing_price_minor, auction.bids) == (ana.account_id, 1_000, 3)
    assert make.told("bid_withdrawn") == sorted([ben.person.user_id, running.publisher.user_id])
    assert make.told("leads_again") == [ana.person.user_id]
    assert make.read(lambda: withdrawals_of(slug_of(ben))) == 2


def test_after_a_withdrawal_the_history_shows_no_price_that_gives_a_ceiling_away(
    running: Running, ana: Bidder, ben: Bidder
) -> None:
    make.bid(running, ana, 5_000)
    make.bid(running, ben, 9_000)
    withdraw(running, ben)
    prices = make.read(lambda: list(db.session.scalars(sa.select(Bid.price_after_minor).order_by(Bid.sequence))))
    assert prices == [1_000, 1_000]


def test_with_less_than_twelve_hours_only_the_last_bid_goes_for_an_hour(running: Running, ana: Bidder) -> None:
    make.bid(running, ana, 5_000)
    make.wait_until(running, 11 * HOUR)
    make.bid(running, ana, 9_000)
    assert withdraw(running, ana) == 1
    assert make.look(running).leader_ceiling_minor == 5_000
    with pytest.raises(WithdrawalRefused):
        withdraw(running, ana)


def test_after_an_hour_a_late_bid_stands(running: Running, ana: Bidder) -> None:
    make.wait_until(running, 11 * HOUR)
    make.bid(running, ana, 5_000)
    make.wait(HOUR + MINUTE)
    with pytest.raises(WithdrawalRefused, match="one hour"):
        withdraw(running, ana)


def test_in_the_last_ten_minutes_and_in_an_extension_bids_stand(running: Running, ana: Bidder, ben: Bidder) -> None:
    make.wait_until(running, 10 * MINUTE)
    make.bid(running, ana, 5_000)
    with pytest.raises(WithdrawalRefused, match="10 minutes"):
        withdraw(running, ana)
    make.wait_until(running, MINUTE)
    make.bid(running, ben, 9_000)
    make.wait(2 * MINUTE)
    with pytest.raises(WithdrawalRefused, match="10 minutes"):
        withdraw(running, ben)
    make.wait_until(running, timedelta())
    with pytest.raises(AuctionOver):
        withdraw(running, ben)


def test_who_withdrew_may_correct_once(running: Running, ana: Bidder) -> None:
    make.bid(running, ana, 50_000)
    withdraw(running, ana)
    make.wait(9 * MINUTE)
    assert make.bid(running, ana, 5_000).leads
    with pytest.raises(BidAfterWithdrawal):
        make.bid(running, ana, 6_000)


def test_a_correction_comes_within_ten_minutes_or_not_at_all(running: Running, ana: Bidder) -> None:
    make.bid(running, ana, 50_000)
    withdraw(running, ana)
    make.wait(11 * MINUTE)
    with pytest.raises(BidAfterWithdrawal):
        make.bid(running, ana, 5_000)


def test_numbers_of_bids_have_no_gap_after_a_withdrawal(running: Running, ana: Bidder, ben: Bidder) -> None:
    make.bid(running, ana, 5_000)
    withdraw(running, ana)
    make.bid(running, ben, 5_000)
    sequences = make.read(lambda: list(db.session.scalars(sa.select(Bid.sequence).order_by(Bid.id))))
    assert sequences == [1, 2]
    assert make.read(lambda: db.session.get_one(Auction, running.auction_id)).bids == 2


def slug_of(bidder: make.Bidder) -> str:
    return db.session.get_one(Account, bidder.account_id).slug
