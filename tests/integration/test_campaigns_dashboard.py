"""The buyer's dashboard: what needs them, what runs, what comes, what it cost, what is over."""

from datetime import UTC, datetime, time, timedelta

from flask import Flask

from config import Config
from tests.factories.accounts import make_person, sign_in
from tests.factories.auctions import bid, close, make_auction, make_bidder, wait_until
from tests.factories.creatives import make_creative, refused
from tests.factories.delivery import make_on_air
from tests.factories.orders import make_booked_line_item
from tests.factories.readers import come_by, count_lines, pass_days, visit_lines
from tests.support.event_lines import forget_events
from tests.support.page import Page
from tests.support.page_client import PageClient

LONG = "Rindfleischetikettierungsueberwachungsaufgabenuebertragungsgesetzesaenderungsamt"[:80]


def line(page: Page, name: str) -> list[str]:
    """The cells of the first row whose head begins with this name."""
    return next(row for row in page.rows if row[0].startswith(name))


def test_somebody_without_a_campaign_is_told_how_to_begin(app: Flask, client: PageClient) -> None:
    sign_in(client, make_person(app))
    page = client.get("/campaigns")
    assert "How to begin" in page
    client.follow("Find a socket")
    assert client.path == "/sockets"


def test_what_runs_says_what_it_brought_and_leads_to_its_results(
    app: Flask, config: Config, client: PageClient
) -> None:
    forget_events(app)
    on_air = make_on_air(app)
    come_by(app, config, on_air, readers=2)
    sign_in(client, on_air.booking.buyer)
    page = client.get("/campaigns")
    assert "Nothing waits for you." in page
    where, state, viewable, clicks, spent, _results = line(page, "Top banner, Compiler News")
    assert (viewable, clicks, spent) == ("2", "1", "$0.00 of $20.00")
    assert (where.startswith("Top banner, Compiler News"), state) == (True, "Running Approved")
    assert "1 click 50.0 % of impressions" in page
    client.follow("Results of Top banner")
    assert client.path == f"/campaigns/{on_air.booking.line_item}/results"


def test_a_line_item_without_an_ad_needs_one_the_next_to_begin_first(app: Flask, client: PageClient) -> None:
    late = make_booked_line_item(app, starts_in=20)
    buyer = late.buyer
    soon = make_booked_line_item(app, buyer=buyer, starts_in=2, socket={"name": "Sidebar"})
    answered = make_booked_line_item(app, buyer=buyer, starts_in=9, socket={"name": "Footer"})
    waiting = make_booked_line_item(app, buyer=buyer, starts_in=10, socket={"name": "Header"})
    refused(app, answered, make_creative(app, answered))
    make_creative(app, waiting, number=1)
    sign_in(client, buyer)
    page = client.get("/campaigns")
    needs = page.main.split("Running now")[0]
    assert needs.index("Sidebar") < needs.index("The publisher refused your ad") < needs.index("Top banner")
    assert "An ad is missing Soon Sidebar, Compiler News. The flight begins in" in needs
    assert "Send it now." in needs
    assert "Header" not in needs
    assert line(page, "Header, Compiler News")[2] == "An ad waits for the publisher's answer"
    client.follow("Send an ad: Sidebar")
    assert client.path == f"/campaigns/{soon.line_item}"


def test_an_award_that_is_due_comes_first_and_bids_are_listed(app: Flask, client: PageClient) -> None:
    running, leading, lost = make_auction(app), make_auction(app), make_auction(app)
    buyer, rival = make_bidder(app), make_bidder(app)
    with app.app_context():
        bid(leading, buyer, 1_500)
        bid(lost, buyer, 1_200)
        bid(lost, rival, 9_000)
        bid(running, buyer, 2_000)
    sign_in(client, buyer.person)
    page = client.get("/campaigns")
    assert [row[2:4] for row in page.rows if len(row) == 5][1:] == [
        ["You lead", "$10.00"],
        ["You lead", "$10.00"],
        ["You are outbid", "$12.50"],
    ]
    with app.app_context():
        wait_until(running, timedelta(seconds=-1))
        assert close(running) is not None
    page = sign_in(PageClient(app), buyer.person).get("/campaigns")
    assert "You have won: pay $10.00" in page


def test_the_money_of_a_line_item_is_delivered_or_returned(app: Flask, config: Config, client: PageClient) -> None:
    forget_events(app)
    on_air = make_on_air(app, days=2)
    # Readers come on the first day; on the second nobody's browser asks, as when the tag is gone.
    noon = datetime.combine(on_air.booking.starts_on, time(12), tzinfo=UTC)
    count_lines(app, config, "".join(visit_lines(on_air, noon + timedelta(minutes=who), who=who) for who in range(3)))
    sign_in(client, on_air.booking.buyer)
    assert "$20.00 for days to come or to settle" in client.get("/campaigns")
    pass_days(app, config, 3)
    page = sign_in(PageClient(app), on_air.booking.buyer).get("/campaigns")
    _where, state, viewable, clicks, delivered, returned, _results = line(page, "Top banner")
    assert (state, viewable, clicks, delivered, returned) == ("Finished", "3", "0", "$10.00", "$10.00")
    for words in ("$20.00 for everything booked", "$10.00 for settled days", "$10.00 for what was not delivered"):
        assert words in page
    assert "$0.00 for days to come or to settle" in page


def test_names_of_any_length_stand_on_the_page(app: Flask, client: PageClient) -> None:
    on_air = make_on_air(app, socket={"name": LONG})
    sign_in(client, on_air.booking.buyer)
    assert f"{LONG}, Compiler News" in client.get("/campaigns")


def test_the_number_of_statements_does_not_grow_with_what_is_booked(
    app: Flask, config: Config, client: PageClient
) -> None:
    forget_events(app)
    on_air = make_on_air(app)
    come_by(app, config, on_air)
    sign_in(client, on_air.booking.buyer)
    client.get("/campaigns")
    one = len(client.statements)
    for number in range(3):
        another = make_on_air(app, number=number + 1, buyer=on_air.booking.buyer)
        come_by(app, config, another)
        make_booked_line_item(app, buyer=on_air.booking.buyer, starts_in=5 + number)
    client.get("/campaigns")
    assert len(client.statements) == one
