"""Awards: what was won and is to be paid, and offers to take or to turn down."""

from flask import url_for
from werkzeug.wrappers import Response

from app.domain.auctions.queries import auction_view_by_id, own_award
from app.domain.auctions.service.awards import accept_offer, decline_offer
from app.domain.inventory.queries import socket_terms
from app.domain.orders.queries import line_item_of, order_names
from app.foundation.access import Permission
from app.web.bidding.blueprint import blueprint
from app.web.bidding.pages import award_page
from app.web.shell.access import requires, signed_in
from app.web.shell.answers import flash_on_success, render, submit
from app.web.shell.forms import Form
from app.web.shell.principal import me
from app.web.words.messages import _

AWARD_PAGE = "bidding/award.html"


@blueprint.get("/awards/<public_id>")
@signed_in
def award(public_id: str) -> Response:
    """What somebody was awarded or offered: price, until when, what to do."""
    return render(AWARD_PAGE, form=Form(formdata=None), **_page(public_id))


@blueprint.post("/awards/<public_id>/acceptance")
@requires(Permission.BID)
def accept(public_id: str) -> Response:
    """Takes an offer: from now on it has to be paid."""
    form, person = Form(), me()

    def work() -> str:
        accept_offer(person.account_id, own_award(person.account_id, public_id).id)
        return url_for("bidding.award", public_id=public_id)

    words = _("The flight is yours. Your card is being charged.")
    return flash_on_success(submit(form, work, AWARD_PAGE, lambda: _page(public_id)), words)


@blueprint.post("/awards/<public_id>/refusal")
@signed_in
def decline(public_id: str) -> Response:
    """Turns an offer down."""
    form, person = Form(), me()

    def work() -> str:
        decline_offer(person.account_id, own_award(person.account_id, public_id).id)
        return url_for("bidding.award", public_id=public_id)

    words = _("You turned the offer down. Nothing was charged.")
    return flash_on_success(submit(form, work, AWARD_PAGE, lambda: _page(public_id)), words)


def _page(public_id: str) -> dict[str, object]:
    found = own_award(me().account_id, public_id)
    names = order_names([found.order_id]) if found.order_id is not None else {}
    view = auction_view_by_id(found.auction_id)
    page = award_page(found, view, names.get(found.order_id or 0))
    return {
        **page,
        "terms": line_item_of(found.order_id).terms if found.order_id is not None else socket_terms(view.socket),
    }
