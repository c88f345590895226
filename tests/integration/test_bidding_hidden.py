"""What must stay hidden: the leader's ceiling and the reserve, in every byte that anybody else is sent."""

from datetime import timedelta
from functools import partial
from hashlib import sha256

import pytest
from flask import Flask

from app.domain.auctions.rules import AuctionTerms
from app.domain.auctions.service.awards import accept_offer, follow_award
from app.domain.auctions.service.withdrawing import withdraw_bids
from app.domain.auctions.states import WithdrawalReason
from app.domain.payments.states import IntentState
from tests.factories import auctions as make
from tests.factories.accounts import sign_in
from tests.factories.auctions import Bidder, Running
from tests.support.page_client import PageClient
from tests.unit.auctions import model

# Amounts that appear nowhere else, so that finding their digits means finding them.
CEILING, RESERVE = 773_917, 846_253
WRITTEN = {
    CEILING: ("773917", "7739.17", "7,739.17", "7 739"),
    RESERVE: ("846253", "8462.53", "8,462.53", "8 462"),
}


@pytest.fixture
def ana(app: Flask) -> Bidder:
    return make.make_bidder(app)


@pytest.fixture
def ben(app: Flask) -> Bidder:
    return make.make_bidder(app)


def watchers(app: Flask, running: Running, ben: Bidder) -> list[PageClient]:
    """A visitor, another bidder, and the publisher."""
    return [PageClient(app), sign_in(PageClient(app), ben.person), sign_in(PageClient(app), running.publisher)]


def seen(client: PageClient, running: Running, *, is_over: bool = False) -> str:
    """Every byte of the auction that somebody can fetch, headers too."""
    base = f"/auctions/{running.public_id}"
    bodies = []
    for path in [base, f"{base}/state", *([f"{base}/transcript"] if is_over else [])]:
        with client.http.get(path) as response:
            assert response.status_code == 200
            bodies.append(str(response.headers) + response.get_data(as_text=True))
    return "\n".join(bodies)


def test_the_leaders_ceiling_is_in_no_byte_before_or_after_the_close(app: Flask, ana: Bidder, ben: Bidder) -> None:
    running = make.make_auction(app)
    with app.app_context():
        make.bid(running, ben, 2_000)
        make.bid(running, ana, CEILING)
        make.bid(running, ben, 5_000)
    for client in watchers(app, running, ben):
        text = seen(client, running)
        assert not [written for written in WRITTEN[CEILING] if written in text]
        assert "50.00" in text
    with app.app_context():
        make.wait_until(running, timedelta())
        make.close(running)
    for client in watchers(app, running, ben):
        text = seen(client, running, is_over=True)
        assert not [written for written in WRITTEN[CEILING] if written in text]


def test_the_leader_sees_their_own_ceiling(app: Flask, ana: Bidder) -> None:
    running = make.make_auction(app)
    with app.app_context():
        make.bid(running, ana, CEILING)
    assert "7,739.17" in seen(sign_in(PageClient(app), ana.person), running)


def test_a_ceiling_that_leads_again_after_a_withdrawal_stays_hidden(app: Flask, ana: Bidder, ben: Bidder) -> None:
    running = make.make_auction(app)
    with app.app_context():
        make.bid(running, ana, CEILING)
        make.bid(running, ben, CEILING + 20_000)
        make.committed(lambda: withdraw_bids(running.auction_id, ben.account_id, WithdrawalReason.WRONG_AMOUNT))
    text = seen(PageClient(app), running)
    assert not [written for written in WRITTEN[CEILING] if written in text]
    assert "7,9" not in text


def test_an_unmet_reserve_is_in_no_byte(app: Flask, ana: Bidder, ben: Bidder) -> None:
    running = make.make_auction(app, terms=AuctionTerms(1_000, RESERVE, 900_000))
    with app.app_context():
        make.bid(running, ana, 5_000)
    for client in watchers(app, running, ben):
        text = seen(client, running)
        assert "Reserve not met" in text
        assert not [written for written in WRITTEN[RESERVE] if written in text]
    with app.app_context():
        make.wait_until(running, timedelta())
        make.close(running)
    for client in watchers(app, running, ben):
        text = seen(client, running, is_over=True)
        assert not [written for written in WRITTEN[RESERVE] if written in text]


