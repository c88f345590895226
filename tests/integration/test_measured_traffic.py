"""What visitors read of a socket's traffic: measured by its own tag on whole days, never promised from one."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

import pytest
from flask import Flask

from app.delivery.event_log import EventFlag, EventKind
from app.domain.inventory.models import Site, Socket
from app.foundation.clock import database_now
from app.foundation.db import db
from config import Config
from tests.factories.events import Told, make_tagged_socket
from tests.factories.inventory import Offered
from tests.factories.readers import count_lines
from tests.support.catalogue import refresh
from tests.support.page import Page
from tests.support.page_client import PageClient

REQUESTS = (9, 4, 0, 6, 2, 8, 10, 3, 5, 7)
"""Of ten days up to yesterday; on the first, the tag came at noon."""


@pytest.fixture
def offered(app: Flask) -> Offered:
    return make_tagged_socket(app)


def asked(app: Flask, offered: Offered, requests: Sequence[int]) -> list[Told]:
    """So many requests on each of the last days, the last of them yesterday, and fifty today."""
    with app.app_context():
        now = database_now()
        db.session.remove()
    noon = datetime.combine(now.date(), time(12), tzinfo=UTC)
    days = [noon - timedelta(days=len(requests) - number) for number in range(len(requests))]
    told = [
        Told(at=day, socket_id=offered.socket_id)
        for day, times in zip(days, requests, strict=True)
        for _ in range(times)
    ]
    return told + [Told(at=now, socket_id=offered.socket_id)] * 50


def socket_page(app: Flask, client: PageClient, offered: Offered) -> Page:
    """The public page of the socket."""
    with app.app_context():
        slug = db.session.get_one(Socket, offered.socket_id).slug
        db.session.remove()
    return client.get(f"/sockets/{slug}")


def site_page(app: Flask, client: PageClient, offered: Offered) -> Page:
    """The public page of the site."""
    refresh(app)
    with app.app_context():
        slug = db.session.get_one(Site, offered.site_id).slug
        db.session.remove()
    return client.get(f"/sites/{slug}")


def test_a_socket_without_a_week_of_requests_is_not_measured_yet(
    app: Flask, config: Config, client: PageClient, offered: Offered
) -> None:
    assert "Not measured yet. Figures stand here once" in socket_page(app, client, offered)
    assert "Not measured yet. Figures stand here once" in site_page(app, client, offered)
    count_lines(app, config, "".join(one.line for one in asked(app, offered, REQUESTS[-7:])))
    assert "Not measured yet. Figures stand here once" in socket_page(app, client, offered)


def test_traffic_is_the_median_of_whole_days_between_the_weakest_and_the_best(
    app: Flask, config: Config, client: PageClient, offered: Offered
) -> None:
    told = asked(app, offered, REQUESTS)
    robots = [one.but(agent="Googlebot/2.1") for one in told]
    count_lines(app, config, "".join(one.line for one in told + robots))
    page = socket_page(app, client, offered)
    assert "Requests a day 5 Median of the last 9 days, from 0 on the weakest to 10 on the best." in page
    assert "Viewable share Not measured yet" in page
    site = site_page(app, client, offered)
    assert ["Top banner", "5", "0 to 10", "Not measured yet"] in site.rows
    client.follow("Top banner")
    assert client.path.startswith("/sockets/")


def test_a_tag_that_is_gone_has_days_without_a_request(
    app: Flask, config: Config, client: PageClient, offered: Offered
) -> None:
    told = asked(app, offered, (5,) * 40)[:-50]
    count_lines(app, config, "".join(one.line for one in told if one.at < told[-1].at - timedelta(days=31)))
    assert "Requests a day 0 Median of the last 30 days, from 0 on the weakest to 0" in socket_page(
        app, client, offered
    )


def test_the_viewable_share_is_that_of_measurable_impressions(
    app: Flask, config: Config, client: PageClient, offered: Offered
) -> None:
    told = asked(app, offered, REQUESTS)
    ads = [
        told[10].but(kind=EventKind.IMPRESSION, flags=EventFlag.MEASURABLE.value, address_hash=f"{who:022d}")
        for who in range(120)
    ]
    seen = [ad.but(kind=EventKind.VIEWABLE) for ad in ads[:90]]
    blind = [ad.but(flags="", address_hash=f"blind{who:017d}") for who, ad in enumerate(ads)]
    count_lines(app, config, "".join(one.line for one in told + ads + seen + blind))
    assert "Viewable share 75 % Of measurable impressions in the last 9 days." in socket_page(app, client, offered)
