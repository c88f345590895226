"""What a publisher does with an auction that exists: taking it back, offering at the reserve, blocking a bidder."""

from typing import TYPE_CHECKING

from flask import request, url_for
from werkzeug.wrappers import Response

from app.domain.auctions.queries import award_was_made, own_auction_view
from app.domain.auctions.queries.public import auctions_of_publisher, bid_history, blocked_bidders_of
from app.domain.auctions.service.awards import offer_at_reserve
from app.domain.auctions.service.opening import block_bidder, cancel_auction, unblock_bidder
from app.domain.auctions.states import AuctionState
from app.foundation.access import Permission
from app.foundation.paging import page_number
from app.web.bidding.blueprint import OWN_AUCTION, blueprint
from app.web.bidding.pages import HISTORY_ROWS, figures_of, state_words
from app.web.shell.access import requires
from app.web.shell.answers import flash_on_success, render, submit
from app.web.shell.forms import Form
from app.web.shell.principal import me, request_now
from app.web.words.dates import run_and_length_words
from app.web.words.messages import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.domain.auctions.models import Auction

MANAGE_PAGE = "bidding/own_auction.html"


@blueprint.get("/selling/auctions")
@requires(Permission.SELL)
def own_auctions() -> Response:
    """Every auction of this publisher, the running ones first."""
    now = request_now()
    page = auctions_of_publisher(me().account_id, page_number(request.args.get("page")))
    rows = [
        (row, run_and_length_words(row.auction.starts_on, row.auction.ends_before), state_words(row.auction, None, now))
        for row in page.rows
    ]
    return render("bidding/own_auctions.html", page=page, rows=rows)


@blueprint.get(OWN_AUCTION)
@requires(Permission.SELL)
def own_auction(public_id: str) -> Response:
    """An auction as its publisher sees it: how it stands, and what can be done with it now."""
    return render(MANAGE_PAGE, form=Form(formdata=None), **_page(public_id))


@blueprint.post(f"{OWN_AUCTION}/cancellation")
@requires(Permission.SELL)
def cancel(public_id: str) -> Response:
    """Takes an auction back before the first bid."""
    words = _("The auction is taken back, and its days are free again.")
    return _done(public_id, lambda account_id, auction: cancel_auction(account_id, auction.id), words)


@blueprint.post(f"{OWN_AUCTION}/offer")
@requires(Permission.SELL)
def offer(public_id: str) -> Response:
    """Offers an unsold flight to the top bidder at the reserve."""
    words = _("The top bidder has 24 hours to take the flight at the reserve.")
    return _done(public_id, lambda account_id, auction: offer_at_reserve(account_id, auction.id), words)


@blueprint.post(f"{OWN_AUCTION}/bids/<bid_id>/block")
@requires(Permission.SELL)
def block(public_id: str, bid_id: str) -> Response:
    """Keeps whoever placed a bid from bidding on this publisher's auctions."""
    now = request_now()
    words = _("This bidder can place no more bids on your auctions. What they bid before stands.")
    return _done(public_id, lambda account_id, _auction: block_bidder(account_id, bid_id, now=now), words)


@blueprint.get("/selling/blocked-bidders")
@requires(Permission.SELL)
def blocked_bidders() -> Response:
    """Whom this publisher has blocked."""
    return render("bidding/blocked_bidders.html", form=Form(formdata=None), **_blocked())


@blueprint.post("/selling/blocked-bidders/<int(max=9223372036854775807):buyer_account_id>/removal")
@requires(Permission.SELL)
def unblock(buyer_account_id: int) -> Response:
    """Unblocks a bidder."""
    person = me()

    def work() -> str:
        unblock_bidder(person.account_id, buyer_account_id)
        return url_for("bidding.blocked_bidders")

    return flash_on_success(submit(Form(), work, "bidding/blocked_bidders.html", _blocked), _("They can bid again."))


def _done(public_id: str, verb: "Callable[[int, Auction], object]", words: str) -> Response:
    person = me()

    def work() -> str:
        verb(person.account_id, own_auction_view(person.account_id, public_id).auction)
        return url_for("bidding.own_auction", public_id=public_id)

    return flash_on_success(submit(Form(), work, MANAGE_PAGE, lambda: _page(public_id)), words)


def _blocked() -> dict[str, object]:
    return {"blocked": blocked_bidders_of(me().account_id)}


def _page(public_id: str) -> dict[str, object]:
    person, now = me(), request_now()
    view = own_auction_view(person.account_id, public_id)
    auction = view.auction
    return {
        "view": view,
        "auction": auction,
        "figures": figures_of(auction, person, now),
        "flight": run_and_length_words(auction.starts_on, auction.ends_before),
        "history": bid_history(auction, person.account_id, HISTORY_ROWS),
        "may_offer": auction.state is AuctionState.UNSOLD
        and auction.leader_account_id is not None
        and not award_was_made(auction.id),
        "may_change": auction.bids == 0 and auction.state is AuctionState.OPEN and now < auction.ends_at,
    }
