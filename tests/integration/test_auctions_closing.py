"""The end of an auction and what follows: award, charge, lapse, strike, second chance, offer at the reserve."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.auctions.errors import (
    AuctionOver,
    BiddingStopped,
    BuyNowGone,
    OfferGone,
    OfferTooLate,
    UnpaidAward,
)
from app.domain.auctions.models import Award, Strike
from app.domain.auctions.queries import has_unpaid_award, running_strikes
from app.domain.auctions.rules import STRIKES_MAX, AuctionTerms
from app.domain.auctions.service.awards import (
    accept_offer,
    decline_offer,
    follow_award,
    lift_strike,
    offer_at_reserve,
)
from app.domain.auctions.service.closing import buy_now
from app.domain.auctions.states import AuctionState, AwardKind, AwardState
from app.domain.inventory.models import CalendarDay, Claim
from app.domain.inventory.states import ClaimKind
from app.domain.orders.models import LineItem, Order
from app.domain.orders.states import LineItemState, OrderState
from app.domain.payments.queries import cards_of, intents_of
from app.domain.payments.service.cards import remove_card
from app.domain.payments.states import IntentState
from app.foundation.clock import database_now
from app.foundation.db import db
from app.foundation.errors import NotFound
from tests.factories import auctions as make
from tests.factories.auctions import Bidder, Running

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
RESERVED = AuctionTerms(1_000, 5_000, None)
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


def ended(running: Running) -> Award:
    """Lets an auction end and closes it."""
    make.wait_until(running, timedelta())
    award = make.close(running)
    assert award is not None
    return award


def follow(award: Award) -> AwardState:
    return make.committed(lambda: follow_award(award.id))


def order_of(award: Award) -> Order:
    return make.read(lambda: db.session.get_one(Order, award.order_id))


def day_kinds(running: Running) -> set[ClaimKind]:
    query = sa.select(Claim.kind).join(CalendarDay).where(CalendarDay.socket_id == running.socket_id)
    return make.read(lambda: set(db.session.scalars(query)))


def declined(running: Running) -> Award:
    """A closed auction whose winner's card was refused, noticed by the job."""
    award = ended(running)
    make.answer_charge(award.order_id, IntentState.DECLINED)
    assert follow(award) is AwardState.DUE
    return make.award_of(running)


def test_the_leader_is_awarded_ordered_and_charged(running: Running, ana: Bidder, ben: Bidder) -> None:
    make.bid(running, ana, 8_000)
    make.bid(running, ben, 6_000)
    award = ended(running)
    assert (award.account_id, award.kind, award.state) == (ana.account_id, AwardKind.HIGHEST_BID, AwardState.DUE)
    assert award.hammer_price_minor == 6_100
    assert make.look(running).state is AuctionState.AWARDED
    order = order_of(award)
    assert (order.total_minor, order.buyer_account_id, order.state) == (6_100, ana.account_id, OrderState.UNPAID)
    (intent,) = make.read(lambda: intents_of(order.id))
    assert (intent.amount_minor, intent.is_merchant_initiated, intent.state) == (6_100, True, IntentState.PLANNED)
    assert make.told("auction_won") == [ana.person.user_id]
    assert make.told("auction_lost") == [ben.person.user_id]
    assert make.told("auction_sold") == [running.publisher.user_id]
    assert day_kinds(running) == {ClaimKind.AUCTION}


def test_it_closes_once_and_not_before_its_end(running: Running, ana: Bidder) -> None:
    make.bid(running, ana, 8_000)
    assert make.close(running) is None
    assert make.look(running).state is AuctionState.OPEN
    ended(running)
    assert make.close(running) is None
    assert make.read(lambda: db.session.scalars(sa.select(sa.func.count()).select_from(Award)).one()) == 1


def test_a_paid_award_is_done_and_its_days_are_sold(running: Running, ana: Bidder) -> None:
    make.bid(running, ana, 8_000)
    award = ended(running)
    make.answer_charge(award.order_id, IntentState.SUCCEEDED)
    assert follow(award) is AwardState.PAID
    assert order_of(award).state is OrderState.PAID
    items = make.read(lambda: list(db.session.scalars(sa.select(LineItem.state))))
    assert items == [LineItemState.BOOKED]
    assert day_kinds(running) == {ClaimKind.SALE}


def test_without_a_bid_nothing_is_sold_and_the_days_are_free(running: Running) -> None:
    make.wait_until(running, timedelta())
    assert make.close(running) is None
    assert make.look(running).state is AuctionState.UNSOLD
    assert day_kinds(running) == set()
    assert make.told("auction_unsold") == [running.publisher.user_id]


def test_under_the_reserve_nothing_is_sold(app: Flask, ana: Bidder) -> None:
    running = make.make_auction(app, terms=RESERVED)
    make.bid(running, ana, 4_999)
    make.wait_until(running, timedelta())
    assert make.close(running) is None
    assert make.look(running).state is AuctionState.UNSOLD
    assert make.told("auction_lost") == [ana.person.user_id]


