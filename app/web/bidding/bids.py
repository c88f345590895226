"""Bids: looking at what a ceiling means, placing it, its confirmation, taking it back, and the list of one's own."""

from flask import request, url_for
from werkzeug.wrappers import Response

from app.domain.auctions.queries import auction_view, auction_view_by_id, may_withdraw, open_awards_of, own_bid
from app.domain.auctions.queries.public import bids_of_account
from app.domain.auctions.service.closing import buy_now as take_buy_now_price
from app.domain.auctions.service.placing import check_bid_allowed, place_bid
from app.domain.auctions.service.withdrawing import withdraw_bids
from app.domain.auctions.states import WithdrawalReason
from app.domain.payments.queries import default_card
from app.foundation.access import Permission
from app.foundation.errors import Refusal
from app.foundation.paging import page_number
from app.web.bidding.auctions import AUCTION_PAGE
from app.web.bidding.blueprint import AUCTION, blueprint
from app.web.bidding.forms import LOOK, PLACE, BidForm, WithdrawalForm
from app.web.bidding.pages import auction_page, bid_page, outcome_words
from app.web.shell.access import requires, signed_in
from app.web.shell.answers import flash_on_success, invalid, render, submit
from app.web.shell.forms import Form
from app.web.shell.principal import me, request_now
from app.web.shell.rate_limits import limited
from app.web.words.dates import run_and_length_words
from app.web.words.messages import _

BID_PAGE = "bidding/bid.html"
FIELD_STATUSES = frozenset({409, 422})


@blueprint.post(f"{AUCTION}/bids")
@requires(Permission.BID)
@limited("30/minute")
def bid_on(public_id: str) -> Response:
    """Shows what a ceiling means, or places the bid."""
    form, person = BidForm(), me()
    if form.text("step") == LOOK:
        return _look(form, public_id)

    def work() -> str:
        auction = auction_view(public_id).auction
        placed = place_bid(auction.id, person.account_id, form.ceiling_minor)
        return url_for("bidding.bid", public_id=placed.public_id)

    def context() -> dict[str, object]:
        form.step.data = LOOK
        return auction_page(auction_view(public_id), form)

    return flash_on_success(submit(form, work, AUCTION_PAGE, context), _("Your bid is in. It is binding."))


@blueprint.post(f"{AUCTION}/purchase")
@requires(Permission.BID)
@limited("30/minute")
def buy_now(public_id: str) -> Response:
    """Takes the buy-now price."""
    form, person = Form(), me()

    def work() -> str:
        award = take_buy_now_price(auction_view(public_id).auction.id, person.account_id)
        return url_for("bidding.award", public_id=award.public_id)

    return submit(form, work, AUCTION_PAGE, lambda: auction_page(auction_view(public_id)))


@blueprint.get("/bids/<public_id>")
@signed_in
def bid(public_id: str) -> Response:
    """The confirmation of a bid, for its bidder only: ceiling, nonce, commitment, and the way back."""
    return render(BID_PAGE, form=WithdrawalForm(formdata=None), **_bid_page(public_id))


@blueprint.post("/bids/<public_id>/withdrawal")
@signed_in
def withdraw(public_id: str) -> Response:
    """Takes back what the rules let go."""
    form, person = WithdrawalForm(), me()

    def work() -> str:
        found = own_bid(person.account_id, public_id)
        withdraw_bids(found.auction_id, person.account_id, WithdrawalReason(form.text("reason")))
        return url_for("bidding.bid", public_id=public_id)

    words = _("Withdrawn. Within 10 minutes you may bid once more here, to correct the amount.")
    return flash_on_success(submit(form, work, BID_PAGE, lambda: _bid_page(public_id)), words)


@blueprint.get("/account/bids")
@signed_in
def my_bids() -> Response:
    """Every bid of one's own with what became of it."""
    person, now = me(), request_now()
    page = bids_of_account(person.account_id, page_number(request.args.get("page")))
    rows = [
        (row, run_and_length_words(row.auction.starts_on, row.auction.ends_before), outcome_words(row, now))
        for row in page.rows
    ]
    return render("bidding/my_bids.html", page=page, rows=rows, awards=open_awards_of(person.account_id))


def _look(form: BidForm, public_id: str) -> Response:
    """What a ceiling means, before anything is placed. It never says whether the ceiling would lead."""
    person, view = me(), auction_view(public_id)
    if form.validate_on_submit():
        try:
            check_bid_allowed(view.auction, person.account_id, form.ceiling_minor, now=request_now())
        except Refusal as refusal:
            if refusal.status not in FIELD_STATUSES:
                raise
            form.take(refusal)
        else:
            confirm = BidForm(formdata=None, data={"step": PLACE, "amount": form.text("amount")})
            card = default_card(person.account_id)
            context = {"form": confirm, "ceiling_minor": form.ceiling_minor, "card": card}
            return render("bidding/bid_preview.html", **context, **auction_page(view))
    return invalid(AUCTION_PAGE, form=form, **auction_page(view, form))


def _bid_page(public_id: str) -> dict[str, object]:
    person, now = me(), request_now()
    found = own_bid(person.account_id, public_id)
    view = auction_view_by_id(found.auction_id)
    return bid_page(found, view) | {"withdrawable": may_withdraw(view.auction, person.account_id, now)}
