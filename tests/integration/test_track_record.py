"""What deals came to, as everybody reads it: completed transactions, and delivered days of those that were ordered."""

from datetime import UTC, datetime, time

import sqlalchemy as sa
from flask import Flask

from app.domain.accounts.models import Account
from app.domain.inventory.models import Site
from app.domain.settlement.states import DayOutcome
from app.foundation.db import db
from config import Config
from tests.factories.accounts import Person
from tests.factories.creatives import make_creative, refused
from tests.factories.delivery import make_on_air
from tests.factories.inventory import account_of
from tests.factories.orders import make_booked_line_item
from tests.factories.readers import count_lines, pass_days, visit_lines
from tests.factories.settlement import make_settled, settle_all_days, settled_days
from tests.support.event_lines import forget_events
from tests.support.page_client import PageClient


def profile_of(app: Flask, person: Person) -> str:
    """The address of somebody's public profile."""
    with app.app_context():
        return f"/people/{db.session.get_one(Account, account_of(app, person)).slug}"


def test_a_deal_counts_for_both_parties_when_its_last_day_is_over(
    app: Flask, config: Config, client: PageClient
) -> None:
    forget_events(app)
    on_air = make_on_air(app, days=2)
    make_booked_line_item(app, buyer=on_air.booking.buyer, publisher=on_air.booking.publisher, starts_in=20)
    noon = datetime.combine(on_air.booking.starts_on, time(12), tzinfo=UTC)
    count_lines(app, config, visit_lines(on_air, noon))
    buyer, publisher = profile_of(app, on_air.booking.buyer), profile_of(app, on_air.booking.publisher)
    for address in (buyer, publisher):
        assert "Completed transactions 0, counted here" in client.get(address)
        assert "Delivered days" not in client.page
    pass_days(app, config, 3)
    for address in (buyer, publisher):
        assert "Completed transactions 1, counted here" in client.get(address)
    # Nobody asked for the ad on the second day: the publisher's record says so, the buyer's has nothing to say.
    assert "Delivered days 1 of 2 ordered (50 %), counted here" in client.get(publisher)
    assert "Delivered days" not in client.get(buyer)
    with app.app_context():
        slug = db.session.scalars(sa.select(Site.slug).where(Site.id == on_air.booking.site_id)).one()
    for address in (f"/sites/{slug}", f"/sockets/{on_air.slug}"):
        assert "Delivered days 1 of 2 ordered (50 %), counted here" in client.get(address)


def test_a_record_is_that_of_one_account_alone(app: Flask, config: Config, client: PageClient) -> None:
    forget_events(app)
    other = make_on_air(app, number=1, days=1)
    bystander = make_booked_line_item(app, starts_in=20)
    pass_days(app, config, 2)
    assert "Completed transactions 1, counted here" in client.get(profile_of(app, other.booking.buyer))
    for person in (bystander.buyer, bystander.publisher):
        assert "Completed transactions 0, counted here" in client.get(profile_of(app, person))


def test_days_that_never_took_place_are_no_ordered_ones(app: Flask, client: PageClient) -> None:
    declined = make_booked_line_item(app)
    for number in (1, 2):
        refused(app, declined, make_creative(app, declined, number=number))
    settle_all_days(app)
    assert {day.outcome for day in settled_days(app, declined)} == {DayOutcome.ENDED}
    publisher = profile_of(app, declined.publisher)
    assert "Delivered days" not in client.get(publisher)
    make_settled(app, delivered=(True,), publisher=declined.publisher)
    assert "Delivered days 1 of 1 ordered (100 %), counted here" in client.get(publisher)
