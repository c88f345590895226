"""The publisher's queue of ads: what waits for an answer, one ad to look at, and the three answers."""

from collections.abc import Callable

from flask import request, url_for
from werkzeug.wrappers import Response

from app.domain.creatives.queries import (
    WaitingReview,
    answered_by,
    answered_lately,
    own_review,
    reviews_of,
    waiting_for,
)
from app.domain.creatives.service.reviewing import (
    Answerer,
    RefusalReason,
    approve_creative,
    ask_for_change,
    refusal_effect,
    refusal_grounds,
    refuse_creative,
)
from app.domain.creatives.states import RefusalGround, ReviewState
from app.domain.inventory.queries import product_name
from app.foundation.access import Permission
from app.foundation.clock import database_now
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.paging import RowsPage, page_number
from app.web.parts.creative_words import answer_in_words, image_in_words
from app.web.selling.blueprint import blueprint
from app.web.selling.review_forms import ChangeForm, RefusalForm
from app.web.selling.review_pages import deadline_in_words, host_of, others_of, queue_row
from app.web.shell.access import requires
from app.web.shell.answers import flash_on_success, render, submit
from app.web.shell.forms import Form
from app.web.shell.principal import me, request_now
from app.web.shell.rate_limits import limited
from app.web.words.dates import run_words
from app.web.words.messages import _
from app.web.words.states.creatives import LANDING_STATES, REFUSAL_EFFECTS, REVIEW_STATES

TEMPLATE = "selling/creative.html"
REVIEW = "/creatives/<public_id>"


@blueprint.get("/creatives")
@requires(Permission.SELL)
def creatives() -> Response:
    """The ads that wait for an answer, the one due first at the top; below it what was answered lately."""
    account_id, now = me().account_id, request_now()
    page = _existing(waiting_for(account_id, page_number(request.args.get("page"))))
    return render(
        "selling/creatives.html",
        page=page,
        rows=[queue_row(found, now) for found in page.rows],
        lately=[queue_row(found, now) for found in answered_lately(account_id)],
    )


@blueprint.get("/creatives/answered")
@requires(Permission.SELL)
def answered_creatives() -> Response:
    """Every ad that was answered, newest answer first."""
    page = _existing(answered_by(me().account_id, page_number(request.args.get("page"))))
    now = request_now()
    return render("selling/creatives_answered.html", page=page, rows=[queue_row(found, now) for found in page.rows])


@blueprint.get(REVIEW)
@requires(Permission.SELL)
def creative(public_id: str) -> Response:
    """One ad: as readers will see it, where it leads, whose it is, and the answers one can give."""
    return render(TEMPLATE, form=None, **_page(public_id))


@blueprint.post(f"{REVIEW}/approval")
@requires(Permission.SELL)
@limited("120/hour")
def approve(public_id: str) -> Response:
    """Approves an ad."""

    def verb(who: Answerer) -> object:
        return approve_creative(who, public_id, now=database_now())

    return _answered(public_id, Form(), verb, _("Approved. The buyer is told."))


@blueprint.post(f"{REVIEW}/change-request")
@requires(Permission.SELL)
@limited("120/hour")
def ask_change(public_id: str) -> Response:
    """Asks the buyer for a changed ad; no refusal."""
    form = ChangeForm()
    return _answered(
        public_id,
        form,
        lambda who: ask_for_change(who, public_id, form.text("note"), now=database_now()),
        _("The buyer is asked for a change. When a new ad comes, you are told."),
    )


@blueprint.post(f"{REVIEW}/refusal")
@requires(Permission.SELL)
@limited("120/hour")
def refuse(public_id: str) -> Response:
    """Refuses an ad on a published ground."""
    form = _refusal_form(own_review(me().account_id, public_id))
    db.session.remove()

    def verb(who: Answerer) -> object:
        objection = RefusalReason(RefusalGround(form.text("ground")), form.text("note"), form.blocked_product)
        return refuse_creative(who, public_id, objection, now=database_now())

    return _answered(public_id, form, verb, _("Refused. The buyer is told why."))


def _answered(public_id: str, form: Form, verb: Callable[[Answerer], object], words: str) -> Response:
    person = me()

    def work() -> str:
        verb(Answerer(person.account_id, person.user_id))
        return url_for("selling.creatives")

    response = submit(form, work, TEMPLATE, lambda: _page(public_id, form))
    return flash_on_success(response, words)


def _page(public_id: str, sent: Form | None = None) -> dict[str, object]:
    """What the page of an ad needs; ``sent`` is the form that was not accepted, if one was not."""
    found, now = own_review(me().account_id, public_id), request_now()
    effect = refusal_effect(found.line_item)
    return {
        "found": found,
        "is_waiting": found.review.state is ReviewState.WAITING,
        "state": REVIEW_STATES[found.review.state].badge,
        "answer": answer_in_words(found.review),
        "deadline": deadline_in_words(found, effect, now),
        "effect": REFUSAL_EFFECTS[effect].sentence,
        "days": run_words(found.line_item.starts_on, found.line_item.ends_before),
        "image": image_in_words(found.creative),
        "product": product_name(found.creative.product_code),
        "landing": LANDING_STATES[found.review.landing_state].badge,
        "host": host_of(found.creative.click_through_url),
        "others": others_of(found, reviews_of(found.line_item.id)),
        "plain": Form(formdata=None),
        "change_form": sent if isinstance(sent, ChangeForm) else ChangeForm(formdata=None),
        "refusal_form": sent if isinstance(sent, RefusalForm) else _refusal_form(found, is_blank=True),
        "unsent_note": sent.text("note") if isinstance(sent, ChangeForm | RefusalForm) else "",
    }


def _refusal_form(found: WaitingReview, *, is_blank: bool = False) -> RefusalForm:
    terms = found.line_item.terms
    grounds, blocked = refusal_grounds(terms), terms.blocked_products
    if is_blank:
        return RefusalForm(formdata=None, grounds=grounds, blocked_products=blocked)
    return RefusalForm(grounds=grounds, blocked_products=blocked)


def _existing(page: RowsPage[WaitingReview]) -> RowsPage[WaitingReview]:
    if page.number > page.pages:
        raise NotFound
    return page
