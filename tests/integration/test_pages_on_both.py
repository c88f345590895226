"""Every page of a market with something of each kind in it answers, on both databases, to everybody who may ask."""

from typing import NamedTuple

import pytest
from flask import Flask

from app.foundation.access import StaffRole
from tests.factories.accounts import make_person
from tests.support.raw_browser import RawBrowser
from tests.support.surface import Examples, make_examples, spots
from tests.support.surface_market import make_market_examples

WELL = frozenset({200, 303, 400, 403, 404, 405})
OK = 200
# The market of this walk has none of these; the journeys have.
NO_EXAMPLE = """
    account.credit_entry account.earnings_entry admin.payout admin.payout_file bidding.transcript browsing.click
    browsing.creative campaigns.still campaigns.upload checkout.invoice legal.accept local.mail local.mail_html
    selling.house_ad_still
"""
NOT_READY = "health.readyz"  # there is no job runner here


class Market(NamedTuple):
    """An app with a full market, its owner's and other browsers."""

    app: Flask
    examples: Examples
    browsers: dict[str, RawBrowser]


@pytest.fixture
def full(app: Flask) -> Market:
    person = make_person(app)
    market = make_market_examples(app, person)
    browsers = {
        "owner": RawBrowser(app).sign_in(person),
        "staff": RawBrowser(app).sign_in(make_person(app, roles=tuple(StaffRole))),
        "visitor": RawBrowser(app),
    }
    return Market(app, make_examples(app, person, market), browsers)


def test_no_page_breaks_and_nearly_every_page_is_shown_to_somebody(full: Market) -> None:
    pages = [spot for spot in spots(full.app, full.examples, changing=False) if spot.endpoint != NOT_READY]
    answers = [
        (who, spot, browser.get(spot.path).status_code) for who, browser in full.browsers.items() for spot in pages
    ]
    assert [(who, spot.path, status) for who, spot, status in answers if status not in WELL] == []
    shown = {spot.endpoint for _who, spot, status in answers if status == OK}
    assert {spot.endpoint for spot in pages} - shown <= set(NO_EXAMPLE.split())
