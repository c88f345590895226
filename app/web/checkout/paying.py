"""The checkout of one order: what it costs, with which card, and the three steps of a payment."""

from functools import partial

from flask import redirect, url_for
from werkzeug.wrappers import Response

from app.domain.auctions.queries import award_of_order
from app.domain.orders.queries import claim_of_order, line_item_with_socket, order_to_pay, usable_credit
from app.domain.orders.service.ordering import leave_checkout
from app.domain.orders.service.paying import begin_payment, record_payment_result
from app.domain.orders.states import OrderState
from app.domain.payments.queries import cards_of, intents_of
from app.domain.payments.service.asking import ask_gateway
from app.domain.payments.service.intents import GatewayRequest, IntentResult, claim_intent
from app.domain.payments.states import IntentState
from app.foundation.access import Permission
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.web.checkout.blueprint import blueprint
from app.web.checkout.forms import PaymentForm
from app.web.checkout.pages import card_label, is_being_paid, last_decline, tax_note
from app.web.shell.access import requires
from app.web.shell.answers import SEE_OTHER, flash_on_success, go, render, submit
from app.web.shell.forms import Form
from app.web.shell.principal import me, request_now
from app.web.shell.rate_limits import limited
from app.web.shell.tools import gateway, sealer
from app.web.words.dates import run_words
from app.web.words.messages import _

TEMPLATE = "checkout/pay.html"


@blueprint.get("/checkout/<public_id>")
@requires(Permission.BUY)
def pay(public_id: str) -> Response:
    """What is bought, the one total, and the card to pay with; a paid order goes to its own page."""
    order = order_to_pay(me().account_id, public_id)
    if order.state is OrderState.PAID or is_being_paid(list(intents_of(order.id))):
        return redirect(url_for("checkout.order", public_id=public_id), SEE_OTHER)
    form = PaymentForm(formdata=None)
    return render(TEMPLATE, form=form, **_checkout(public_id, form))


@blueprint.post("/checkout/<public_id>/payment")
@requires(Permission.BUY)
@limited("30/hour")
def make_payment(public_id: str) -> Response:
    """Pays with credit first and charges the chosen card: planned and committed, asked, recorded."""
    form, person = PaymentForm(), me()
    requests: list[GatewayRequest] = []

    def work() -> str:
        requests.clear()
        order, now = order_to_pay(person.account_id, public_id), database_now()
        intent = begin_payment(
            order.id,
            form.card.data,
            is_merchant_initiated=False,
            now=now,
            expected_credit_minor=form.credit_minor.data,
        )
        request = claim_intent(intent.id, now=now) if intent is not None else None
        if request is not None:
            requests.append(request)
        return url_for("checkout.pay", public_id=public_id)

    response = submit(form, work, TEMPLATE, partial(_checkout, public_id, form))
    if response.status_code != SEE_OTHER or not requests:
        # Not accepted, or a repeat: the first one asks the processor, and its page says what came of it.
        return response
    outcome = _ask(requests[0])
    if outcome.state is IntentState.DECLINED:
        return response
    return go(url_for("checkout.order", public_id=public_id))


@blueprint.post("/checkout/<public_id>/abandonment")
@requires(Permission.BUY)
def abandon(public_id: str) -> Response:
    """Leaves the checkout; the days are free again at once."""
    form, person = Form(), me()

    def work() -> str:
        leave_checkout(person.account_id, public_id, now=database_now())
        return url_for("checkout.orders")

    payment = PaymentForm(formdata=None)
    response = submit(form, work, TEMPLATE, lambda: _checkout(public_id, payment))
    return flash_on_success(response, _("You left the checkout. The days are free again, and nothing was charged."))


def _ask(request: GatewayRequest) -> IntentResult:
    db.session.remove()
    outcome = ask_gateway(request, gateway(), sealer())
    in_transaction(lambda: record_payment_result(request.intent_id, outcome, now=database_now()))
    return outcome


def _checkout(public_id: str, form: PaymentForm) -> dict[str, object]:
    account_id = me().account_id
    order = order_to_pay(account_id, public_id)
    claim, cards = claim_of_order(order.id), cards_of(account_id)
    award = award_of_order(order.id) if order.source.is_binding else None
    until = claim.expires_at if claim else None
    if award is not None and award.first_failed_at is not None:
        until = award.open_until
    form.card.choices = [(card.id, card_label(card)) for card in cards]
    if form.card.data is None and cards:
        form.card.data = cards[0].id
    credit_minor = min(order.total_minor, usable_credit(account_id))
    form.show_credit(credit_minor)
    form.card.flags.required = credit_minor < order.total_minor
    line_item, socket, site = line_item_with_socket(order.id)
    return {
        "payment": form,
        "order": order,
        "line_item": line_item,
        "socket": socket,
        "site": site,
        "days": run_words(line_item.starts_on, line_item.ends_before),
        "cards": cards,
        "credit_minor": credit_minor,
        "to_charge_minor": order.total_minor - credit_minor,
        "until": until,
        "minutes_left": max(0, int((until - request_now()).total_seconds() // 60)) if until else None,
        "is_over": order.state is not OrderState.UNPAID or claim is None or claim.has_run_out(request_now()),
        "is_award": award is not None,
        "decline": last_decline(list(intents_of(order.id))),
        "tax_note": tax_note(),
        "leaving": Form(formdata=None),
    }
