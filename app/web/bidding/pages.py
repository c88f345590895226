"""What the pages of bidding show: labels and figures, never a ceiling of somebody else."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from app.domain.auctions.queries import AuctionView, award_on, buy_now_price_of, has_bid_on, least_bid_of, result_of
from app.domain.auctions.queries.public import OwnBidRow, bid_history
from app.domain.auctions.states import AuctionState, AwardState
from app.foundation.access import Principal
from app.foundation.messages import N_
from app.web.bidding.forms import LOOK, BidForm
from app.web.shell.filters import local_time
from app.web.shell.forms import Form
from app.web.shell.principal import request_now, visitor
from app.web.words.counted import counted_words
from app.web.words.dates import run_and_length_words, span_words
from app.web.words.messages import _, translated
from app.web.words.money import amount_words
from app.web.words.states.auctions import AUCTION_STATES, AWARD_KINDS, AWARD_STATES

if TYPE_CHECKING:
    from app.domain.auctions.models import Auction, Award, Bid

HISTORY_ROWS = 50
ENDING_SOON = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class ViewerStanding:
    """How the viewer stands to an auction."""

    key: str
    words_id: str = ""


NOBODY = ViewerStanding("nobody")
PUBLISHER = ViewerStanding("publisher", N_("This is your auction."))
LEADER = ViewerStanding("leader", N_("You lead."))
OUTBID = ViewerStanding("outbid", N_("You do not lead."))


def viewer_standing(auction: "Auction", person: Principal | None) -> ViewerStanding:
    """How the viewer stands to an auction: publisher, leader, outbid, or nothing of these."""
    if person is None:
        return NOBODY
    if auction.publisher_account_id == person.account_id:
        return PUBLISHER
    if auction.leader_account_id == person.account_id:
        return LEADER
    return OUTBID if has_bid_on(auction.id, person.account_id) else NOBODY


def figures_of(auction: "Auction", person: Principal | None, now: datetime) -> dict[str, object]:
    """The figures that change while an auction runs; the same for the page and for its script."""
    standing = viewer_standing(auction, person)
    is_open = auction.state is AuctionState.OPEN and now < auction.ends_at
    account_id = person.account_id if person else None
    least = amount_words(least_bid_of(auction, account_id), auction.currency)
    result = result_of(auction)
    price_minor = result.hammer_price_minor if result else auction.standing_price_minor
    return {
        "is_open": is_open,
        "state_key": auction.state.value,
        "state": state_words(auction, result, now),
        "price": amount_words(price_minor, auction.currency),
        "price_label": price_label(auction),
        "least": least if is_open and standing is not PUBLISHER else "",
        "bids": auction.bids,
        "bids_words": counted_words(auction.bids, "bids"),
        "reserve": reserve_words(auction),
        "part": standing.key,
        "part_words": translated(standing.words_id) if is_open else "",
        "extended_words": _("Extended") if auction.ends_at > auction.scheduled_end_at else "",
        "ends_at": auction.ends_at.isoformat(),
        "ends_words": local_time(auction.ends_at),
        "now": now.isoformat(),
        "left": span_words(auction.ends_at - now) if is_open else "",
        "left_label": _("Time left") if is_open else _("Result"),
        "tone": ("ending" if auction.ends_at - now < ENDING_SOON else "live") if is_open else "neutral",
    }


def auction_page(view: AuctionView, bid_form: BidForm | None = None) -> dict[str, object]:
    """Everything that the public page of an auction shows."""
    person, now, auction = visitor(), request_now(), view.auction
    account_id = person.account_id if person else None
    buy_now_price = buy_now_price_of(auction) if now < auction.ends_at else None
    return {
        "bid_form": bid_form or BidForm(formdata=None, data={"step": LOOK}),
        "button": Form(formdata=None),
        "view": view,
        "auction": auction,
        "figures": figures_of(auction, person, now),
        "flight": run_and_length_words(auction.starts_on, auction.ends_before),
        "history": bid_history(auction, account_id, HISTORY_ROWS),
        "history_rows": HISTORY_ROWS,
        "buy_now": amount_words(buy_now_price, auction.currency) if buy_now_price is not None else None,
        "award": award_on(auction.id, account_id) if account_id is not None else None,
        "is_over": auction.state is not AuctionState.OPEN,
    }


def price_label(auction: "Auction") -> str:
    """What the price on the page is."""
    if auction.state is AuctionState.AWARDED:
        return _("Hammer price")
    if auction.state is AuctionState.UNSOLD:
        return _("Highest price reached")
    return _("Standing price") if auction.leader_account_id is not None else _("Opening price")


def state_words(auction: "Auction", result: "Award | None", now: datetime) -> str:
    """Where an auction stands."""
    if result is not None and result.state is AwardState.LAPSED:
        return _("Ended: awarded, but not paid")
    if auction.state is AuctionState.OPEN and now >= auction.ends_at:
        return _("Ended; the result comes in a moment")
    return AUCTION_STATES[auction.state].label


def reserve_words(auction: "Auction") -> str:
    """Whether there is a reserve and whether it is met; never how high it is."""
    if auction.reserve_price_minor is None:
        return _("No reserve")
    return _("Reserve met") if auction.meets_reserve else _("Reserve not met")


def outcome_words(row: OwnBidRow, now: datetime) -> str:
    """What became of a bid."""
    if row.bid.withdrawn_at is not None:
        return _("Withdrawn")
    if row.auction.state is AuctionState.OPEN and now < row.auction.ends_at:
        return _running_words(row)
    if row.award is not None:
        return f"{AWARD_KINDS[row.award.kind].label}: {AWARD_STATES[row.award.state].label}"
    if row.auction.state is AuctionState.OPEN:
        return _("Ended; the result comes in a moment")
    return _("Not sold") if row.auction.state is AuctionState.UNSOLD else _("Lost")


def _running_words(row: OwnBidRow) -> str:
    if row.auction.leader_account_id != row.bid.account_id:
        return _("Outbid")
    return _("Leads") if row.auction.leader_sequence == row.bid.sequence else _("Replaced by your later bid")


def bid_page(bid: "Bid", view: AuctionView) -> dict[str, object]:
    """What the confirmation of a bid says to its bidder."""
    person, now, auction = visitor(), request_now(), view.auction
    return {
        "bid": bid,
        "view": view,
        "auction": auction,
        "figures": figures_of(auction, person, now),
        "flight": run_and_length_words(auction.starts_on, auction.ends_before),
        "ceiling": amount_words(bid.ceiling_minor, auction.currency),
        "committed": f"{auction.public_id}|{bid.public_id}|{bid.ceiling_minor}|{bid.nonce}",
        "is_over": auction.state is not AuctionState.OPEN,
    }


def award_page(award: "Award", view: AuctionView, order_public_id: str | None) -> dict[str, object]:
    """What an award's page says of it."""
    now = request_now()
    return {
        "award": award,
        "view": view,
        "auction": view.auction,
        "flight": run_and_length_words(view.auction.starts_on, view.auction.ends_before),
        "kind": AWARD_KINDS[award.kind].label,
        "state": AWARD_STATES[award.state].label,
        "price": amount_words(award.hammer_price_minor, award.currency),
        "left": span_words(award.open_until - now),
        "has_run_out": now >= award.open_until,
        "order_public_id": order_public_id,
    }