def test_a_declined_winner_has_48_hours_and_is_reminded_after_24(running: Running, ana: Bidder) -> None:
    make.bid(running, ana, 8_000)
    award = declined(running)
    assert award.first_failed_at is not None
    assert award.open_until - award.first_failed_at == 48 * HOUR
    make.wait(24 * HOUR)
    assert follow(award) is AwardState.DUE
    assert follow(award) is AwardState.DUE
    assert make.told("award_reminder") == [ana.person.user_id]
    assert make.read(lambda: running_strikes(ana.account_id)) == 0


def test_with_an_unpaid_award_nobody_bids_elsewhere(app: Flask, running: Running, ana: Bidder) -> None:
    make.bid(running, ana, 8_000)
    other = make.make_auction(app, ends_in=10 * DAY)
    award = ended(running)
    assert not make.read(lambda: has_unpaid_award(ana.account_id))
    make.answer_charge(award.order_id, IntentState.DECLINED)
    follow(award)
    with pytest.raises(UnpaidAward):
        make.bid(other, ana, 5_000)


def test_an_unpaid_award_lapses_with_a_strike_and_a_second_chance(
    running: Running, ana: Bidder, ben: Bidder, app: Flask
) -> None:
    cleo = make.make_bidder(app)
    make.bid(running, cleo, 3_000)
    make.bid(running, ben, 6_000)
    make.bid(running, ana, 8_000)
    award = declined(running)
    make.wait(48 * HOUR)
    assert follow(award) is AwardState.LAPSED
    assert order_of(award).state is OrderState.CANCELLED
    assert make.read(lambda: running_strikes(ana.account_id)) == 1
    assert make.told("award_lapsed") == sorted([ana.person.user_id, running.publisher.user_id])
    offer = make.award_of(running)
    assert (offer.account_id, offer.kind, offer.state) == (ben.account_id, AwardKind.SECOND_CHANCE, AwardState.OFFERED)
    assert offer.hammer_price_minor == 3_100
    assert offer.open_until - offer.made_at == 24 * HOUR
    assert make.told("offer_for_a_day") == [ben.person.user_id]
    assert day_kinds(running) == {ClaimKind.AUCTION}


def lapsed(running: Running, ana: Bidder, ben: Bidder) -> Award:
    """A second chance offered to Ben after Ana did not pay."""
    make.bid(running, ben, 6_000)
    make.bid(running, ana, 8_000)
    award = declined(running)
    make.wait(48 * HOUR)
    follow(award)
    return make.award_of(running)


def test_a_second_chance_taken_is_charged_like_any_award(running: Running, ana: Bidder, ben: Bidder) -> None:
    offer = lapsed(running, ana, ben)
    taken = make.committed(lambda: accept_offer(ben.account_id, offer.id))
    assert (taken.state, taken.hammer_price_minor) == (AwardState.DUE, 1_000)
    make.answer_charge(taken.order_id, IntentState.SUCCEEDED)
    assert follow(taken) is AwardState.PAID
    with pytest.raises(OfferGone):
        make.committed(lambda: accept_offer(ben.account_id, offer.id))


def test_a_second_chance_declined_or_run_out_frees_the_days(
    app: Flask, running: Running, ana: Bidder, ben: Bidder
) -> None:
    offer = lapsed(running, ana, ben)
    make.committed(lambda: decline_offer(ben.account_id, offer.id))
    assert day_kinds(running) == set()
    assert make.told("auction_unsold") == [running.publisher.user_id]
    with pytest.raises(OfferGone):
        make.committed(lambda: decline_offer(ben.account_id, offer.id))
    assert make.told("auction_unsold") == [running.publisher.user_id]
    cleo, dora, another = make.make_bidder(app), make.make_bidder(app), make.make_auction(app)
    late = lapsed(another, cleo, dora)
    make.wait(24 * HOUR)
    with pytest.raises(OfferGone):
        make.committed(lambda: accept_offer(dora.account_id, late.id))
    assert follow(late) is AwardState.NOT_TAKEN
    assert day_kinds(another) == set()
    assert make.read(lambda: running_strikes(dora.account_id)) == 0


def test_an_offer_is_for_one_person(running: Running, ana: Bidder, ben: Bidder) -> None:
    offer = lapsed(running, ana, ben)
    with pytest.raises(NotFound):
        make.committed(lambda: accept_offer(ana.account_id, offer.id))
    with pytest.raises(NotFound):
        make.committed(lambda: decline_offer(ana.account_id, offer.id))


def test_short_notice_gives_24_hours_and_no_second_chance(app: Flask, ana: Bidder, ben: Bidder) -> None:
    running = make.make_auction(app, is_short_notice=True)
    make.bid(running, ben, 6_000)
    make.bid(running, ana, 8_000)
    award = declined(running)
    assert award.first_failed_at is not None
    assert award.open_until - award.first_failed_at == 24 * HOUR
    make.wait(24 * HOUR)
    assert follow(award) is AwardState.LAPSED
    assert make.award_of(running).id == award.id
    assert day_kinds(running) == set()


