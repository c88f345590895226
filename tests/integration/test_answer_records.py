"""How publishers answer is shown to everybody, and the grounds of a refusal stand with the socket."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.accounts.models import Account
from app.domain.creatives.models import CreativeReview
from app.domain.creatives.service.reviewing import answer_for_silence
from app.domain.inventory.models import Site, Socket
from app.foundation.clock import database_now
from app.foundation.db import db
from tests.factories.creatives import approved, make_creative, refused
from tests.factories.inventory import account_of
from tests.factories.orders import LiveLineItem, make_booked_line_item
from tests.support.creatives import ALCOHOL, run
from tests.support.page_client import PageClient

HOUR = timedelta(hours=1)


@pytest.fixture
def booking(app: Flask) -> LiveLineItem:
    return make_booked_line_item(app)


def public_pages(app: Flask, booking: LiveLineItem) -> list[str]:
    with app.app_context():
        socket, site = db.session.get_one(Socket, booking.socket_id), db.session.get_one(Site, booking.site_id)
        account = db.session.get_one(Account, site.account_id)
        paths = [f"/people/{account.slug}", f"/sockets/{socket.slug}", f"/sites/{site.slug}"]
        db.session.remove()
    return paths


def answered_within(app: Flask, review: CreativeReview, hours: int) -> None:
    """Moves the moment of sending back, so that the answer took so long."""

    def work() -> None:
        found = db.session.get_one(CreativeReview, review.id)
        assert found.decided_at is not None
        found.submitted_at = found.decided_at - hours * HOUR

    run(app, work)


def test_before_the_first_answer_the_pages_say_so(app: Flask, client: PageClient, booking: LiveLineItem) -> None:
    make_creative(app, booking)
    for path in public_pages(app, booking):
        assert "Answers to ads None yet, counted here" in client.get(path), path
    with app.app_context():
        slug = db.session.scalars(sa.select(Account.slug).where(Account.id == account_of(app, booking.buyer))).one()
    assert "Answers to ads" not in client.get(f"/people/{slug}")


def test_the_time_to_an_answer_refusals_and_silence_are_shown(
    app: Flask, client: PageClient, booking: LiveLineItem
) -> None:
    slow, quick = make_creative(app, booking, number=1), make_creative(app, booking, number=2)
    del slow  # it was replaced before there was an answer, and counts for nothing
    answered_within(app, refused(app, booking, quick), 2)
    answered_within(app, approved(app, booking, make_creative(app, booking, number=3)), 5)
    silent = make_creative(app, booking, number=4)
    run(app, lambda: answer_for_silence(silent.public_id, now=database_now() + 49 * HOUR))
    for path in public_pages(app, booking):
        page = client.get(path)
        assert "Time to an answer 5 hours: the middle one of 3, counted here" in page, path
        assert "Ads refused 2 of 3 (67 %), counted here" in page, path
        assert "No answer in time 1 of 3, counted here" in page, path


def test_exactly_the_grounds_that_hold_stand_with_the_socket(app: Flask, client: PageClient) -> None:
    plain, strict = (
        make_booked_line_item(app),
        make_booked_line_item(app, socket={"taste_rules": "Nothing loud.", "blocked_products": (ALCOHOL,)}),
    )
    general = ["Size or weight", "A technical fault: broken", "The landing page: it does not open"]
    own = ["A category that is blocked on this socket", "Breaking the rules written down with the socket"]
    for booking, there, missing in ((plain, general, own), (strict, general + own, [])):
        page = client.get(public_pages(app, booking)[1])
        assert "An ad can be refused for" in page
        assert all(words in page for words in there)
        assert not [words for words in missing if words in page]
