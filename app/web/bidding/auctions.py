"""The public page of an auction, its changing figures for the page's script, and the transcript after the close."""

from flask import jsonify
from werkzeug.wrappers import Response

from app.domain.auctions.queries import auction_view
from app.foundation.db import db
from app.web.bidding.blueprint import AUCTION, blueprint
from app.web.bidding.pages import auction_page, figures_of
from app.web.bidding.transcripts import transcript_of
from app.web.shell.access import public
from app.web.shell.answers import render
from app.web.shell.principal import request_now, visitor

AUCTION_PAGE = "bidding/auction.html"


@blueprint.get(AUCTION)
@public
def auction(public_id: str) -> Response:
    """What is sold, how the auction stands, and the form for a bid."""
    return render(AUCTION_PAGE, **auction_page(auction_view(public_id)))


@blueprint.get(f"{AUCTION}/state")
@public
def auction_state(public_id: str) -> Response:
    """The figures that change, with the time of the market; asked every few seconds, holds nobody up."""
    view = auction_view(public_id)
    response = jsonify(figures_of(view.auction, visitor(), request_now()))
    db.session.remove()
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get(f"{AUCTION}/transcript")
@public
def transcript(public_id: str) -> Response:
    """The public bids of an auction that is over, from which anybody can work out winner and price again."""
    response = jsonify(transcript_of(auction_view(public_id).auction))
    response.headers["Content-Disposition"] = f'attachment; filename="auction-{public_id}.json"'
    return response
