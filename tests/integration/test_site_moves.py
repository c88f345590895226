"""A site stays on its domain and in its time zone while somebody bids on its days, pays for them or has bought them."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from app.domain.auctions.service.opening import AuctionPlan, open_auction
from app.domain.inventory.errors import ListingClosed, NotProved, SiteInUse
from app.domain.inventory.models import Site
from app.domain.inventory.service.calendar import black_out, free_auction_days, hold_days
from app.domain.inventory.service.sites import SiteDetails, amend_site
from app.domain.inventory.states import SiteState
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.foundation.errors import Refusal
from tests.factories import auctions as make
from tests.factories.accounts import make_person, sign_in
from tests.factories.inventory import SITE, Offered, account_of, make_offer
from tests.factories.orders import make_booked_line_item
from tests.support.mail_jobs import advance
from tests.support.page_client import PageClient
from tests.support.races import until_somebody_waits

DAY = timedelta(days=1)
ELSEWHERE = "https://junk.example"
MOVES = {"address": {"address": ELSEWHERE}, "time_zone": {"time_zone": "Asia/Tokyo"}}


def site_of(app: Flask, offer: Offered) -> Site:
    with app.app_context():
        return make.read(lambda: db.session.get_one(Site, offer.site_id))


def amended(offer: Offered, site: Site, **changes: str) -> Site:
    details = SiteDetails(**{name: getattr(site, name) for name in SITE.__dataclass_fields__})
    user_id, moved = offer.publisher.user_id, replace(details, **changes)
    return amend_site(offer.account_id, offer.site_id, moved, user_id=user_id, now=database_now())


def move(app: Flask, offer: Offered, **changes: str) -> Site:
    site = site_of(app, offer)
    with app.app_context():
        return make.committed(lambda: amended(offer, site, **changes))


def refused_field(app: Flask, offer: Offered, **changes: str) -> str | None:
    with pytest.raises(SiteInUse) as refusal:
        move(app, offer, **changes)
    return refusal.value.field


def auction(offer: Offered) -> int:
    now = database_now()
    starts_on = (now + 20 * DAY).astimezone(make.ZONE).date()
    plan = AuctionPlan(starts_on, starts_on + 7 * DAY, 1_000, None, None, now + 5 * DAY, is_short_notice=False)
    return open_auction(offer.account_id, offer.socket_id, plan, currency="USD", now=now).listing_id


def hold(offer: Offered, buyer: int) -> int:
    now = database_now()
    starts_on = (now + 20 * DAY).astimezone(make.ZONE).date()
    return hold_days(buyer, offer.listing_id, starts_on=starts_on, ends_before=starts_on + DAY, now=now).id


@pytest.mark.parametrize("field", MOVES)
def test_a_site_stays_where_it_is_while_its_days_are_up_for_auction(app: Flask, field: str) -> None:
    offer = make_offer(app)
    with app.app_context():
        listing_id = make.committed(lambda: auction(offer))
    before = site_of(app, offer)
    assert refused_field(app, offer, **MOVES[field]) == field
    after = site_of(app, offer)
    assert (after.domain, after.time_zone, after.state) == (before.domain, before.time_zone, SiteState.PROVED)
    with app.app_context():
        make.committed(lambda: free_auction_days(listing_id))
    assert getattr(move(app, offer, **MOVES[field]), field) == MOVES[field][field]


@pytest.mark.parametrize("field", MOVES)
def test_a_site_stays_where_it_is_while_somebody_pays(app: Flask, field: str) -> None:
    offer, buyer = make_offer(app), account_of(app, make_person(app))
    with app.app_context():
        make.committed(lambda: hold(offer, buyer))
    assert refused_field(app, offer, **MOVES[field]) == field
    advance(app, timedelta(minutes=16))
    assert getattr(move(app, offer, **MOVES[field]), field) == MOVES[field][field]


@pytest.mark.parametrize("field", MOVES)
def test_a_site_stays_where_it_is_until_what_it_sold_has_run(app: Flask, field: str) -> None:
    offer = make_offer(app)
    make_booked_line_item(app, offered=offer, starts_in=20, days=3)
    assert refused_field(app, offer, **MOVES[field]) == field
    advance(app, 22 * DAY)
    assert refused_field(app, offer, **MOVES[field]) == field
    advance(app, 2 * DAY)
    assert getattr(move(app, offer, **MOVES[field]), field) == MOVES[field][field]


def test_everything_else_about_a_site_may_change_while_its_days_are_sold(app: Flask) -> None:
    offer = make_offer(app)
    make_booked_line_item(app, offered=offer)
    same_domain = f"{site_of(app, offer).address}/news"
    said = {"name": "Renamed", "description": "Other words.", "language": "de", "country_code": "DE"}
    site = move(app, offer, address=same_domain, **said)
    assert (site.address, site.state, site.name) == (same_domain, SiteState.PROVED, "Renamed")


def test_days_that_are_merely_closed_hold_no_site_back(app: Flask) -> None:
    offer = make_offer(app)
    with app.app_context():
        now = make.now()
        starts_on = (now + 20 * DAY).date()
        make.committed(
            lambda: black_out(
                offer.account_id, offer.socket_id, starts_on=starts_on, ends_before=starts_on + DAY, now=now
            )
        )
    assert move(app, offer, address=ELSEWHERE).state is SiteState.UNPROVED


def test_the_form_says_why_and_keeps_what_was_typed(app: Flask) -> None:
    offer = make_offer(app)
    with app.app_context():
        make.committed(lambda: auction(offer))
    client = PageClient(app)
    sign_in(client, offer.publisher)
    client.get(f"/selling/sites/{offer.site_id}/details")
    page = client.submit("Save the site", expect=422, address=ELSEWHERE, description="Typed just now.")
    assert page.text.count("Days of this site are sold, up for auction or just being bought.") >= 1
    assert "Typed just now." in page.text
    assert site_of(app, offer).domain != "junk.example"


Taker = Callable[[Offered, int], object]
TAKERS: dict[str, tuple[Taker, type[Refusal]]] = {
    "an auction that opens": (lambda offer, _buyer: auction(offer), NotProved),
    "a checkout that begins": (hold, ListingClosed),
}


def one_before_the_other(app: Flask, first: Callable[[], object], second: Callable[[], object]) -> list[Refusal]:
    """The second begins when the first has done its work and not yet committed; gives what was refused."""
    is_done, refused = threading.Event(), []

    def slow() -> None:
        first()
        is_done.set()
        until_somebody_waits()

    def run(work: Callable[[], object]) -> None:
        with app.app_context():
            try:
                in_transaction(work)
            except Refusal as refusal:
                refused.append(refusal)

    threads = [threading.Thread(target=run, args=(work,)) for work in (slow, second)]
    threads[0].start()
    assert is_done.wait(20)
    threads[1].start()
    for thread in threads:
        thread.join(30)
    return refused


@pytest.mark.parametrize("name", TAKERS)
def test_who_takes_days_first_keeps_the_site_in_its_place(app: Flask, name: str) -> None:
    offer, buyer = make_offer(app), account_of(app, make_person(app))
    site, (take, _refusal) = site_of(app, offer), TAKERS[name]
    refused = one_before_the_other(app, lambda: take(offer, buyer), lambda: amended(offer, site, address=ELSEWHERE))
    assert [type(one) for one in refused] == [SiteInUse]
    assert site_of(app, offer).state is SiteState.PROVED


@pytest.mark.parametrize("name", TAKERS)
def test_who_comes_after_a_move_sells_nothing_on_the_new_domain(app: Flask, name: str) -> None:
    offer, buyer = make_offer(app), account_of(app, make_person(app))
    site, (take, refusal) = site_of(app, offer), TAKERS[name]
    refused = one_before_the_other(app, lambda: amended(offer, site, address=ELSEWHERE), lambda: take(offer, buyer))
    assert [type(one) for one in refused] == [refusal]
    assert site_of(app, offer).domain == "junk.example"
