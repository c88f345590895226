"""A database with a market in it: a proved site, its socket, and a buyer's line item that is paid and waits.

Made once a run by the same factory as elsewhere, through sign-up, proof, card, gateway and job; a test that asks for
``booked`` gets a copy.
"""

from dataclasses import asdict
from datetime import date
from typing import Any

from flask import Flask

from tests.factories.accounts import Person, make_person
from tests.factories.orders import LiveLineItem, make_booked_line_item
from tests.support.databases import Template


def fill(app: Flask) -> dict[str, Any]:
    """Books a line item of people whose addresses no factory gives to others."""
    booking = make_booked_line_item(
        app,
        buyer=make_person(app, email="buyer@booked.example"),
        publisher=make_person(app, email="publisher@booked.example"),
        address="https://booked.example",
    )
    days = {"starts_on": booking.starts_on.isoformat(), "ends_before": booking.ends_before.isoformat()}
    return asdict(booking) | days


def as_line_item(told: dict[str, Any]) -> LiveLineItem:
    """What ``fill`` told, read back."""
    people = {side: Person(**told[side]) for side in ("buyer", "publisher")}
    days = {name: date.fromisoformat(told[name]) for name in ("starts_on", "ends_before")}
    return LiveLineItem(**(told | people | days))


BOOKED = Template("booked", fill)
