"""The staff pages about the market: what each role sees of it, and what looking and pardoning leave behind."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.accounts.models import Account
from app.domain.auctions.models import Award, Bid, Strike
from app.domain.auctions.rules import AuctionTerms
from app.domain.auctions.service.awards import follow_award
from app.domain.inventory.models import Hold, Site, Socket
from app.domain.orders.models import LineItem, Order
from app.domain.payments.models import PaymentIntent
from app.domain.payments.states import IntentState
from app.foundation.access import StaffRole
from app.foundation.db import db
from tests.factories import auctions as make
from tests.factories.inventory import account_of
from tests.factories.orders import Checkout, make_checkout, make_paid_order, plan_payment, write_invoices
from tests.support.staff import records, staff

RESERVED = AuctionTerms(1_000, 3_000, None)
TOP, SECOND = 7_700, 4_000


@dataclass(frozen=True)
class Market:
    """An auction that was won and not paid, and an order that was paid, with the people in both."""

    auction: make.Running
    winner: make.Bidder
    strike_id: int
    paid: Checkout
    buyer_account_id: int


@pytest.fixture
def market(app: Flask) -> Market:
    with app.app_context():
        running = make.make_auction(app, terms=RESERVED)
        winner, other = make.make_bidder(app), make.make_bidder(app)
        make.bid(running, winner, TOP)
        make.bid(running, other, SECOND)
        make.wait_until(running, timedelta(seconds=-1))
        make.close(running)
        award = make.award_of(running)
        make.answer_charge(award.order_id, IntentState.DECLINED)
        make.committed(lambda: follow_award(award.id))
        make.wait(timedelta(hours=49))
        make.committed(lambda: follow_award(award.id))
        strike_id = make.read(lambda: db.session.scalars(sa.select(Strike.id)).one())
    paid = make_paid_order(app, price_minor=1_234)
    write_invoices(app)
    return Market(running, winner, strike_id, paid, account_of(app, paid.buyer))


def public_id(app: Flask, model: type[Award | Bid | LineItem | Hold | Order]) -> str:
    """The public id of the newest row of a table."""
    with app.app_context():
        return db.session.scalars(sa.select(model.public_id).order_by(model.id.desc()).limit(1)).one()


def test_the_lists_start_empty(app: Flask) -> None:
    client = staff(app, StaffRole.ADMIN)
    for path, words in (
        ("sites", "There is no site yet"),
        ("auctions", "There has been no auction yet"),
        ("orders", "There is no order yet"),
        ("strikes", "There is no strike"),
        ("payments", "Nothing was asked of the card processor yet"),
        ("ledger", "No money has moved yet"),
    ):
        assert words in client.get(f"/staff/{path}")
        client.get(f"/staff/{path}?page=2", expect=200 if path == "ledger" else 404)


def test_a_site_shows_its_proof_and_its_sockets(app: Flask, market: Market) -> None:
    client = staff(app, StaffRole.REVIEW)
    assert [row[4] for row in client.get("/staff/sites").rows[1:]] == ["Proved", "Proved"]
    client.follow("Compiler News")
    assert "State Proved" in client.page
    assert "Found by A file on the site" in client.page
    assert client.page.rows[1][1] == "Top banner"
    client.get("/staff/sites/4711", expect=404)
    del market


def test_the_auction_page_keeps_ceilings_from_those_who_need_not_know(app: Flask, market: Market) -> None:
    path = f"/staff/auctions/{market.auction.public_id}"
    support = staff(app, StaffRole.SUPPORT).get(path)
    assert "$77.00" not in support
    assert "Reserve and ceilings are shown to finance staff only." in support
    assert {row[5] for row in support.rows if len(row) == 7} == {"Ceiling", "hidden"}
    finance = staff(app, StaffRole.FINANCE).get(path)
    assert "Reserve price $30.00" in finance
    assert [row[5] for row in finance.rows if len(row) == 7][1:] == ["$40.00", "$77.00"]
    looks = [details["ceilings"] for subject, details in records(app, "auction_viewed")]
    assert looks == ["hidden", "shown"]
    assert {subject for subject, _ in records(app, "auction_viewed")} == {f"auction:{market.auction.public_id}"}


def test_an_award_leads_to_its_order(app: Flask, market: Market) -> None:
    client = staff(app, StaffRole.SUPPORT)
    client.get("/staff/auctions")
    client.follow(market.auction.public_id)
    states = [row[3] for row in client.page.rows if len(row) == 8]
    assert states == ["State", "Lapsed", "Offered"]
    client.follow("Order")
    client.get(f"/staff/auctions/{market.auction.public_id}?page=2", expect=404)


def test_an_order_shows_its_money_to_finance_only(app: Flask, market: Market) -> None:
    path = f"/staff/orders/{market.paid.public_id}"
    support = staff(app, StaffRole.SUPPORT).get(path)
    assert "Total $12.34" in support
    assert "Invoice number 1" in support
    assert [row[1:] for row in support.rows[1:]] == [
        ["nothing", "Reserved", "rate_card"],
        ["Reserved", "Booked", "paid"],
    ]
    assert "Gateway clearing" not in support
    finance = staff(app, StaffRole.FINANCE).get(path)
    ledger = [row[4:] for row in finance.rows if len(row) == 7][1:]
    assert ledger == [["Gateway clearing", "$12.34", ""], ["Escrow", "", "$12.34"]]
    assert [row[2] for row in finance.rows if len(row) == 9] == ["State", "Succeeded"]
    assert [details["payments"] for _, details in records(app, "order_viewed")] == ["hidden", "shown"]
    staff(app, StaffRole.SUPPORT).get("/staff/orders/nothing", expect=404)


def test_payments_without_an_answer_come_first(app: Flask, market: Market) -> None:
    plan_payment(app, make_checkout(app))
    client = staff(app, StaffRole.FINANCE)
    page = client.get("/staff/payments")
    assert [row[3] for row in page.rows[1:]] == ["Planned", "Succeeded", "Declined"]
    assert "Planned 1" in page
    assert records(app, "payments_listed") == [("payments", {"page": 1})]
    staff(app, StaffRole.SUPPORT).get("/staff/payments", expect=403)
    del market


def test_the_ledger_is_checked_on_demand(app: Flask, market: Market) -> None:
    client = staff(app, StaffRole.FINANCE)
    page = client.get("/staff/ledger")
    assert ["Escrow", "$0.00", "$12.34", "$12.34"] in page.rows
    assert "Debits less credits: $0.00." in page
    assert "The ledger holds" not in page
    client.follow("Check the whole ledger")
    assert "The ledger holds." in client.flash
    staff(app, StaffRole.REVIEW).get("/staff/ledger", expect=403)
    del market


def test_support_lifts_a_strike_and_it_is_on_record(app: Flask, market: Market) -> None:
    client = staff(app, StaffRole.SUPPORT)
    assert client.get("/staff/strikes").rows[1][4] == "counts"
    client.submit(f"Lift strike {market.strike_id}")
    assert "The strike is lifted." in client.flash
    assert client.page.rows[1][4] != "counts"
    assert not [form for form in client.page.forms if form.action and "pardon" in form.action]
    subject = f"account:{market.winner.account_id}"
    assert records(app, "strike_lifted") == [(subject, {"strike": market.strike_id})]


def test_those_who_may_only_look_at_strikes_find_no_button(app: Flask, market: Market) -> None:
    client = staff(app, StaffRole.REVIEW)
    client.get("/staff/strikes")
    assert not [form for form in client.page.forms if form.action and "pardon" in form.action]
    del market


def test_an_account_is_masked_and_the_look_at_it_recorded(app: Flask, market: Market) -> None:
    path = f"/staff/accounts/{market.buyer_account_id}"
    support = staff(app, StaffRole.SUPPORT).get(path)
    assert "A*** L***e" in support
    assert "Lovelace" not in support.main
    assert market.paid.public_id in support
    finance = staff(app, StaffRole.FINANCE).get(path)
    assert "L***e" not in finance.main
    assert len(records(app, "account_viewed")) == 2
    staff(app, StaffRole.SUPPORT).get("/staff/accounts/4711", expect=404)
    struck = staff(app, StaffRole.SUPPORT).get(f"/staff/accounts/{market.winner.account_id}")
    assert market.auction.public_id in struck


def test_every_id_leads_to_its_page(app: Flask, market: Market) -> None:
    with app.app_context():
        intent = db.session.scalars(
            sa.select(PaymentIntent).where(PaymentIntent.order_id == market.paid.order_id)
        ).one()
        site = db.session.scalars(sa.select(Site).order_by(Site.id).limit(1)).one()
        socket_slug = db.session.scalars(sa.select(Socket.slug).where(Socket.site_id == site.id)).one()
        account_slug = db.session.get_one(Account, market.winner.account_id).slug
        db.session.remove()
    auction, order = f"/staff/auctions/{market.auction.public_id}", f"/staff/orders/{market.paid.public_id}"
    person = market.winner.person
    account = f"/staff/accounts/{market.winner.account_id}"
    leads = {
        market.auction.public_id: auction,
        public_id(app, Bid): auction,
        public_id(app, Award): auction,
        market.paid.public_id: order,
        public_id(app, LineItem): f"/staff/line-items/{public_id(app, LineItem)}",
        public_id(app, Hold): order,
        intent.key: order,
        str(intent.gateway_id): order,
        site.slug: f"/staff/sites/{site.id}",
        socket_slug: f"/staff/sites/{site.id}",
        account_slug: account,
        str(person.user_id): account,
    }
    client = staff(app, StaffRole.SUPPORT)
    for asked, path in leads.items():
        client.get("/staff/search")
        client.submit("Search", q=f" {asked} ")
        assert client.path == path, asked


@pytest.mark.parametrize("asked", ["no-such-thing", "x" * 500, "9" * 70, "<b>", "%", "ann@example.com"])
def test_what_is_not_found_is_explained(app: Flask, asked: str) -> None:
    client = staff(app, StaffRole.SUPPORT)
    client.get("/staff/search")
    client.get(f"/staff/search?q={asked.replace('%', '%25')}")
    assert f"Nothing is called “{asked[:80]}”" in client.flash
    assert "request_id" in client.page
