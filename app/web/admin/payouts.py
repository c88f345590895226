"""Paying publishers out: what is due, bank files, who made and who paid them, and what the bank sent back."""

from collections.abc import Callable
from datetime import datetime

from flask import make_response, url_for
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import InputRequired

from app.adapters.payouts.bank_file import bank_file
from app.domain.settlement.queries.earnings import round_began_at
from app.domain.settlement.queries.payouts import (
    PayoutRow,
    batch_called,
    batches,
    due_payouts,
    due_sum,
    payout_called,
    payouts_in,
    staff_name,
)
from app.domain.settlement.service.payouts import bank_file_lines, make_batch, mark_batch_paid, take_payout_back
from app.domain.settlement.states import BatchState, PayoutState
from app.foundation.access import Permission, allows
from app.foundation.clock import database_now
from app.foundation.db import in_transaction
from app.foundation.errors import NotFound, Refusal
from app.web.admin.blueprint import blueprint
from app.web.admin.pages import mask_name, staff_links
from app.web.admin.staff_page import asked_page, existing, note_list, note_view, staff_page
from app.web.shell.access import requires
from app.web.shell.answers import FIELD_STATUSES, flash_on_success, invalid, submit
from app.web.shell.forms import Form, one_line
from app.web.shell.principal import me, request_now
from app.web.shell.rate_limits import limited
from app.web.shell.tools import config, sealer
from app.web.words.messages import _, lazy

LIST, FILE, PAYOUT = "admin/payouts.html", "admin/payout_file.html", "admin/payout.html"


class ReasonForm(Form):
    """Why somebody needs account numbers in clear."""

    reason = StringField(lazy("Reason"), [InputRequired(lazy("Say what you need the file for.")), *one_line(200, 5)])


@blueprint.get("/staff/payouts")
@requires(Permission.SEE_PAYOUTS)
def payouts() -> Response:
    """What is due, and the bank files, newest first."""
    note_list("payouts_listed", "payouts")
    return staff_page(LIST, form=Form(), **_list())


@blueprint.post("/staff/payouts/files")
@requires(Permission.MAKE_PAYOUTS)
@limited("30/hour")
def make_payout_file() -> Response:
    """Puts what is due into a bank file."""
    person = me()

    def work() -> str:
        batch = make_batch(person.user_id, currency=config().currency, now=database_now())
        return url_for("admin.payout_file", public_id=batch.public_id)

    return _done(
        work, LIST, _list, _("The bank file is made. Somebody else marks it as paid once the bank has taken it.")
    )


@blueprint.get("/staff/payouts/files/<public_id>")
@requires(Permission.SEE_PAYOUTS)
def payout_file(public_id: str) -> Response:
    """One bank file: its payouts, and what is to be done next."""
    note_view("payout_file_viewed", f"payout_batch:{public_id}")
    return staff_page(FILE, form=Form(), **_file(public_id))


@blueprint.post("/staff/payouts/files/<public_id>/bank-file")
@requires(Permission.MAKE_PAYOUTS)
@limited("30/hour")
def download_payout_file(public_id: str) -> Response:
    """The file itself, with account numbers in clear. Each time it is fetched is on record, with the reason."""
    form, person = ReasonForm(), me()
    if not form.validate_on_submit():
        return _file_again(public_id, form)
    try:
        lines = in_transaction(
            lambda: bank_file_lines(
                public_id, person.user_id, reason=form.text("reason"), sealer=sealer(), now=database_now()
            )
        )
    except Refusal as refusal:
        if refusal.status not in FIELD_STATUSES:
            raise
        form.take(refusal)
        return _file_again(public_id, form)
    response = make_response(bank_file(lines))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="isocket-payouts-{public_id}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/staff/payouts/files/<public_id>/payment")
@requires(Permission.MAKE_PAYOUTS)
@limited("30/hour")
def mark_payout_file_paid(public_id: str) -> Response:
    """Notes that the bank has taken a file; whoever made it may not."""
    person = me()

    def work() -> str:
        mark_batch_paid(public_id, person.user_id, now=database_now())
        return url_for("admin.payout_file", public_id=public_id)

    return _done(work, FILE, lambda: _file(public_id), _("The file is marked as paid. The publishers are told."))


@blueprint.get("/staff/payouts/<public_id>")
@requires(Permission.SEE_PAYOUTS)
def payout(public_id: str) -> Response:
    """One payout."""
    note_view("payout_viewed", f"payout:{public_id}")
    return staff_page(PAYOUT, form=Form(), **_payout(public_id))


@blueprint.post("/staff/payouts/<public_id>/return")
@requires(Permission.MAKE_PAYOUTS)
@limited("60/hour")
def take_back(public_id: str) -> Response:
    """Notes that the bank sent a payout back."""
    person = me()

    def work() -> str:
        take_payout_back(public_id, person.user_id, now=database_now())
        return url_for("admin.payout", public_id=public_id)

    return _done(
        work, PAYOUT, lambda: _payout(public_id), _("The payout came back: the money is the publisher's again.")
    )


def _done(work: Callable[[], str], template: str, context: Callable[[], dict[str, object]], words: str) -> Response:
    """What is done with a button alone, and the words that say so."""
    response = submit(Form(), work, template, lambda: {"links": staff_links(me()), **context()})
    return flash_on_success(response, words)


def _list() -> dict[str, object]:
    began_at = round_began_at(request_now())
    return {
        "due": [(row, mask_name(row.holder_name or ""), _waits(row, began_at)) for row in due_payouts()],
        "ready": due_sum(began_at),
        "page": existing(batches(asked_page())),
        "may_pay": allows(me(), Permission.MAKE_PAYOUTS),
        "currency": config().currency,
    }


def _file(public_id: str) -> dict[str, object]:
    batch, person = batch_called(public_id), me()
    may_pay = allows(person, Permission.MAKE_PAYOUTS) and batch.state is BatchState.MADE
    return {
        "batch": batch,
        "rows": [(row, mask_name(row.holder_name or "")) for row in payouts_in(batch.id)],
        "maker": staff_name(batch.made_by_user_id),
        "payer": staff_name(batch.paid_by_user_id) if batch.paid_by_user_id else None,
        "may_pay": may_pay,
        "is_maker": batch.made_by_user_id == person.user_id,
        # A form each: a request key is for one act only.
        "reason_form": ReasonForm(formdata=None) if may_pay else None,
        "paid_form": Form(formdata=None),
    }


def _file_again(public_id: str, form: ReasonForm) -> Response:
    return invalid(FILE, form=form, links=staff_links(me()), **(_file(public_id) | {"reason_form": form}))


def _payout(public_id: str) -> dict[str, object]:
    row = payout_called(public_id)
    if row is None:
        raise NotFound
    return {
        "row": row,
        "holder": mask_name(row.holder_name or ""),
        "may_take_back": allows(me(), Permission.MAKE_PAYOUTS) and row.payout.state is PayoutState.PAID,
        "plain": Form(formdata=None),
    }


def _waits(row: PayoutRow, began_at: datetime) -> bool:
    """Whether its account was changed since the round began, so that it goes into a file of the next one."""
    return row.changed_at is not None and row.changed_at > began_at
