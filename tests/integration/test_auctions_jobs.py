"""The jobs that close auctions and follow awards, run as the runner runs them."""

from datetime import timedelta

import pytest
from flask import Flask

from app.domain.auctions.models import Auction
from app.domain.auctions.service.closing import close_auction
from app.domain.auctions.states import AuctionState, AwardState
from app.domain.payments.states import IntentState
from app.foundation.db import db
from app.jobs import close_auctions
from app.jobs.leased_run import Outcome, Runner, run_now
from app.jobs.stopping import StopRequest
from app.jobs.table import JOBS
from tests.factories import auctions as make

HOUR = timedelta(hours=1)
JOB = {job.name: job for job in JOBS}


def run(app: Flask, name: str) -> int:
    ended = run_now(JOB[name], Runner(app=app, holder="test", stop=StopRequest()))
    assert ended.outcome is Outcome.DONE, ended
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
    for hours, kind in ((25, "award_reminder"), (24, "award_lapsed"), (25, "auction_won")):
        with app.app_context():
            make.wait(hours * HOUR)
        run(app, "follow_awards")
        with app.app_context():
            assert make.told(kind)
    with app.app_context():
        assert make.award_of(running).state is AwardState.NOT_TAKEN
        assert make.award_of(running).account_id == ben.account_id


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
    assert (ended.outcome, ended.error) == (Outcome.FAILED, "AuctionsNotClosed")
    with app.app_context():
        states = make.read(lambda: [db.session.get_one(Auction, each.auction_id).state for each in (first, second)])
    assert states == [AuctionState.OPEN, AuctionState.UNSOLD]
