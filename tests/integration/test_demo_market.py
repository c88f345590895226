"""A short month of the demo market, played on each database: it agrees, and both sides read the same in it."""

import logging
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.accounts.models import Membership, User
from app.domain.auctions.models import Auction, Bid
from app.domain.auctions.states import AuctionState
from app.domain.inventory.models import Site
from app.domain.measurement.models import AdCount
from app.domain.measurement.states import Measure, Verdict
from app.domain.orders.models import LineItem, Order
from app.domain.settlement.models import SettledDay
from app.foundation.clock import database_now
from app.foundation.db import db
from app.jobs.leased_run import Runner, RunOutcome, run_now
from app.jobs.stopping import StopRequest
from app.jobs.table import JOBS
from config import Config
from demo.checks import problems_of_books, problems_of_counts
from demo.loading import DemoRefused, Size, load_demo
from demo.people import NORA, PASSWORD, PRIYA, sign_ins
from demo.shown import demo_shown
from tests.factories.accounts import Person, make_person, sign_in
from tests.support.log_lines import log_lines
from tests.support.page_client import PageClient
from tests.support.server import free_port

SHORT = Size(days=12, sites=2, readers=0.2)
NEAR_S = 300
SETTLED_MIN = 10


def load(app: Flask, size: Size = SHORT) -> list[str]:
    said: list[str] = []
    with app.app_context():
        load_demo(app, size, front_address=f"http://localhost:{free_port()}", say=said.append)
    return said


@pytest.mark.timeout(600)
def test_a_short_month_agrees_and_ends_now(app: Flask, config: Config) -> None:
    with log_lines() as lines:
        assert "is loaded" in load(app)[-1]
        assert logging.getLogger().level == logging.INFO
    assert [line["event"] for line in lines.records if line["level"] in {"debug", "info"}] == []
    with app.app_context():
        assert problems_of_books(config.currency) == []
        assert abs((database_now() - datetime.now(UTC)).total_seconds()) < NEAR_S  # noqa: TID251 - the real time
        counted = dict(
            db.session.execute(sa.select(SettledDay.outcome, sa.func.count()).group_by(SettledDay.outcome)).all()
        )
        assert sum(counted.values()) > 5
        assert db.session.scalars(sa.select(sa.func.count()).select_from(Site)).one() == SHORT.sites
        ends = db.session.scalars(sa.select(Auction.ends_at).where(Auction.state == AuctionState.OPEN)).all()
        assert ends
        assert min(ends) > database_now()
        assert db.session.scalars(sa.select(sa.func.count()).select_from(Bid)).one() > 0
        db.session.remove()
    for job in JOBS:
        if job.name != "check_sites":  # its sites have no servers here
            assert run_now(job, Runner(app=app, holder="test", stop=StopRequest())).outcome is RunOutcome.DONE, job.name
    both_sides_read_the_same(app)
    a_lost_event_is_found(app)
    assert_said_at_the_start(app)
    with pytest.raises(DemoRefused, match="has accounts already"):
        load(app)


def both_sides_read_the_same(app: Flask) -> None:
    """The files of results of every delivered line item that Priya bought from Nora."""
    buyer, publisher = (sign_in(PageClient(app), Person(0, words.email, PASSWORD)) for words in (PRIYA, NORA))
    with app.app_context():
        account = (
            sa.select(Membership.account_id).join(User, User.id == Membership.user_id).where(User.email == PRIYA.email)
        )
        bought = db.session.execute(
            sa.select(LineItem.public_id, LineItem.socket_id)
            .join(Order, Order.id == LineItem.order_id)
            .where(Order.buyer_account_id == account.scalar_subquery(), LineItem.starts_on <= database_now().date())
        ).all()
        db.session.remove()
    for public_id, socket_id in bought:
        mine = buyer.get(f"/campaigns/{public_id}/results/results.csv").body
        theirs = publisher.get(f"/selling/sockets/{socket_id}/results/results.csv?line_item={public_id}").body
        assert mine == theirs
        assert len(mine.splitlines()) > 1


def a_lost_event_is_found(app: Flask) -> None:
    """The comparison with what the readers themselves counted would not pass a single loss."""
    with app.app_context():
        clicks = sa.select(sa.func.sum(AdCount.events)).where(AdCount.measure == Measure.REQUEST)
        requests = int(db.session.scalars(clicks).one())
        counted = clicks.where(AdCount.verdict == Verdict.COUNTED)
        assert 0 < int(db.session.scalars(counted).one()) < requests
        assert problems_of_counts({Measure.REQUEST: requests}) == []
        assert len(problems_of_counts({Measure.REQUEST: requests + 1})) == 1


def assert_said_at_the_start(app: Flask) -> None:
    """The server tells each sign-in, and each works."""
    shown = demo_shown(app, free_port())
    assert shown is not None
    assert shown.page_problem is None
    taken = demo_shown(app, int(shown.page_address.rpartition(":")[2]))
    assert taken is not None
    assert "the market itself" in str(taken.page_problem)
    for told in sign_ins():
        client = sign_in(PageClient(app), Person(0, told.email, PASSWORD))
        assert "/sign-in" not in client.path


def test_a_market_with_people_gets_no_demo(app: Flask) -> None:
    make_person(app)
    with pytest.raises(DemoRefused, match="has accounts already"):
        load(app)


def test_production_gets_no_demo_and_lets_nobody_of_it_in(
    app: Flask, config: Config, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = make_person(app, email=NORA.email, password=PASSWORD)
    sign_in(PageClient(app), person)
    monkeypatch.setitem(app.config, "ISOCKET", replace(config, environment="production"))
    with pytest.raises(DemoRefused, match="local mode only"):
        load(app)
    assert demo_shown(app, free_port()) is None
    client.get("/sign-in")
    client.submit("Sign in", email=person.email, password=person.password, expect=422)
    assert "not right" in client.errors_beside("password")[0]


def test_a_demo_that_was_cut_off_is_not_loaded_over(app: Flask, config: Config) -> None:
    mark = config.data_dir / "demo.loading"
    mark.touch()
    try:
        with pytest.raises(DemoRefused, match="cut off"):
            load(app)
    finally:
        mark.unlink()