def test_a_look_at_a_bid_does_not_say_whether_it_would_lead(app: Flask, ana: Bidder, ben: Bidder) -> None:
    """Otherwise looking again and again would find the leader's ceiling without bidding."""
    running = make.make_auction(app)
    with app.app_context():
        make.bid(running, ana, 5_000)
    client = sign_in(PageClient(app), ben.person)
    texts = []
    for amount in ("49.00", "51.00"):
        client.get(f"/auctions/{running.public_id}")
        page = client.submit("Look at this bid", amount=amount)
        texts.append(page.main.replace(f"${amount}", "AMOUNT"))
    assert texts[0] == texts[1]


def test_the_state_is_small_and_says_who_leads_only_to_the_leader(app: Flask, ana: Bidder, ben: Bidder) -> None:
    running = make.make_auction(app)
    with app.app_context():
        make.bid(running, ana, 8_000)
        make.bid(running, ben, 6_000)
    parts = {}
    for name, bidder in (("ana", ana), ("ben", ben)):
        client = sign_in(PageClient(app), bidder.person)
        with client.http.get(f"/auctions/{running.public_id}/state") as response:
            assert len(response.data) < 1_500
            assert response.headers["Cache-Control"] == "no-store"
            state = response.get_json()
        assert (state["price"], state["bids"], state["is_open"]) == ("$61.00", 2, True)
        parts[name] = (state["part"], state["least"])
    assert parts == {"ana": ("leader", "$80.01"), "ben": ("outbid", "$62.00")}
    assert PageClient(app).http.get(f"/auctions/{running.public_id}/state").get_json()["part"] == "nobody"


@pytest.mark.parametrize("reserve", [None, 3_000])
def test_the_transcript_proves_winner_and_price(app: Flask, ana: Bidder, ben: Bidder, reserve: int | None) -> None:
    running = make.make_auction(app, terms=AuctionTerms(1_000, reserve, None))
    client = PageClient(app)
    client.get(f"/auctions/{running.public_id}/transcript", expect=404)
    with app.app_context():
        for bidder, ceiling in ((ben, 2_000), (ana, 4_000), (ben, 4_000), (ana, 9_000), (ben, 6_000)):
            make.bid(running, bidder, ceiling)
        make.wait_until(running, timedelta())
        award = make.close(running)
        own = make.bids_of(running, ana)[-1]
    assert award is not None
    told = client.http.get(f"/auctions/{running.public_id}/transcript").get_json()
    history = [
        model.Placed(row["bidder"], row["ceiling_minor"] or row["ceiling_at_least_minor"] or 1, row["sequence"])
        for row in told["bids"]
        if not row["is_withdrawn"]
    ]
    leader, price = model.leader_and_price(history, told["opening_price_minor"], None)
    (led,) = [row for row in told["bids"] if row["sequence"] == told["leading_bid"]]
    assert leader == led["bidder"]
    assert price == told["award"]["price_minor"] == told["standing_price_minor"] == award.hammer_price_minor == 6_100
    line = f"{running.public_id}|{own.public_id}|{own.ceiling_minor}|{own.nonce}"
    assert led["commitment"] == sha256(line.encode()).hexdigest()
    assert (told["award"]["bidder"], told["award"]["without_bidders"]) == (leader, [])


def test_the_transcript_proves_a_second_chance_too(app: Flask, ana: Bidder, ben: Bidder) -> None:
    running, cleo = make.make_auction(app), make.make_bidder(app)
    with app.app_context():
        for bidder, ceiling in ((cleo, 2_000), (ben, 6_000), (ana, 9_000)):
            make.bid(running, bidder, ceiling)
        make.wait_until(running, timedelta())
        award = make.close(running)
        assert award is not None
        make.answer_charge(award.order_id, IntentState.DECLINED)
        for hours in (0, 48):
            make.wait(timedelta(hours=hours))
            make.committed(partial(follow_award, award.id))
        offer = make.award_of(running)
        make.committed(lambda: accept_offer(ben.account_id, offer.id))
    told = PageClient(app).http.get(f"/auctions/{running.public_id}/transcript").get_json()
    sold = told["award"]
    assert (sold["kind"], sold["state"], sold["without_bidders"]) == ("second_chance", "due", [3])
    history = [
        model.Placed(row["bidder"], row["ceiling_minor"], row["sequence"])
        for row in told["bids"]
        if row["bidder"] not in sold["without_bidders"]
    ]
    assert model.leader_and_price(history, told["opening_price_minor"], None) == (sold["bidder"], sold["price_minor"])
    assert (sold["bidder"], sold["price_minor"]) == (2, 2_050)
