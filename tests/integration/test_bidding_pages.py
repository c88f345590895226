"""The pages of bidding: what they show, what they hide, and the way through them without scripts."""

from datetime import timedelta
from hashlib import sha256

import pytest
from flask import Flask

from app.domain.auctions.rules import AuctionTerms
from app.domain.auctions.states import AuctionState
from tests.factories import auctions as make
from tests.factories.accounts import make_person, sign_in
from tests.factories.auctions import Bidder, Running
from tests.support.page_client import PageClient

MINUTE = timedelta(minutes=1)


@pytest.fixture
def running(app: Flask) -> Running:
    return make.make_auction(app)


@pytest.fixture
def ana(app: Flask) -> Bidder:
    return make.make_bidder(app)


def browser(app: Flask, bidder: Bidder) -> PageClient:
    return sign_in(PageClient(app), bidder.person)


def bid(app: Flask, running: Running, bidder: Bidder, ceiling_minor: int) -> None:
    with app.app_context():
        make.bid(running, bidder, ceiling_minor)


def test_a_visitor_sees_what_is_sold_and_how_it_stands(client: PageClient, running: Running) -> None:
    page = client.get(f"/auctions/{running.public_id}")
    for words in ("Opening price", "$10.00", "0 bids", "No reserve", "Open for bids", "7 days", "Sign in"):
        assert words in page
    assert 'aria-label="A socket of 300 by 250 pixels' in page.body
    assert "You lead" not in page


def test_an_auction_that_is_not_there(client: PageClient) -> None:
    for path in ("/auctions/none", "/auctions/none/state", "/auctions/none/transcript"):
        client.get(path, expect=404)


def test_a_bid_is_looked_at_confirmed_and_proved(app: Flask, running: Running, ana: Bidder) -> None:
    client = browser(app, ana)
    client.get(f"/auctions/{running.public_id}")
    page = client.submit("Look at this bid", amount="$80")
    assert "Nothing is bid yet" in page
    assert "Visa ending in 1111" in page
    with app.app_context():
        assert make.look(running).bids == 0
    page = client.submit("Place this bid, up to $80.00")
    assert client.path.startswith("/bids/")
    assert "You lead." in page
    assert page.headers["Cache-Control"] == "no-store"
    facts = dict(zip((row.text or "" for row in page.elements("dt")), (page.elements("dd")), strict=True))
    line = (facts["The line that was hashed"].text or "").strip()
    shown = (facts["Commitment (public)"].text or "").strip()
    assert sha256(line.encode()).hexdigest() == shown
    assert "|8000|" in line
    auction_page = PageClient(app).get(f"/auctions/{running.public_id}")
    assert shown in auction_page.body
    assert "$80" not in auction_page.body


def test_sent_twice_is_placed_once(app: Flask, running: Running, ana: Bidder) -> None:
    client = browser(app, ana)
    client.get(f"/auctions/{running.public_id}")
    client.submit("Look at this bid", amount="80")
    form = client.page.form("Place this bid, up to $80.00")
    pairs = form.fill({})
    client.post(form.action, pairs)
    first = client.path
    client.post(form.action, pairs)
    assert client.path == first
    with app.app_context():
        assert make.look(running).bids == 1


@pytest.mark.parametrize(
    ("amount", "says"),
    [("9.99", "Bid at least $10.00."), ("", "Enter the most you would pay."), ("ten", "Write the amount in digits")],
)
def test_a_bid_that_does_not_fit_is_explained_beside_its_field(
    app: Flask, running: Running, ana: Bidder, amount: str, says: str
) -> None:
    client = browser(app, ana)
    client.get(f"/auctions/{running.public_id}")
    client.submit("Look at this bid", amount=amount, expect=422)
    assert says in " ".join(client.errors_beside("amount"))


def test_without_a_card_the_page_says_what_to_do(app: Flask, running: Running) -> None:
    client = browser(app, make.make_bidder(app, has_card=False))
    client.get(f"/auctions/{running.public_id}")
    page = client.submit("Look at this bid", amount="80", expect=422)
    assert "Store a card first" in page


def test_a_bid_placed_after_the_end_is_refused(app: Flask, running: Running, ana: Bidder) -> None:
    with app.app_context():
        make.wait_until(running, 5 * MINUTE)
    client = browser(app, ana)
    client.get(f"/auctions/{running.public_id}")
    client.submit("Look at this bid", amount="80")
    with app.app_context():
        make.wait_until(running, timedelta())
    page = client.submit("Place this bid, up to $80.00", expect=422)
    assert "came too late" in page