def test_a_winner_whose_card_is_gone_pays_at_checkout(running: Running, ana: Bidder) -> None:
    make.bid(running, ana, 8_000)
    make.wait_until(running, timedelta())
    _remove_cards(ana)
    award = make.close(running)
    assert award is not None
    assert award.first_failed_at is not None
    assert make.read(lambda: intents_of(order_of(award).id)) == []
    assert make.read(lambda: has_unpaid_award(ana.account_id))


def _remove_cards(bidder: Bidder) -> None:
    (card,) = make.read(lambda: cards_of(bidder.account_id))
    account_id, by = bidder.account_id, bidder.person.user_id
    make.committed(lambda: remove_card(account_id, card.id, keep_one=False, user_id=by, now=database_now()))


def test_three_strikes_stop_bidding_until_staff_lift_one(app: Flask, ana: Bidder) -> None:
    for _ in range(3):
        running = make.make_auction(app, is_short_notice=True, ends_in=2 * HOUR)
        make.bid(running, ana, 8_000)
        award = declined(running)
        make.wait(24 * HOUR)
        assert follow(award) is AwardState.LAPSED
    assert make.read(lambda: running_strikes(ana.account_id)) == STRIKES_MAX
    running = make.make_auction(app)
    with pytest.raises(BiddingStopped):
        make.bid(running, ana, 8_000)
    strike = make.read(lambda: db.session.scalars(sa.select(Strike.id).order_by(Strike.id).limit(1)).one())
    make.committed(lambda: lift_strike(strike, now=database_now()))
    assert make.bid(running, ana, 8_000).leads


def unsold(app: Flask, *bidders: Bidder) -> Running:
    """An auction that ended under its reserve."""
    running = make.make_auction(app, terms=RESERVED)
    for number, bidder in enumerate(bidders, 1):
        make.bid(running, bidder, 2_000 * number)
    make.wait_until(running, timedelta())
    assert make.close(running) is None
    return running


def offer(running: Running) -> Award:
    return make.committed(lambda: offer_at_reserve(running.publisher_account_id, running.auction_id))


def test_the_top_bidder_may_be_offered_the_reserve(app: Flask, ana: Bidder, ben: Bidder) -> None:
    running = unsold(app, ana, ben)
    offered = offer(running)
    assert (offered.account_id, offered.hammer_price_minor) == (ben.account_id, 5_000)
    assert make.told("offer_for_a_day") == [ben.person.user_id]
    assert day_kinds(running) == {ClaimKind.AUCTION}
    taken = make.committed(lambda: accept_offer(ben.account_id, offered.id))
    assert make.look(running).state is AuctionState.AWARDED
    assert order_of(taken).total_minor == 5_000


def test_the_reserve_is_offered_once_by_its_publisher_in_time(app: Flask, ana: Bidder) -> None:
    running = unsold(app, ana)
    with pytest.raises(NotFound):
        make.committed(lambda: offer_at_reserve(ana.account_id, running.auction_id))
    first = offer(running)
    make.committed(lambda: decline_offer(ana.account_id, first.id))
    with pytest.raises(OfferGone):
        offer(running)
    late = unsold(app, make.make_bidder(app))
    make.wait(13 * DAY)
    with pytest.raises(OfferTooLate):
        offer(late)


def test_without_a_bid_or_a_reserve_there_is_nothing_to_offer(app: Flask, running: Running, ana: Bidder) -> None:
    make.bid(running, ana, 5_000)
    ended(running)
    with pytest.raises(OfferGone):
        offer(running)
    with pytest.raises(OfferGone):
        offer(unsold(app))


def test_buy_now_ends_the_auction_with_an_award(app: Flask, ana: Bidder) -> None:
    running = make.make_auction(app, terms=AuctionTerms(1_000, None, 2_000))
    award = make.committed(lambda: buy_now(running.auction_id, ana.account_id))
    assert (award.kind, award.hammer_price_minor) == (AwardKind.BUY_NOW, 2_000)
    assert make.look(running).state is AuctionState.AWARDED
    assert order_of(award).total_minor == 2_000
    with pytest.raises(AuctionOver):
        make.committed(lambda: buy_now(running.auction_id, ana.account_id))


def test_buy_now_is_gone_at_the_first_bid(app: Flask, ana: Bidder, ben: Bidder) -> None:
    running = make.make_auction(app, terms=AuctionTerms(1_000, None, 2_000))
    make.bid(running, ben, 1_000)
    with pytest.raises(BuyNowGone):
        make.committed(lambda: buy_now(running.auction_id, ana.account_id))


def test_buy_now_stays_while_the_reserve_is_unmet_and_the_leader_is_told(app: Flask, ana: Bidder, ben: Bidder) -> None:
    running = make.make_auction(app, terms=AuctionTerms(1_000, 5_000, 6_000))
    make.bid(running, ben, 4_000)
    award = make.committed(lambda: buy_now(running.auction_id, ana.account_id))
    assert award.hammer_price_minor == 6_000
    assert make.told("auction_lost") == [ben.person.user_id]
