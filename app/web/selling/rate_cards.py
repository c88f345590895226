"""A socket's rate card: prices, the preview of what a buyer sees, and the sale at these prices."""

from flask import url_for
from werkzeug.wrappers import Response

from app.domain.inventory.queries import open_rate_card, own_socket, rate_card_of
from app.domain.inventory.rules import RateCard
from app.domain.inventory.service import sockets as verbs
from app.domain.inventory.service.sockets import check_prices
from app.foundation.access import Permission
from app.foundation.errors import Refusal
from app.web.selling.blueprint import SOCKET, blueprint
from app.web.selling.forms import OFFER, PREVIEW, RateCardForm
from app.web.selling.pages import price_lines
from app.web.shell.access import requires
from app.web.shell.answers import flash_on_success, invalid, render, submit
from app.web.shell.forms import Form
from app.web.shell.principal import me, request_now
from app.web.shell.tools import config
from app.web.words.messages import _
from app.web.words.money import amount_words

TEMPLATE = "selling/rate_card.html"


@blueprint.get(f"{SOCKET}/rate-card")
@requires(Permission.SELL)
def rate_card(socket_id: int) -> Response:
    """The prices of a socket, and what a buyer sees of them."""
    page = _page(socket_id)
    listing = open_rate_card(socket_id)
    form = RateCardForm() if listing is None else RateCardForm(data=_typed(rate_card_of(listing)))
    return render(TEMPLATE, form=form, **page)


@blueprint.post(f"{SOCKET}/rate-card")
@requires(Permission.SELL)
def save_rate_card(socket_id: int) -> Response:
    """Shows what a buyer would see, or puts the socket on sale at these prices."""
    form, person, now = RateCardForm(), me(), request_now()
    if form.text("step") == PREVIEW:
        return _preview(form, socket_id)

    def work() -> str:
        verbs.offer_rate_card(person.account_id, socket_id, _card(form), currency=config().currency, now=now)
        return url_for("selling.rate_card", socket_id=socket_id)

    def context() -> dict[str, object]:
        form.step.data = PREVIEW
        return _page(socket_id)

    return flash_on_success(submit(form, work, TEMPLATE, context), _("The socket is on sale at these prices."))


@blueprint.post(f"{SOCKET}/rate-card/withdrawal")
@requires(Permission.SELL)
def withdraw_rate_card(socket_id: int) -> Response:
    """Ends the sale at fixed prices."""
    person, now = me(), request_now()

    def work() -> str:
        verbs.withdraw_rate_card(person.account_id, socket_id, now=now)
        return url_for("selling.socket", socket_id=socket_id)

    context = lambda: _page(socket_id) | {"price_form": RateCardForm(formdata=None)}  # noqa: E731 - asked only after a mistake
    return flash_on_success(
        submit(Form(), work, TEMPLATE, context), _("The socket is no longer on sale at fixed prices.")
    )


def _preview(form: RateCardForm, socket_id: int) -> Response:
    page = _page(socket_id)
    if not form.validate_on_submit():
        return invalid(TEMPLATE, form=form, **page)
    card = _card(form)
    try:
        check_prices(card)
    except Refusal as refusal:
        form.take(refusal)
        return invalid(TEMPLATE, form=form, **page)
    entered = {field.name: field.data for field in form if field.name not in {"csrf_token", "request_key", "step"}}
    offer = RateCardForm(formdata=None, data=entered | {"step": OFFER})
    lines = price_lines(card, config().currency)
    preview = {"preview": lines, "previewed": card, "offer_form": offer, "entered": entered}
    return render(TEMPLATE, form=form, **page, **preview)


def _page(socket_id: int) -> dict[str, object]:
    socket, site = own_socket(me().account_id, socket_id)
    listing = open_rate_card(socket.id)
    return {
        "socket": socket,
        "site": site,
        "listing": listing,
        "lines": price_lines(rate_card_of(listing), listing.currency) if listing else [],
        "currency": config().currency,
        "button": Form(formdata=None),
    }


def _card(form: RateCardForm) -> RateCard:
    return RateCard(
        price_day_minor=form.price_day.minor,
        price_week_minor=form.price_week.minor,
        price_30_days_minor=form.price_30_days.minor,
        lead_days=form.lead_days.data or 0,
        days_min=form.days_min.data or 1,
        days_max=form.days_max.data or 1,
    )


def _typed(card: RateCard) -> dict[str, object]:
    """A rate card as its form holds it."""
    prices = {
        "price_day": card.price_day_minor,
        "price_week": card.price_week_minor,
        "price_30_days": card.price_30_days_minor,
    }
    currency = config().currency
    words = {name: amount_words(minor, currency) if minor is not None else "" for name, minor in prices.items()}
    return words | {"lead_days": card.lead_days, "days_min": card.days_min, "days_max": card.days_max}
