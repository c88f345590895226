"""Payments and the ledger. Only reads."""

from flask import request
from werkzeug.wrappers import Response

from app.domain.ledger.queries import ledger_findings, trial_balance
from app.domain.orders.queries import any_line_item, order_names
from app.domain.payments.queries import all_intents, intent_counts
from app.domain.settlement.queries.days import money_of
from app.foundation.access import Permission
from app.web.admin.blueprint import blueprint
from app.web.admin.labels import state_label
from app.web.admin.staff_page import asked_page, existing, note_list, note_view, staff_page
from app.web.shell.access import requires
from app.web.shell.tools import config
from app.web.words.numbers import count_words


@blueprint.get("/staff/payments")
@requires(Permission.SEE_MONEY)
def payments() -> Response:
    """Everything asked of the card processor, what waits for an answer first."""
    note_list("payments_listed", "payments")
    page = existing(all_intents(asked_page()))
    return staff_page(
        "admin/payments.html",
        page=page,
        counts=[(state_label(state), count_words(count)) for state, count in intent_counts().items()],
        orders=order_names({intent.order_id for intent in page.rows}),
    )


@blueprint.get("/staff/line-items/<public_id>/money")
@requires(Permission.SEE_MONEY)
def line_item_money(public_id: str) -> Response:
    """Where the money of a line item is: what became of each day, and what went back."""
    note_view("line_item_money_viewed", f"line_item:{public_id}")
    found, order, _socket, _site = any_line_item(public_id)
    return staff_page("admin/line_item_money.html", item=found, order=order, money=money_of(found))


@blueprint.get("/staff/ledger")
@requires(Permission.SEE_MONEY)
def ledger() -> Response:
    """The trial balance; with ``verify=1`` the whole ledger is checked."""
    is_verified = request.args.get("verify") == "1"
    rows = trial_balance()
    return staff_page(
        "admin/ledger.html",
        rows=rows,
        difference_minor=sum(row.debit_minor - row.credit_minor for row in rows),
        currency=config().currency,
        is_verified=is_verified,
        findings=ledger_findings(config().currency) if is_verified else [],
    )
