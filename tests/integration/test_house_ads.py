"""Publishers' own ads on their sockets: what stands there while nothing is booked."""

from functools import partial
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.creatives.models import HouseAd
from app.domain.creatives.rules import Material
from app.domain.creatives.service.house_ads import put_up_house_ad, take_down_house_ad
from app.domain.events.kinds.creatives import HouseAdChanged
from app.domain.inventory.models import Socket
from app.domain.inventory.service.sockets import choose_fallback
from app.domain.inventory.states import Fallback
from app.foundation.clock import database_now
from app.foundation.db import db
from app.foundation.errors import NotFound
from tests.factories.accounts import make_person, sign_in
from tests.factories.creatives import make_house_ad, make_material
from tests.factories.inventory import Offered, account_of, make_offer
from tests.support.creatives import noted, run, version
from tests.support.drawing import png
from tests.support.page_client import PageClient
from tests.support.races import race

if TYPE_CHECKING:
    from tests.support.page_form import Pairs

WORDS = {"alt_text": "Our Sunday letter", "click_through_url": "https://letters.example/sunday"}


def fallback_of(app: Flask, socket_id: int) -> Fallback:
    with app.app_context():
        return db.session.get_one(Socket, socket_id).fallback


def house_ads(app: Flask) -> list[int]:
    with app.app_context():
        return list(db.session.scalars(sa.select(HouseAd.creative_id)))


def test_an_ad_that_is_put_up_is_shown_and_one_taken_down_leaves_the_pages_own_content(app: Flask) -> None:
    offered = make_offer(app)
    assert fallback_of(app, offered.socket_id) is Fallback.OWN
    creative = make_house_ad(app, offered.publisher, offered.socket_id)
    assert fallback_of(app, offered.socket_id) is Fallback.HOUSE_AD
    assert house_ads(app) == [creative.id]
    for _ in range(2):
        run(app, lambda: take_down_house_ad(offered.account_id, offered.socket_id, now=database_now()))
        assert fallback_of(app, offered.socket_id) is Fallback.OWN
    assert house_ads(app) == []
    assert len(noted(app, HouseAdChanged)) == 2


def test_taking_down_leaves_an_invitation_where_it_is(app: Flask) -> None:
    offered = make_offer(app)
    make_house_ad(app, offered.publisher, offered.socket_id)
    choose = Fallback.ADVERTISE_HERE
    before = version(app)
    run(app, lambda: choose_fallback(offered.account_id, offered.socket_id, choose, now=database_now()))
    assert version(app) > before
    run(app, lambda: take_down_house_ad(offered.account_id, offered.socket_id, now=database_now()))
    assert fallback_of(app, offered.socket_id) is Fallback.ADVERTISE_HERE


def test_nobody_else_chooses_what_a_socket_shows(app: Flask) -> None:
    offered, other = make_offer(app), account_of(app, make_person(app))
    for verb in (
        lambda: choose_fallback(other, offered.socket_id, Fallback.ADVERTISE_HERE, now=database_now()),
        lambda: take_down_house_ad(other, offered.socket_id, now=database_now()),
    ):
        with pytest.raises(NotFound):
            run(app, verb)
    assert fallback_of(app, offered.socket_id) is Fallback.OWN


def test_two_ads_put_up_at_once_are_put_up_one_after_the_other(app: Flask) -> None:
    offered = make_offer(app)
    materials = [make_material(app, offered.socket_id, number=number, product_code="") for number in range(4)]

    def putting(material: Material) -> HouseAd:
        return put_up_house_ad(offered.account_id, offered.socket_id, material, now=database_now())

    assert race(app, [partial(putting, material) for material in materials]) == []
    assert len(house_ads(app)) == 1
    assert len(noted(app, HouseAdChanged)) == 4


@pytest.fixture
def offered(app: Flask) -> Offered:
    return make_offer(app)


@pytest.fixture
def desk(client: PageClient, offered: Offered) -> PageClient:
    """The publisher's browser on the page of the socket's own ad."""
    sign_in(client, offered.publisher)
    client.get(house_page(offered))
    return client


def house_page(offered: Offered) -> str:
    return f"/selling/sockets/{offered.socket_id}/house-ad"


