"""The search rows: who has one, what stands in it, and that it follows every change within one run of the job."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskCliRunner

from app.domain.auctions.models import Auction
from app.domain.auctions.service.opening import AuctionPlan, cancel_auction, open_auction
from app.domain.auctions.service.withdrawing import withdraw_bids
from app.domain.auctions.states import WithdrawalReason
from app.domain.catalogue.models import MarketFigures, SearchRow
from app.domain.catalogue.queries import SocketQuery, find
from app.domain.catalogue.states import WayToBuy
from app.domain.events.kinds.inventory import SiteAmended, SocketChanged
from app.domain.events.models import EventDelivery
from app.domain.events.states import Consumer
from app.domain.inventory.models import Site
from app.domain.inventory.service.sites import ProofCheck, amend_site, record_proof_check
from app.domain.inventory.service.sockets import amend_socket, close_socket, reopen_socket, withdraw_rate_card
from app.domain.inventory.states import ProofMethod, SiteState
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.jobs.each import WorkFailedError
from tests.factories.accounts import make_person
from tests.factories.auctions import (
    FLIGHT_AFTER,
    WEEK,
    bid,
    close,
    make_auction,
    make_bidder,
    wait,
    wait_until,
)
from tests.factories.inventory import (
    SITE,
    SOCKET,
    account_of,
    make_offer,
    make_proved_site,
    make_rate_card,
    make_site,
    make_socket,
)
from tests.support.catalogue import refresh
from tests.support.mail_jobs import record


def row_of(app: Flask, socket_id: int) -> SearchRow | None:
    """The search row of a socket as it is stored now."""
    with app.app_context():
        return db.session.get(SearchRow, socket_id)


def shown(app: Flask, socket_id: int) -> SearchRow:
    """The search row of a socket after one run of the job."""
    refresh(app)
    row = row_of(app, socket_id)
    assert row is not None
    return row


def change(app: Flask, work: Callable[[], object]) -> None:
    """Changes something through a verb."""
    with app.app_context():
        in_transaction(work)


def found(app: Flask, search: SocketQuery) -> list[int]:
    """The sockets that a search finds."""
    with app.app_context():
        return [row.socket_id for row in find(search, 1, now=database_now()).page.rows]


def test_a_socket_on_a_proved_site_has_a_row_with_its_prices(app: Flask) -> None:
    offer = make_offer(app, country_code="IS", language="is", category_code="2")
    row = shown(app, offer.socket_id)
    assert (row.socket_name, row.site_name, row.country_code, row.language) == (
        "Top banner",
        "Compiler News",
        "IS",
        "is",
    )
    assert (row.size, row.width_px, row.height_px, row.places) == ("300x250", 300, 250, 1)
    assert (row.has_rate_card, row.has_auction, row.is_on_sale) == (True, False, True)
    assert (row.price_day_minor, row.card_price_minor, row.price_from_minor, row.currency) == (1000, 1000, 1000, "USD")
    assert (row.category_tier1, row.category_code) == ("1", "2")


def test_a_site_that_is_not_proved_is_nowhere(app: Flask) -> None:
    account_id = account_of(app, make_person(app))
    socket = make_socket(app, account_id, make_site(app, account_id).id)
    refresh(app)
    assert row_of(app, socket.id) is None
    assert found(app, SocketQuery(way=WayToBuy.ALL)) == []
    assert found(app, SocketQuery(text="banner", way=WayToBuy.ALL)) == []


def test_proof_brings_a_sites_sockets_into_view(app: Flask) -> None:
    account_id = account_of(app, make_person(app))
    site = make_site(app, account_id)
    sockets = [make_socket(app, account_id, site.id).id for _ in range(3)]
    refresh(app)
    check = ProofCheck(site.proof_token, ProofMethod.ADS_TXT, "")
    change(app, lambda: record_proof_check(site.id, check, now=database_now()))
    refresh(app)
    assert found(app, SocketQuery(way=WayToBuy.ALL)) == sockets
    assert found(app, SocketQuery()) == []


def test_an_auction_and_its_bids_are_followed(app: Flask, app_context: Flask) -> None:
    del app_context
    auction = make_auction(app)
    row = shown(app, auction.socket_id)
    assert (row.has_auction, row.auction_public_id, row.auction_bids) == (True, auction.public_id, 0)
    assert (row.auction_price_minor, row.price_from_minor) == (1000, 1000)
    first, second = make_bidder(app), make_bidder(app)
    bid(auction, first, 5_000)
    bid(auction, second, 3_000)
    row = shown(app, auction.socket_id)
    assert (row.auction_price_minor, row.auction_bids) == (3_100, 2)
    change(app, lambda: withdraw_bids(auction.auction_id, second.account_id, WithdrawalReason.WRONG_AMOUNT))
    assert shown(app, auction.socket_id).auction_price_minor == 1_000


def test_an_extension_moves_the_end(app: Flask, app_context: Flask) -> None:
    del app_context
    auction = make_auction(app)
    wait_until(auction, timedelta(minutes=5))
    before = shown(app, auction.socket_id).ends_at
    bid(auction, make_bidder(app), 5_000)
    after = shown(app, auction.socket_id).ends_at
    assert before is not None
    assert after is not None
    assert after > before


def test_an_auction_that_ended_is_not_found_even_before_it_is_closed(app: Flask, app_context: Flask) -> None:
    del app_context
    auction = make_auction(app)
    refresh(app)
    assert found(app, SocketQuery()) == [auction.socket_id]
    wait(timedelta(days=5, minutes=1))
    assert found(app, SocketQuery()) == []
    assert found(app, SocketQuery(way=WayToBuy.AUCTION)) == []
    close(auction)
    row = shown(app, auction.socket_id)
    assert (row.has_auction, row.is_on_sale, row.price_from_minor) == (False, False, None)


def test_of_two_auctions_the_next_to_end_is_shown(app: Flask, app_context: Flask) -> None:
    del app_context
    offer = make_offer(app, places=2)
    near = _open(app, offer.account_id, offer.socket_id, days=6)
    far = _open(app, offer.account_id, offer.socket_id, days=9)
    assert shown(app, offer.socket_id).auction_public_id == near.public_id
    change(app, lambda: cancel_auction(offer.account_id, near.id))
    row = shown(app, offer.socket_id)
    assert (row.auction_public_id, row.has_rate_card) == (far.public_id, True)


CHANGES: dict[str, Callable[[int, int, int], object]] = {
    "closed": lambda account, _site, socket: close_socket(account, socket),
    "withdrawn": lambda account, _site, socket: withdraw_rate_card(account, socket, now=database_now()),
    "moved to another domain": lambda account, site, _socket: amend_site(
        account, site, replace(SITE, address="https://elsewhere.example"), user_id=1, now=database_now()
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_leaves_the_market_is_not_found_after_one_run(app: Flask, name: str) -> None:
    offer = make_offer(app)
    refresh(app)
    assert found(app, SocketQuery(text="compiler")) == [offer.socket_id]
    change(app, lambda: CHANGES[name](offer.account_id, offer.site_id, offer.socket_id))
    refresh(app)
    assert found(app, SocketQuery()) == found(app, SocketQuery(text="compiler")) == []


def test_what_comes_back_is_found_again(app: Flask) -> None:
    offer = make_offer(app)
    change(app, lambda: close_socket(offer.account_id, offer.socket_id))
    refresh(app)
    assert row_of(app, offer.socket_id) is None
    change(app, lambda: reopen_socket(offer.account_id, offer.socket_id))
    refresh(app)
    assert found(app, SocketQuery(text="banner")) == [offer.socket_id]


def test_new_words_are_found_and_old_ones_are_not(app: Flask) -> None:
    offer = make_offer(app)
    refresh(app)
    details = replace(SOCKET, name="Footer strip")
    change(app, lambda: amend_socket(offer.account_id, offer.socket_id, details, now=database_now()))
    refresh(app)
    assert found(app, SocketQuery(text="strip")) == [offer.socket_id]
    assert found(app, SocketQuery(text="banner")) == []
    site = replace(SITE, name="Rust Weekly", address=_address(app, offer.site_id))
    change(
        app,
        lambda: amend_site(offer.account_id, offer.site_id, site, user_id=offer.publisher.user_id, now=database_now()),
    )
    refresh(app)
    assert found(app, SocketQuery(text="rust weekly")) == [offer.socket_id]


def test_a_lapsed_site_is_seen_but_not_on_sale(app: Flask) -> None:
    offer = make_offer(app)
    change(app, lambda: db.session.execute(sa.update(Site).values(state=SiteState.LAPSED)))
    record(app, SiteAmended(site=offer.site_id, slug="site"))
    row = shown(app, offer.socket_id)
    assert (row.is_on_sale, row.has_rate_card, row.price_from_minor) == (False, False, None)


def test_every_event_is_read_once(app: Flask) -> None:
    make_offer(app)
    assert refresh(app) > 0
    assert refresh(app) == 0
    with app.app_context():
        waiting = sa.select(sa.func.count()).select_from(EventDelivery)
        left = waiting.where(EventDelivery.consumer == Consumer.CATALOGUE, EventDelivery.delivered_at.is_(None))
        assert db.session.scalar(left) == 0


def test_a_broken_event_does_not_hold_up_the_others(app: Flask) -> None:
    record(app, SocketChanged(socket=["no number"], slug="broken"))  # type: ignore[arg-type]  # that is what is broken
    offer = make_offer(app)
    with pytest.raises(WorkFailedError):
        refresh(app)
    assert row_of(app, offer.socket_id) is not None


def test_the_market_is_counted_when_it_changed(app: Flask) -> None:
    make_offer(app, country_code="IS")
    refresh(app)
    figures = _figures(app)
    assert (figures.sockets_on_sale, figures.auctions_running, figures.sites, figures.members) == (1, 0, 1, 1)
    assert figures.offered["country"] == {"IS": 1}
    make_offer(app, country_code="DE")
    refresh(app)
    assert _figures(app).sockets_on_sale == 1, "counted again too soon"
    with app.app_context():
        wait(timedelta(seconds=5))
    refresh(app)
    assert _figures(app).sockets_on_sale == 2


def test_rebuilding_makes_the_same_rows(app: Flask, app_context: Flask, cli: FlaskCliRunner) -> None:
    del app_context
    offer, auction = make_offer(app), make_auction(app)
    refresh(app)
    before = [_values(row_of(app, socket_id)) for socket_id in (offer.socket_id, auction.socket_id)]
    change(app, lambda: db.session.execute(sa.delete(SearchRow)))
    change(app, lambda: db.session.execute(sa.text("DELETE FROM search_text")))
    db.session.remove()
    result = cli.invoke(args=["catalogue", "rebuild"])
    assert result.exit_code == 0, result.output
    assert "2 sockets looked at" in result.output
    assert [_values(row_of(app, socket_id)) for socket_id in (offer.socket_id, auction.socket_id)] == before
    assert found(app, SocketQuery(text="compiler")) == [auction.socket_id, offer.socket_id]


def test_a_rate_card_alone_may_have_only_weeks(app: Flask) -> None:
    account_id = account_of(app, make_person(app))
    socket = make_socket(app, account_id, make_proved_site(app, account_id).id)
    make_rate_card(app, account_id, socket.id, price_day_minor=None, price_30_days_minor=None, days_min=5)
    row = shown(app, socket.id)
    assert (row.price_day_minor, row.card_price_minor) == (None, 6_000)


def _open(app: Flask, account_id: int, socket_id: int, *, days: int) -> Auction:
    with app.app_context():
        now = database_now()
        starts_on = (now + FLIGHT_AFTER).date()
        plan = AuctionPlan(
            starts_on, starts_on + WEEK, 1_000, None, None, now + timedelta(days=days), is_short_notice=False
        )
        db.session.remove()
        return in_transaction(lambda: open_auction(account_id, socket_id, plan, currency="USD", now=now))


def _address(app: Flask, site_id: int) -> str:
    with app.app_context():
        return db.session.get_one(Site, site_id).address


def _figures(app: Flask) -> MarketFigures:
    with app.app_context():
        return db.session.get_one(MarketFigures, 1)


def _values(row: SearchRow | None) -> dict[str, object]:
    assert row is not None
    return {column.name: getattr(row, column.name) for column in SearchRow.__table__.c}
