"""The jobs that close auctions and follow awards, run as the runner runs them."""

from datetime import timedelta

import pytest
from flask import Flask

from app.domain.auctions.models import Auction
from app.domain.auctions.service.closing import close_auction
from app.domain.auctions.service.opening import AuctionPlan, open_auction
from app.domain.auctions.states import AuctionState, AwardState
from app.domain.inventory.errors import DaysTaken
from app.domain.inventory.models import Hold
from app.domain.inventory.service.calendar import hold_days
from app.domain.inventory.states import HoldState
from app.domain.payments.states import IntentState
from app.foundation.clock import database_now
from app.foundation.db import db
from app.jobs import close_auctions
from app.jobs.leased_run import Runner, RunOutcome, run_now
from app.jobs.stopping import StopRequest
from app.jobs.table import JOBS
from tests.factories import auctions as make
from tests.factories.inventory import make_offer

HOUR = timedelta(hours=1)
JOB = {job.name: job for job in JOBS}


def run(app: Flask, name: str) -> int:
    ended = run_now(JOB[name], Runner(app=app, holder="test", stop=StopRequest()))
    assert ended.outcome is RunOutcome.DONE, ended
    return ended.count


def test_they_run_often() -> None:
    assert JOB["close_auctions"].every == timedelta(seconds=1)
    assert JOB["follow_awards"].every == timedelta(seconds=10)


def test_an_ended_auction_is_closed_and_its_award_followed_to_the_end(app: Flask) -> None:
    running, other = make.make_auction(app), make.make_auction(app, ends_in=timedelta(days=9))
    ana = make.make_bidder(app)
    with app.app_context():
        make.bid(running, ana, 5_000)
    assert run(app, "close_auctions") == 0
    with app.app_context():
        make.wait_until(running, timedelta())
    assert run(app, "close_auctions") == 1
    assert run(app, "close_auctions") == 0
    assert run(app, "follow_awards") == 0
    with app.app_context():
        assert make.look(other).state is AuctionState.OPEN
        make.answer_charge(make.award_of(running).order_id, IntentState.SUCCEEDED)
    assert run(app, "follow_awards") == 1
    with app.app_context():
        assert make.award_of(running).state is AwardState.PAID


def test_an_unpaid_award_lapses_by_itself(app: Flask) -> None:
    running, ana, ben = make.make_auction(app), make.make_bidder(app), make.make_bidder(app)
    with app.app_context():
        make.bid(running, ben, 4_000)
        make.bid(running, ana, 5_000)
        make.wait_until(running, timedelta())
    run(app, "close_auctions")
    with app.app_context():
        make.answer_charge(make.award_of(running).order_id, IntentState.DECLINED)
    run(app, "follow_awards")
    for hours, kind in ((25, "award_reminder"), (24, "award_lapsed"), (25, "auction_unsold")):
        with app.app_context():
            assert make.told(kind) == []
        with app.app_context():
            make.wait(hours * HOUR)
        run(app, "follow_awards")
        with app.app_context():
            assert make.told(kind)
        # Each of them names what its notice and mail say, and the page that both lead to.
        run(app, "deliver_events")
        assert run(app, "send_mail")
    with app.app_context():
        assert make.award_of(running).state is AwardState.NOT_TAKEN
        assert make.award_of(running).account_id == ben.account_id
        assert make.told("auction_unsold") == [running.publisher.user_id]


def test_one_broken_auction_does_not_hold_up_the_others(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = make.make_auction(app), make.make_auction(app)
    with app.app_context():
        make.wait_until(second, timedelta())

    def close(auction_id: int) -> object:
        if auction_id == first.auction_id:
            raise RuntimeError
        return close_auction(auction_id)

    monkeypatch.setattr(close_auctions, "close_auction", close)
    ended = run_now(JOB["close_auctions"], Runner(app=app, holder="test", stop=StopRequest()))
    assert (ended.outcome, ended.error) == (RunOutcome.FAILED, "WorkFailedError")
    with app.app_context():
        states = make.read(lambda: [db.session.get_one(Auction, each.auction_id).state for each in (first, second)])
    assert states == [AuctionState.OPEN, AuctionState.UNSOLD]


def test_days_of_a_hold_that_ran_out_can_be_put_up_for_auction_before_any_job_came_by(app: Flask) -> None:
    offered = make_offer(app)
    buyer = make.make_bidder(app)
    with app.app_context():
        opened_at = make.now()
        first = (opened_at + make.FLIGHT_AFTER).astimezone(make.ZONE).date()
        plan = AuctionPlan(first, first + make.WEEK, 1_000, None, None, opened_at + timedelta(days=5), False)  # noqa: FBT003 - a field of the plan

        def hold() -> Hold:
            week = {"starts_on": first, "ends_before": first + make.WEEK}
            return hold_days(buyer.account_id, offered.listing_id, **week, now=opened_at)

        def auction() -> Auction:
            return open_auction(offered.account_id, offered.socket_id, plan, currency="USD", now=database_now())

        held = make.committed(hold)
        with pytest.raises(DaysTaken):
            make.committed(auction)
        make.wait(timedelta(minutes=16))
        assert make.committed(auction).place == held.place
        assert make.read(lambda: db.session.get_one(Hold, held.id).state) is HoldState.RELEASED
