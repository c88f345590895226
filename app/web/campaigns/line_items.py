"""The page of a booking, which its publisher sees too."""

from collections.abc import Callable

from flask import url_for
from werkzeug.wrappers import Response

from app.domain.creatives.queries import PaidLineItem, booked, reviews_of, running_assignment
from app.domain.creatives.service.paying_back import ask_money_back
from app.domain.orders.queries import moves_of
from app.domain.orders.service.running import pause_line_item, resume_line_item
from app.domain.orders.states import LineItemState
from app.domain.settlement.queries.days import money_of
from app.foundation.clock import database_now
from app.web.campaigns.blueprint import blueprint
from app.web.campaigns.day_rows import days_shown
from app.web.campaigns.forms import CreativeForm, product_paths
from app.web.campaigns.pages import (
    CreativeStatus,
    next_for_buyer,
    next_for_publisher,
    review_lines,
    state_in_words,
)
from app.web.parts.ad_forms import accepted_types, image_terms_in_words
from app.web.shell.access import signed_in
from app.web.shell.answers import flash_on_success, render, submit
from app.web.shell.forms import Form
from app.web.shell.principal import me, request_now
from app.web.shell.rate_limits import limited
from app.web.words.dates import run_words
from app.web.words.messages import _
from app.web.words.states.orders import LINE_ITEM_STATES

TEMPLATE = "campaigns/line_item.html"


@blueprint.get("/<public_id>")
@signed_in
def line_item(public_id: str) -> Response:
    """One booking: how it stands, what to do next, its ad, and what was answered."""
    return render(TEMPLATE, form=None, **line_item_page(public_id))


@blueprint.post("/<public_id>/pause")
@signed_in
@limited("30/hour")
def pause(public_id: str) -> Response:
    """Takes a running ad off its place for a while."""
    return _changed(
        public_id,
        lambda account_id: pause_line_item(account_id, public_id, now=database_now()),
        _("Paused. Within a few seconds nothing is shown any more."),
    )


@blueprint.post("/<public_id>/resumption")
@signed_in
@limited("30/hour")
def resume(public_id: str) -> Response:
    """Resumes a paused line item."""
    return _changed(
        public_id,
        lambda account_id: resume_line_item(account_id, public_id, now=database_now()),
        _("It runs again."),
    )


@blueprint.post("/<public_id>/money-back")
@signed_in
@limited("10/hour")
def ask_refund(public_id: str) -> Response:
    """Ends a booking whose ad was refused, and sends back what was not delivered."""
    return _changed(
        public_id,
        lambda account_id: ask_money_back(account_id, public_id, now=database_now()),
        _("The booking has ended. Your money is on its way back."),
    )


def line_item_page(public_id: str, ad_form: CreativeForm | None = None) -> dict[str, object]:
    """What the page of a booking needs besides the form that was not accepted, if one was not."""
    found = booked(me().account_id, public_id)
    rows, assignment = reviews_of(found.line_item.id), running_assignment(found.line_item.id)
    is_paused = found.line_item.state is LineItemState.PAUSED
    situation = CreativeStatus(
        booked=found,
        rows=rows,
        running=next((row for row in rows if assignment and row.review.id == assignment.review_id), None),
        paused_by=moves_of(found.line_item.id)[-1].party if is_paused else None,
        money=money_of(found.line_item),
        now=request_now(),
    )
    may_send, terms = found.is_buyer and found.is_live, found.line_item.terms
    blank = CreativeForm(formdata=None, socket_id=found.socket.id)
    return {
        "found": found,
        "situation": situation,
        "days": run_words(found.line_item.starts_on, found.line_item.ends_before),
        "state_badge": LINE_ITEM_STATES[found.line_item.state].badge,
        "state": state_in_words(situation),
        "next_step": next_for_buyer(situation) if found.is_buyer else next_for_publisher(situation),
        "results_url": _results_address(found),
        "settled": days_shown(found.line_item, situation.money, is_buyer=found.is_buyer),
        "lines": review_lines(situation),
        "ad_form": (ad_form or blank) if may_send else None,
        "plain": Form(formdata=None),
        "terms": image_terms_in_words(terms),
        "accepted": accepted_types(terms),
        "products": product_paths() if may_send else (),
    }


def _results_address(found: PaidLineItem) -> str:
    """The same figures on either side's own page."""
    public_id = found.line_item.public_id
    if found.is_buyer:
        return url_for("campaigns.results", public_id=public_id)
    return url_for("selling.results", socket_id=found.socket.id, line_item=public_id)


def _changed(public_id: str, verb: Callable[[int], object], words: str) -> Response:
    person = me()

    def work() -> str:
        verb(person.account_id)
        return url_for("campaigns.line_item", public_id=public_id)

    response = submit(Form(), work, TEMPLATE, lambda: line_item_page(public_id))
    return flash_on_success(response, words)
