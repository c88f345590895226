"""Ads on the air, made through the services: bought, paid, approved, and running today."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask

from app.domain.creatives.states import ReviewState
from app.domain.inventory.models import Site, Socket
from app.domain.orders.models import LineItem
from app.domain.orders.service.running import pause_line_item, resume_line_item
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from tests.factories.accounts import Person
from tests.factories.creatives import approved, make_creative
from tests.factories.inventory import Offered, account_of, make_proved_site, make_rate_card, make_socket
from tests.factories.orders import LiveLineItem, begin_flight, make_booked_line_item


@dataclass(frozen=True, slots=True)
class OnAir:
    """A running line item with its creative, and where its socket stands."""

    booking: LiveLineItem
    creative_id: int
    slug: str
    domain: str

    @property
    def origin(self) -> str:
        """The origin of a page of the site."""
        return f"https://{self.domain}"


def offer_today(app: Flask, publisher: Person, address: str, **socket: Any) -> Offered:  # noqa: ANN401 - any of the details
    """A socket on a proved site at this address, on sale from today on."""
    account_id = account_of(app, publisher)
    site_id = make_proved_site(app, account_id, address=address, time_zone="UTC").id
    return offer_socket_today(app, publisher, site_id, **socket)


def offer_socket_today(app: Flask, publisher: Person, site_id: int, **socket: Any) -> Offered:  # noqa: ANN401 - any of the details
    """One more socket of a site, on sale from today on."""
    account_id = account_of(app, publisher)
    socket_id = make_socket(app, account_id, site_id, **socket).id
    card: dict[str, Any] = {"lead_days": 0, "price_week_minor": None, "price_30_days_minor": None}
    listing = make_rate_card(app, account_id, socket_id, **card)
    return Offered(publisher, account_id, site_id, socket_id, listing.id)


def pause(app: Flask, on_air: OnAir) -> None:
    """The buyer's pause."""
    _advance(app, on_air, pause_line_item)


def resume(app: Flask, on_air: OnAir) -> None:
    """The end of the buyer's pause."""
    _advance(app, on_air, resume_line_item)


def make_on_air(
    app: Flask,
    *,
    number: int = 0,
    material: Mapping[str, Any] | None = None,
    **plan: Any,  # noqa: ANN401 - see BookingPlan
) -> OnAir:
    """A line item that runs now, until the end of tomorrow (UTC)."""
    booking = make_booked_line_item(app, **({"starts_in": 0, "days": 2} | plan))
    review = make_creative(app, booking, number=number, **(material or {}))
    review = approved(app, booking, review) if review.state is ReviewState.WAITING else review
    begin_flight(app, booking)
    with app.app_context():
        socket = db.session.get_one(Socket, booking.socket_id)
        site = db.session.get_one(Site, booking.site_id)
        found = OnAir(booking, review.creative_id, socket.slug, site.domain)
        db.session.remove()
    return found


def _advance(app: Flask, on_air: OnAir, verb: Callable[..., LineItem]) -> None:
    buyer = account_of(app, on_air.booking.buyer)
    with app.app_context():
        in_transaction(lambda: verb(buyer, on_air.booking.line_item, now=database_now()))
        db.session.remove()
