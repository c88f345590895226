"""Sites, sockets and rate cards, made through the services that pages use."""

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Any

import sqlalchemy as sa
from flask import Flask

from app.domain.accounts.models import Membership
from app.domain.inventory.models import Listing, Site, Socket
from app.domain.inventory.rules import RateCard
from app.domain.inventory.service.sites import ProofCheck, SiteDetails, add_site, record_proof_check
from app.domain.inventory.service.sockets import SocketDetails, add_socket, offer_rate_card
from app.domain.inventory.states import ApprovalRule, CreativeFormat, OnSilence, PagePosition, ProofMethod
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from tests.factories.accounts import Person, make_person

numbers = count(1)

SITE = SiteDetails(
    name="Compiler News",
    address="",
    description="News about compilers, on weekdays.",
    category_code="150",
    language="en",
    country_code="US",
    time_zone="America/Los_Angeles",
)
SOCKET = SocketDetails(
    name="Top banner",
    page_hint="Every article",
    position=PagePosition.ABOVE_FOLD,
    width_px=300,
    height_px=250,
    formats=(CreativeFormat.PNG, CreativeFormat.JPEG),
    places=1,
    approval_rule=ApprovalRule.EACH_ONE,
    approval_hours=48,
    on_silence=OnSilence.REFUSE,
    taste_rules="",
    blocked_products=(),
)
RATE_CARD = RateCard(
    price_day_minor=1_000, price_week_minor=6_000, price_30_days_minor=20_000, lead_days=2, days_min=1, days_max=90
)


@dataclass(frozen=True, slots=True)
class Offered:
    """A socket on sale at fixed prices, with everything above it."""

    publisher: Person
    account_id: int
    site_id: int
    socket_id: int
    listing_id: int


def account_of(app: Flask, person: Person) -> int:
    """The account of a person."""
    with app.app_context():
        query = sa.select(Membership.account_id).where(Membership.user_id == person.user_id)
        account_id = db.session.scalars(query).one()
        db.session.remove()
    return account_id


def make_site(app: Flask, account_id: int, **changes: Any) -> Site:  # noqa: ANN401 - any of the details
    """Adds a site, unproved; each at a domain of its own."""
    details = replace(SITE, **({"address": f"https://site{next(numbers)}.example"} | changes))
    with app.app_context():
        return in_transaction(lambda: add_site(account_id, details, now=database_now()))


def make_proved_site(app: Flask, account_id: int, **changes: Any) -> Site:  # noqa: ANN401 - any of the details
    """Adds a site whose file was found."""
    site = make_site(app, account_id, **changes)
    check = ProofCheck(site.proof_token, ProofMethod.WELL_KNOWN_FILE, "")
    with app.app_context():
        return in_transaction(lambda: record_proof_check(site.id, check, now=database_now()))


def make_socket(app: Flask, account_id: int, site_id: int, **changes: Any) -> Socket:  # noqa: ANN401 - any of the details
    """Adds a medium rectangle with one place."""
    with app.app_context():
        details = replace(SOCKET, **changes)
        return in_transaction(lambda: add_socket(account_id, site_id, details, now=database_now()))


def make_rate_card(
    app: Flask,
    account_id: int,
    socket_id: int,
    now: datetime | None = None,
    **changes: Any,  # noqa: ANN401 - any of the prices
) -> Listing:
    """Puts a socket on sale at 10.00 a day, 60.00 a week and 200.00 for 30 days."""
    card = replace(RATE_CARD, **changes)
    with app.app_context():
        return in_transaction(
            lambda: offer_rate_card(account_id, socket_id, card, currency="USD", now=now or database_now())
        )


def make_offer(app: Flask, publisher: Person | None = None, *, places: int = 1, **site: Any) -> Offered:  # noqa: ANN401 - any of the details
    """A proved site with a socket on sale at fixed prices."""
    person = publisher or make_person(app)
    account_id = account_of(app, person)
    site_id = make_proved_site(app, account_id, **site).id
    socket_id = make_socket(app, account_id, site_id, places=places).id
    listing_id = make_rate_card(app, account_id, socket_id).id
    return Offered(person, account_id, site_id, socket_id, listing_id)