def test_an_ad_is_put_up_seen_replaced_and_taken_down(app: Flask, desk: PageClient, offered: Offered) -> None:
    assert "Nothing is up" in desk.page
    desk.submit("Put up the ad", WORDS, file=(png(), "ours.png", "image/png"))
    assert "Your ad is up." in desk.flash
    assert "Our Sunday letter" in desk.page.main
    assert fallback_of(app, offered.socket_id) is Fallback.HOUSE_AD
    [picture] = [image for image in desk.page.elements("img") if "house-ad/picture" in image.get("src", "")]
    assert (picture.get("width"), picture.get("height")) == ("300", "250")
    answer = desk.http.get(f"{house_page(offered)}/picture")
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert desk.http.get(f"{house_page(offered)}/picture/still").status_code == 404
    first = house_ads(app)
    desk.submit("Replace the ad", WORDS, file=(png(600, 500, number=4), "sharp.png", "image/png"))
    assert house_ads(app) != first
    assert "600 by 500 pixels, for sharp screens" in desk.page
    desk.submit("Take it down")
    assert "Nothing is up" in desk.page
    assert house_ads(app) == []
    assert desk.http.get(f"{house_page(offered)}/picture").status_code == 404


def test_what_stands_there_is_chosen_and_explained(app: Flask, desk: PageClient, offered: Offered) -> None:
    assert "What you put between the tags stays" in desk.page
    desk.submit("Save", fallback="advertise_here")
    assert fallback_of(app, offered.socket_id) is Fallback.ADVERTISE_HERE
    desk.get(f"/selling/sockets/{offered.socket_id}")
    assert "Advertise here" in desk.page.main
    desk.follow("Choose what stands there")
    assert desk.path == house_page(offered)
    desk.get(f"/selling/sockets/{offered.socket_id}/tag")
    desk.follow("put up your own ad")
    assert desk.path == house_page(offered)
    desk.submit("Put up the ad", WORDS, file=(png(), "ours.png", "image/png"))
    desk.submit("Save", fallback="own")
    assert "It is kept. Choose it above to show it again." in desk.page
    pairs = desk.page.form("Save").fill({})
    wrong = [(name, "made-up" if name == "fallback" else value) for name, value in pairs]
    desk.post(f"/selling/sockets/{offered.socket_id}/fallback", wrong, expect=422)
    assert fallback_of(app, offered.socket_id) is Fallback.OWN


def test_an_accepted_image_is_kept_while_the_words_are_mended(app: Flask, desk: PageClient) -> None:
    desk.submit("Put up the ad", file=(png(), "ours.png", "image/png"), alt_text="Our letter", expect=422)
    assert desk.errors_beside("click_through_url") == ["Enter the page that a click opens."]
    assert "The image you sent is kept." in desk.page
    [kept] = [image.get("src", "") for image in desk.page.elements("img") if "/uploads/" in image.get("src", "")]
    assert desk.http.get(kept).status_code == 200
    assert desk.page.form("Put up the ad").values["alt_text"] == "Our letter"
    desk.submit("Put up the ad", click_through_url="http://letters.example", expect=422)
    assert "https://" in desk.errors_beside("click_through_url")[0]
    desk.submit("Put up the ad", click_through_url="https://letters.example")
    assert len(house_ads(app)) == 1


def test_a_double_press_puts_up_one_ad(app: Flask, desk: PageClient, offered: Offered) -> None:
    pairs = desk.page.form("Put up the ad").fill({**WORDS, "file": (png(), "ours.png", "image/png")})
    for _ in range(2):
        desk.post(house_page(offered), pairs)
    assert len(noted(app, HouseAdChanged)) == 1


def test_a_socket_whose_size_was_changed_says_that_its_ad_no_longer_fits(
    app: Flask, desk: PageClient, offered: Offered
) -> None:
    desk.submit("Put up the ad", WORDS, file=(png(), "ours.png", "image/png"))
    assert "size was changed" not in desk.page

    def work() -> None:
        db.session.get_one(Socket, offered.socket_id).width_px = 336

    run(app, work)
    desk.get(house_page(offered))
    assert "The socket's size was changed since. Replace the ad with one of 336 by 250 pixels." in desk.page


def test_nobody_else_finds_a_sockets_own_ad(app: Flask, offered: Offered) -> None:
    make_house_ad(app, offered.publisher, offered.socket_id)
    client = sign_in(PageClient(app), make_person(app))
    client.get("/account/profile")
    values = client.page.forms[-1].values
    hidden: Pairs = [(name, values[name]) for name in ("csrf_token", "request_key")]
    for path in (house_page(offered), f"{house_page(offered)}/picture", f"{house_page(offered)}/picture/still"):
        assert client.http.get(path).status_code == 404
    client.post(f"{house_page(offered)}/removal", hidden, expect=404)
    client.post(house_page(offered), [*hidden, *WORDS.items(), ("file", (png(), "x.png", "image/png"))], expect=404)
    fallback = f"/selling/sockets/{offered.socket_id}/fallback"
    client.post(fallback, [*hidden, ("fallback", "own")], expect=404)
    assert len(house_ads(app)) == 1
    assert fallback_of(app, offered.socket_id) is Fallback.HOUSE_AD
