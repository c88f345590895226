"""Buying free days at the fixed price: the dates, the price with its arithmetic, the hold."""

from datetime import date, timedelta

from flask import request, url_for
from werkzeug.wrappers import Response

from app.domain.inventory.errors import DaysNotOffered, DaysTaken, ListingClosed
from app.domain.inventory.service.calendar import hold_days
from app.domain.orders.queries import Offered, offer_of
from app.domain.orders.service.ordering import order_held_days
from app.foundation.access import Permission
from app.foundation.clock import database_now
from app.foundation.errors import NotFound
from app.web.checkout.blueprint import blueprint
from app.web.checkout.forms import FAR_DAY, ID_MAX, DatesForm
from app.web.checkout.pages import PriceShown, price_shown
from app.web.shell.access import requires
from app.web.shell.answers import render, submit
from app.web.shell.principal import me, request_now
from app.web.shell.rate_limits import limited
from app.web.words.refusals import refusal_sentence

TEMPLATE = "checkout/new.html"
DAY = timedelta(days=1)


@blueprint.get("/checkout/new")
@requires(Permission.BUY)
def new() -> Response:
    """The dates, and what they would cost."""
    offered = offer_of(_listing_id())
    starts_on, ends_on = _asked_day("starts_on"), _asked_day("ends_on")
    form = DatesForm(data={"listing": offered.listing.id, "starts_on": starts_on, "ends_on": ends_on})
    return render(TEMPLATE, form=form, **_offer(offered, starts_on, ends_on))


@blueprint.post("/checkout/new")
@requires(Permission.BUY)
@limited("30/hour")
def hold() -> Response:
    """Holds the days for 15 minutes and makes the order of them."""
    form, person = DatesForm(), me()

    def work() -> str:
        now, days = database_now(), form.days
        held = hold_days(
            person.account_id, days.listing_id, starts_on=days.starts_on, ends_before=days.ends_before, now=now
        )
        order = order_held_days(held, now=now)
        return url_for("checkout.pay", public_id=order.public_id)

    return submit(form, work, TEMPLATE, lambda: _offer_again(form))


def _offer_again(form: DatesForm) -> dict[str, object]:
    listing_id = form.listing.data
    if form.listing.errors or listing_id is None:
        raise NotFound
    return _offer(offer_of(listing_id), form.starts_on.data, form.ends_on.data)


def _offer(offered: Offered, starts_on: date | None, ends_on: date | None) -> dict[str, object]:
    """What the page shows: a price, or the sentence that says why there is none."""
    price: PriceShown | None = None
    problem = None
    if starts_on is not None and ends_on is not None and max(starts_on, ends_on) < FAR_DAY:
        try:
            price = price_shown(offered, starts_on, ends_on + DAY, account_id=me().account_id, now=request_now())
        except (DaysNotOffered, DaysTaken, ListingClosed) as refusal:
            problem = refusal_sentence(refusal)
    return {"offered": offered, "price": price, "problem": problem, "starts_on": starts_on, "ends_on": ends_on}


def _listing_id() -> int:
    text = request.args.get("listing", "")
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= ID_MAX):
        raise NotFound
    return int(text)


def _asked_day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