def test_an_unconfirmed_person_cannot_bid(app: Flask, running: Running) -> None:
    client = sign_in(PageClient(app), make_person(app, is_confirmed=False))
    client.get(f"/auctions/{running.public_id}")
    page = client.submit("Look at this bid", amount="80", expect=403)
    assert "Confirm your e-mail address first" in page


def test_a_blocked_bidder_is_told(app: Flask, running: Running, ana: Bidder) -> None:
    bid(app, running, ana, 5_000)
    publisher = sign_in(PageClient(app), running.publisher)
    publisher.get(f"/selling/auctions/{running.public_id}")
    publisher.submit("Block the bidder of bid 1")
    client = browser(app, ana)
    client.get(f"/auctions/{running.public_id}")
    client.submit("Look at this bid", amount="80", expect=403)
    assert "does not take bids from you" in client.text
    publisher.get("/selling/blocked-bidders")
    publisher.submit("Unblock a***l")
    client.get(f"/auctions/{running.public_id}")
    client.submit("Look at this bid", amount="80")


def test_a_withdrawal_names_its_reason(app: Flask, running: Running, ana: Bidder) -> None:
    bid(app, running, ana, 5_000)
    client = browser(app, ana)
    client.get("/account/bids")
    client.follow("Bid 1")
    client.submit("Withdraw", expect=422)
    assert client.errors_beside("reason") == ["Choose a reason."]
    page = client.submit("Withdraw", reason="wrong_amount")
    assert "You withdrew this bid" in page
    assert not any("Withdraw" in form.buttons for form in page.forms)
    page = client.get("/account/bids")
    assert "Withdrawn" in page
    history = PageClient(app).get(f"/auctions/{running.public_id}")
    assert "Withdrawn" in history
    assert "$50" not in history.body


def test_somebody_elses_bid_and_award_are_not_there(app: Flask, running: Running, ana: Bidder) -> None:
    bid(app, running, ana, 5_000)
    with app.app_context():
        mark = make.bids_of(running, ana)[0].public_id
        make.wait_until(running, timedelta())
        award = make.close(running)
    assert award is not None
    other = browser(app, make.make_bidder(app))
    other.get(f"/bids/{mark}", expect=404)
    other.get(f"/awards/{award.public_id}", expect=404)
    other.get(f"/selling/auctions/{running.public_id}", expect=404)
    other.get(f"/selling/auctions/{running.public_id}/terms", expect=404)
    other.get(f"/selling/sockets/{running.socket_id}/auctions/new", expect=404)
    other.get("/account/bids")
    pairs = [pair for pair in other.page.forms[0].fill({}) if pair[0] in {"csrf_token", "request_key"}]
    for path in (
        f"/bids/{mark}/withdrawal",
        f"/awards/{award.public_id}/acceptance",
        f"/awards/{award.public_id}/refusal",
        f"/selling/auctions/{running.public_id}/cancellation",
        f"/selling/auctions/{running.public_id}/offer",
        f"/selling/auctions/{running.public_id}/bids/{mark}/block",
    ):
        other.post(path, [*pairs, ("reason", "wrong_amount")][: 3 if path.endswith("withdrawal") else 2], expect=404)


def test_buy_now_leads_to_the_award(app: Flask, ana: Bidder) -> None:
    running = make.make_auction(app, terms=AuctionTerms(1_000, None, 2_000))
    client = browser(app, ana)
    client.get(f"/auctions/{running.public_id}")
    page = client.submit("Buy now for $20.00")
    assert client.path.startswith("/awards/")
    assert "Your card is being charged" in page
    with app.app_context():
        assert make.look(running).state is AuctionState.AWARDED
    assert "Hammer price" in PageClient(app).get(f"/auctions/{running.public_id}")


def test_a_buy_now_price_that_is_gone(app: Flask, ana: Bidder) -> None:
    running = make.make_auction(app, terms=AuctionTerms(1_000, None, 2_000))
    client = browser(app, ana)
    client.get(f"/auctions/{running.public_id}")
    bid(app, running, make.make_bidder(app), 1_500)
    page = client.submit("Buy now for $20.00", expect=422)
    assert "the buy-now price is gone" in page
