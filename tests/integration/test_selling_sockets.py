"""The publisher's pages of sockets: adding, changing, closing, prices, the calendar."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.inventory.models import CalendarDay, Claim, Listing, Socket
from app.domain.inventory.service.calendar import hold_days, take_auction_days
from app.domain.inventory.states import ClaimKind, ListingKind, ListingState, SocketState
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from tests.factories.accounts import Person, make_person, sign_in
from tests.factories.inventory import Offered, account_of, make_offer, make_proved_site, make_site, make_socket
from tests.support.page_client import PageClient
from tests.support.stored_state import stored_state

SOCKET: dict[str, Any] = {
    "name": "Top banner",
    "page_hint": "Every article",
    "position": "above_fold",
    "size": "728x90",
    "formats": ["png", "webp"],
    "places": "3",
    "approval_rule": "known_buyers",
    "approval_hours": "72",
    "on_silence": "approve",
    "taste_rules": "No flashing.",
    "blocked_products": ["1002"],
}
PRICES: dict[str, Any] = {
    "price_day": "10",
    "price_week": "$60.00",
    "price_30_days": "1,200",
    "lead_days": "3",
    "days_min": "1",
    "days_max": "60",
}
DAY = timedelta(days=1)
TIMES = "\N{MULTIPLICATION SIGN}"


@pytest.fixture
def person(app: Flask, client: PageClient) -> Person:
    somebody = make_person(app)
    sign_in(client, somebody)
    return somebody


@pytest.fixture
def offered(app: Flask, person: Person) -> Offered:
    return make_offer(app, person, places=1)


def stored_socket(app: Flask) -> Socket:
    with app.app_context():
        return db.session.scalars(sa.select(Socket)).one()


def today(app: Flask) -> date:
    with app.app_context():
        moment = database_now()
        db.session.remove()
    return moment.astimezone(ZoneInfo("America/Los_Angeles")).date()


def days(app: Flask) -> list[tuple[date, int, ClaimKind]]:
    with app.app_context():
        rows = db.session.execute(sa.select(CalendarDay.day, CalendarDay.place, Claim.kind).join(Claim)).all()
    return sorted((row.day, row.place, row.kind) for row in rows)


def test_a_socket_is_added_and_everything_about_it_is_shown_again(
    app: Flask, client: PageClient, person: Person
) -> None:
    site = make_proved_site(app, account_of(app, person))
    client.get(f"/selling/sites/{site.id}")
    client.follow("Add a socket")
    client.submit("Add the socket", SOCKET)
    for words in ("Leaderboard", f"728 {TIMES} 90", "PNG, WebP", "72 hours", "No flashing.", "Alcohol", "The ad runs"):
        assert words in client.page.main
    assert client.page.elements(class_="schematic")
    assert stored_socket(app).bytes_max == 150_000
    client.follow("Change these")
    form = client.page.form("Save the socket")
    sent = form.fill({})
    for name, value in SOCKET.items():
        assert [text for key, text in sent if key == name] == (value if isinstance(value, list) else [value])
    client.submit("Save the socket", size="custom", width_px="88", height_px="777")
    assert (stored_socket(app).width_px, stored_socket(app).height_px) == (88, 777)
    assert "Custom size" in client.page


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Enter a name"),
        ("page_hint", "", "on which pages"),
        ("places", "0", "from 1 to 10"),
        ("places", "11", "from 1 to 10"),
        ("places", "2.5", "from 1 to 10"),
        ("approval_hours", "23", "from 24 to 120"),
        ("approval_hours", "121", "from 24 to 120"),
        ("formats", [], "Tick at least one"),
        ("taste_rules", "x" * 1001, "at most 1000"),
    ],
)
def test_a_field_that_does_not_fit_is_named_and_nothing_is_saved(
    app: Flask,
    client: PageClient,
    person: Person,
    field: str,
    value: str | list[str],
    words: str,
) -> None:
    site = make_site(app, account_of(app, person))
    client.get(f"/selling/sites/{site.id}/sockets/new")
    before = stored_state(app)
    client.submit("Add the socket", SOCKET | {field: value}, expect=422)
    assert words in " ".join(client.errors_beside(field))
    assert before.changed_tables(stored_state(app)) == set()


@pytest.mark.parametrize(
    ("width", "height", "wrong"),
    [("", "90", "width_px"), ("0", "90", "width_px"), ("728", "2001", "height_px"), ("728", "-9", "height_px")],
)
def test_a_custom_size_needs_both_sides_within_bounds(
    app: Flask, client: PageClient, person: Person, width: str, height: str, wrong: str
) -> None:
    site = make_site(app, account_of(app, person))
    client.get(f"/selling/sites/{site.id}/sockets/new")
    client.submit("Add the socket", SOCKET | {"size": "custom", "width_px": width, "height_px": height}, expect=422)
    assert client.errors_beside(wrong) == ["Enter 1 to 2,000 pixels."]


@pytest.mark.parametrize("field", ["position", "size", "formats", "approval_rule", "on_silence", "blocked_products"])
def test_a_choice_that_is_not_offered_is_refused(app: Flask, client: PageClient, person: Person, field: str) -> None:
    site = make_site(app, account_of(app, person))
    client.get(f"/selling/sites/{site.id}/sockets/new")
    client.submit("Add the socket", SOCKET | {field: None}, extra=[(field, "nonsense")], expect=422)
    assert client.errors_beside(field)


def test_a_socket_is_closed_and_opened_again(app: Flask, client: PageClient, offered: Offered) -> None:
    client.get(f"/selling/sockets/{offered.socket_id}")
    client.follow("Put days up for auction")
    client.get(f"/selling/sockets/{offered.socket_id}")
    client.follow("All your auctions")
    assert client.path == "/selling/auctions"
    client.get(f"/selling/sockets/{offered.socket_id}")
    client.submit("Close the socket")
    assert stored_socket(app).state is SocketState.CLOSED
    client.get("/selling")
    assert "Closed" in client.page.main
    client.follow("Reopen it")
    client.submit("Reopen the socket")
    assert stored_socket(app).state is SocketState.OPEN


def put_up_for_auction(offered: Offered) -> None:
    def work() -> None:
        now = database_now()
        listing = Listing(
            socket_id=offered.socket_id,
            kind=ListingKind.AUCTION,
            state=ListingState.OPEN,
            currency="USD",
            lead_days=0,
            days_min=1,
            days_max=366,
            created_at=now,
        )
        db.session.add(listing)
        db.session.flush()
        socket = db.session.get_one(Socket, offered.socket_id)
        first = now.date() + 20 * DAY
        take_auction_days(listing, socket, starts_on=first, ends_before=first + DAY, now=now)

    in_transaction(work)


def test_what_people_bid_on_or_are_paying_for_is_not_changed(app: Flask, client: PageClient, offered: Offered) -> None:
    buyer = account_of(app, make_person(app))
    first = today(app) + 10 * DAY
    with app.app_context():
        in_transaction(
            lambda: hold_days(buyer, offered.listing_id, starts_on=first, ends_before=first + DAY, now=database_now())
        )
    client.get(f"/selling/sockets/{offered.socket_id}/details")
    client.submit("Save the socket", size="120x60", expect=422)
    assert "somebody is just buying" in client.page.main
    with app.app_context():
        put_up_for_auction(offered)
    client.get(f"/selling/sockets/{offered.socket_id}")
    assert "1 auction is running" in client.page
    client.submit("Close the socket", expect=422)
    assert stored_socket(app).state is SocketState.OPEN
    assert "fixed prices and auction" in client.get("/selling")


def test_prices_are_shown_as_a_buyer_sees_them_before_they_hold(app: Flask, client: PageClient, person: Person) -> None:
    account_id = account_of(app, person)
    socket = make_socket(app, account_id, make_proved_site(app, account_id).id)
    client.get("/selling")
    client.follow("Set prices")
    client.submit("Show what a buyer sees", PRICES)
    assert "This is what a buyer sees" in client.page
    assert ["10", f"1 {TIMES} 1 week at $60.00 + 3 {TIMES} 1 day at $10.00", "$90.00"] in client.page.rows
    with app.app_context():
        assert db.session.scalars(sa.select(Listing)).all() == []
    client.submit("Put it on sale at these prices")
    assert "is on sale at these prices" in client.flash
    assert client.page.form("Show what a buyer sees").values["price_30_days"] == "$1,200.00"
    assert "On sale: fixed prices" in client.get("/selling")
    client.get(f"/selling/sockets/{socket.id}/rate-card")
    client.submit("Stop selling at fixed prices")
    assert "no longer on sale" in client.flash
    with app.app_context():
        assert db.session.scalars(sa.select(Listing.state)).all() == [ListingState.CLOSED]


def test_a_new_rate_card_takes_the_place_of_the_old_one(app: Flask, client: PageClient, offered: Offered) -> None:
    client.get(f"/selling/sockets/{offered.socket_id}/rate-card")
    client.submit("Show what a buyer sees", price_day="12.34", price_week="", price_30_days="")
    client.submit("Put it on sale at these prices")
    with app.app_context():
        cards = db.session.execute(sa.select(Listing.price_day_minor, Listing.price_week_minor, Listing.state)).all()
    assert sorted(tuple(card) for card in cards) == [
        (1_000, 6_000, ListingState.CLOSED),
        (1_234, None, ListingState.OPEN),
    ]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"price_day": "", "price_week": "", "price_30_days": ""}, ("price_day", "at least one price")),
        ({"price_day": "ten"}, ("price_day", "in digits")),
        ({"price_day": "-1"}, ("price_day", "negative")),
        ({"price_day": "0"}, ("price_day", "more than nothing")),
        ({"price_week": "1.005"}, ("price_week", "decimals")),
        ({"price_30_days": "1e309"}, ("price_30_days", "in digits")),
        ({"price_30_days": "9" * 20}, ("price_30_days", "at most")),
        ({"lead_days": "91"}, ("lead_days", "0 to 90")),
        ({"days_min": "0"}, ("days_min", "1 to 365")),
        ({"days_max": "366"}, ("days_max", "1 to 365")),
        ({"days_min": "9", "days_max": "8"}, ("days_max", "shorter than the shortest")),
        ({"price_day": "", "price_30_days": "", "days_min": "8", "days_max": "13"}, ("price_day", "at least a price")),
    ],
)
@pytest.mark.parametrize("step", ["preview", "offer"])
def test_prices_that_do_not_fit_are_refused(
    app: Flask, client: PageClient, person: Person, changes: dict[str, str], problem: tuple[str, str], step: str
) -> None:
    field, words = problem
    account_id = account_of(app, person)
    socket = make_socket(app, account_id, make_proved_site(app, account_id).id)
    client.get(f"/selling/sockets/{socket.id}/rate-card")
    before = stored_state(app)
    client.submit("Show what a buyer sees", PRICES | changes | {"step": step}, expect=422)
    assert words in " ".join(client.errors_beside(field))
    assert client.page.form("Show what a buyer sees").values["step"] == "preview"
    assert before.changed_tables(stored_state(app)) == set()


def test_a_socket_of_a_site_that_is_not_proved_cannot_be_put_on_sale(
    app: Flask, client: PageClient, person: Person
) -> None:
    account_id = account_of(app, person)
    socket = make_socket(app, account_id, make_site(app, account_id).id)
    client.get(f"/selling/sockets/{socket.id}/rate-card")
    client.submit("Show what a buyer sees", PRICES | {"step": "offer"}, expect=422)
    assert "Show first that the site is yours" in client.page.main
    assert "Waits for the proof" in client.get("/selling")


def test_the_calendar_shows_each_kind_of_day_by_month(app: Flask, client: PageClient, offered: Offered) -> None:
    first = (today(app).replace(day=1) + 40 * DAY).replace(day=1)
    client.get(f"/selling/sockets/{offered.socket_id}/calendar")
    client.submit("Black these days out", starts_on=f"{first}", ends_on=f"{first + DAY}")
    assert client.path.endswith(f"month={first:%Y-%m}")
    assert [kind for _day, _place, kind in days(app)] == [ClaimKind.HOUSE, ClaimKind.HOUSE]
    cells = [cell for row in client.page.rows for cell in row]
    assert [cell for cell in cells if cell.split(" ")[0] in {"1", "2", "3"}] == ["1 Blackout", "2 Blackout", "3 Free"]
    client.submit("Sell on these days again", lift_from=f"{first}", lift_until=f"{first}")
    assert [day for day, _place, _kind in days(app)] == [first + DAY]
    client.follow("Previous month")
    assert client.path.endswith(f"month={(first - DAY):%Y-%m}")


def test_the_calendar_does_not_leave_the_year_that_can_be_sold(
    client: PageClient, offered: Offered, app: Flask
) -> None:
    here = f"{today(app):%B %Y}"
    for asked in ("1999-01", "9999-12", "2026-13", "nonsense", "0000-00", "٢٠٢٦-01"):
        client.get(f"/selling/sockets/{offered.socket_id}/calendar?month={asked}")
        assert here in client.page.main
    client.get(f"/selling/sockets/{offered.socket_id}/calendar")
    for _ in range(12):
        client.follow("Next month")
    assert "Next month" not in client.page.links


@pytest.mark.parametrize(
    ("first", "last", "problem"),
    [
        (-2, 1, ("starts_on", "is over")),
        (3, 2, ("ends_on", "before the first")),
        (3, 400, ("ends_on", "at the latest")),
        (3, 60_000, ("ends_on", "at the latest")),
        (3, 600_000, ("ends_on", "within a year")),
    ],
)
def test_only_days_within_a_year_can_be_blacked_out(
    app: Flask, client: PageClient, offered: Offered, first: int, last: int, problem: tuple[str, str]
) -> None:
    field, words = problem
    client.get(f"/selling/sockets/{offered.socket_id}/calendar")
    here = today(app)
    typed = {"starts_on": f"{here + first * DAY}", "ends_on": f"{here + last * DAY}"}
    client.submit("Black these days out", typed, expect=422)
    assert words in " ".join(client.errors_beside(field))
    assert days(app) == []


def test_a_day_that_is_held_cannot_be_blacked_out(app: Flask, client: PageClient, offered: Offered) -> None:
    buyer = account_of(app, make_person(app))
    first = today(app) + 10 * DAY
    with app.app_context():
        in_transaction(
            lambda: hold_days(buyer, offered.listing_id, starts_on=first, ends_before=first + DAY, now=database_now())
        )
    client.get(f"/selling/sockets/{offered.socket_id}/calendar")
    client.submit("Black these days out", starts_on=f"{first - DAY}", ends_on=f"{first + DAY}", expect=422)
    assert "sold, held or up for auction" in client.page.main
    assert days(app) == [(first, 1, ClaimKind.HOLD)]


def test_somebody_elses_socket_is_not_found(app: Flask, client: PageClient, person: Person) -> None:
    del person
    offered = make_offer(app)
    own = make_offer(app, make_person(app))
    client.get("/selling/sites/new")
    button = [pair for pair in client.page.form("Add the site").fill({}) if pair[0] in {"csrf_token", "request_key"}]
    typed = {
        "/details": [
            (name, one) for name, value in SOCKET.items() for one in (value if isinstance(value, list) else [value])
        ],
        "/rate-card": [*PRICES.items(), ("step", "offer")],
        "/blackout": [("starts_on", f"{today(app) + DAY}"), ("ends_on", f"{today(app) + DAY}")],
        "/blackout/lifting": [("lift_from", f"{today(app)}"), ("lift_until", f"{today(app)}")],
        "/closing": [],
        "/reopening": [],
        "/rate-card/withdrawal": [],
    }
    before = stored_state(app)
    for socket_id in (offered.socket_id, own.socket_id, 999_999, 2**63 - 1):
        for path in ("", "/details", "/rate-card", "/calendar"):
            client.get(f"/selling/sockets/{socket_id}{path}", expect=404)
        for path, pairs in typed.items():
            client.post(f"/selling/sockets/{socket_id}{path}", [*button, *pairs], expect=404)
        client.post(
            f"/selling/sockets/{socket_id}/rate-card", [*button, *PRICES.items(), ("step", "preview")], expect=404
        )
    assert before.changed_tables(stored_state(app)) == set()
