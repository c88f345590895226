"""The publisher's dashboard: what needs them, the coming weeks, earnings, and how sockets do."""

from datetime import UTC, datetime, time, timedelta

from flask import Flask

from app.domain.inventory.models import Site
from app.domain.inventory.states import SiteState
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from config import Config
from tests.factories.accounts import make_person, sign_in
from tests.factories.creatives import make_creative
from tests.factories.delivery import make_on_air
from tests.factories.inventory import Offered, account_of, make_offer, make_socket
from tests.factories.orders import make_booked_line_item
from tests.factories.readers import come_by, count_lines, pass_days, visit_lines
from tests.support.event_lines import forget_events
from tests.support.page_client import PageClient

SVG = "{http://www.w3.org/2000/svg}"


def test_somebody_without_a_site_is_told_how_to_begin(app: Flask, client: PageClient) -> None:
    sign_in(client, make_person(app))
    assert "How to begin" in client.get("/selling")
    client.follow("Add your first site")
    assert client.path == "/selling/sites/new"


def test_a_sold_socket_without_a_tag_is_what_needs_the_publisher(
    app: Flask, config: Config, client: PageClient
) -> None:
    forget_events(app)
    on_air = make_on_air(app)
    sign_in(client, on_air.booking.publisher)
    page = client.get("/selling")
    assert "Sold, but the tag is missing Soon Top banner, Compiler News. We have never seen it." in page
    client.follow("Put the tag on your pages: Top banner")
    assert client.path == f"/selling/sockets/{on_air.booking.socket_id}/tag"
    come_by(app, config, on_air)
    assert "Nothing waits for you." in client.get("/selling")
    far = make_booked_line_item(app, starts_in=20)
    assert "Nothing waits for you." in sign_in(PageClient(app), far.publisher).get("/selling")


def test_a_missing_proof_needs_the_publisher(app: Flask, client: PageClient) -> None:
    offered = make_offer(app)
    sign_in(client, offered.publisher)
    for state, words in ((SiteState.PROVED, "The proof of a site is missing"), (SiteState.LAPSED, "is gone")):
        unprove(app, offered, state)
        assert words in client.get("/selling")
        client.follow("Put it back")
        assert client.path.startswith(f"/selling/sites/{offered.site_id}")


def unprove(app: Flask, offered: Offered, state: SiteState) -> None:
    """The proof of a site was not found at the last look."""

    def work() -> None:
        site = db.session.get_one(Site, offered.site_id)
        site.state, site.missing_since = state, database_now()

    with app.app_context():
        in_transaction(work)


def test_an_ad_that_waits_comes_first(app: Flask, client: PageClient) -> None:
    booking = make_booked_line_item(app, starts_in=1)
    make_creative(app, booking)
    sign_in(client, booking.publisher)
    needs = client.get("/selling").main.split("The coming six weeks")[0]
    assert "An ad waits for your answer" in needs
    assert needs.index("An ad waits for your answer") < needs.index("Sold, but the tag is missing")
    client.follow("Look at it: Top banner")
    assert client.path.startswith("/selling/creatives/")


def test_the_coming_weeks_say_which_days_are_sold(app: Flask, client: PageClient) -> None:
    booking = make_booked_line_item(app, starts_in=5, days=3)
    make_booked_line_item(app, publisher=booking.publisher, starts_in=5, days=3, socket={"places": 2})
    sign_in(client, booking.publisher)
    page = client.get("/selling")
    assert "3 sold, 39 free" in page
    assert "42 free" in page, "one of two places is free, and so is the day"
    alone, _shared = page.elements(f"{SVG}svg", class_="week-strip")
    kinds = [field.get("class") for field in alone.iter(f"{SVG}rect")]
    assert [number for number, kind in enumerate(kinds) if kind == "week-sale"] == [5, 6, 7]
    assert len(kinds) == 42


def test_earnings_and_results_are_those_of_the_settled_days(app: Flask, config: Config, client: PageClient) -> None:
    forget_events(app)
    on_air = make_on_air(app, days=2)
    noon = datetime.combine(on_air.booking.starts_on, time(12), tzinfo=UTC)
    visits = [visit_lines(on_air, noon + timedelta(minutes=who), who=who, clicks=who == 1) for who in range(4)]
    count_lines(app, config, "".join(visits))
    pass_days(app, config, 3)
    page = sign_in(client, on_air.booking.publisher).get("/selling")
    # One day of two was delivered: 10.00 less 15 %.
    assert "Pending $8.50 for days delivered within the last week" in page
    assert "Available $0.00 is paid out from $10.00 on" in page
    assert "We do not know your bank account Money you earned waits; nothing is paid out without it." in page
    assert "Your tax details are missing" in page
    (month,) = [row for row in page.rows if "30 days" in row]
    assert month[1:] == ["30 days", "4", "100.0 %", "4", "100.0 %", "1"]
    pass_days(app, config, 7)
    page = sign_in(PageClient(app), on_air.booking.publisher).get("/selling")
    assert "Pending $0.00" in page
    assert "Available $8.50 is paid out from $10.00 on" in page
    assert [row for row in page.rows if row[0] == "7 days"] == [["7 days", "0", "–", "0", "–", "0"]]  # noqa: RUF001 - "none"


def test_the_number_of_statements_does_not_grow_with_what_is_sold(
    app: Flask, config: Config, client: PageClient
) -> None:
    forget_events(app)
    on_air = make_on_air(app)
    publisher = on_air.booking.publisher
    come_by(app, config, on_air)
    sign_in(client, publisher)
    client.get("/selling")
    one = len(client.statements)
    for number in range(3):
        come_by(app, config, make_on_air(app, number=number + 1, publisher=publisher))
        offered = make_offer(app, publisher)
        make_socket(app, account_of(app, publisher), offered.site_id)
    client.get("/selling")
    assert len(client.statements) == one
