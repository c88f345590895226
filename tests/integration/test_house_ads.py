"""Publishers' own ads on their sockets: what stands there while nothing is booked."""

from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.creatives.models import HouseAd
from app.domain.creatives.rules import Material
from app.domain.creatives.service.house_ads import put_up_house_ad, take_down_house_ad
from app.domain.inventory.models import Socket
from app.domain.inventory.service.sockets import choose_fallback
from app.domain.inventory.states import Fallback
from app.domain.outbox.facts import FactKind
from app.foundation.clock import database_now
from app.foundation.db import db
from app.foundation.errors import NotFound
from tests.factories.accounts import make_person
from tests.factories.creatives import make_house_ad, make_material
from tests.factories.inventory import account_of, make_offer
from tests.integration.test_auctions_races import race
from tests.support.creatives import facts, run, version


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
    assert len(facts(app, FactKind.HOUSE_AD_CHANGED)) == 2


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
    assert len(facts(app, FactKind.HOUSE_AD_CHANGED)) == 4
