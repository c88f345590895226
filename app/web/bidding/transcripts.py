"""The transcript of an auction that is over: what anybody needs to work out winner and price again."""

from typing import TYPE_CHECKING

from app.domain.auctions.queries import passed_over, result_of
from app.domain.auctions.queries.public import HistoryRow, bid_history, increment_table
from app.domain.auctions.states import AuctionState
from app.foundation.errors import NotFound
from app.foundation.messages import N_
from app.web.words.messages import translated

if TYPE_CHECKING:
    from app.domain.auctions.models import Auction, Award

BIDS_MAX = 100_000
HOW_TO_CHECK = N_(
    "Leave withdrawn bids out. Of each bidder, the highest ceiling counts; the highest of all leads, and of "
    "equal ones the earlier. The price is the highest ceiling of any other bidder plus the increment for it, "
    "never above the leader's ceiling, and never under the opening price; a met reserve is a floor under it. "
    'For a second chance the bids of those in "without_bidders" are left out as well: they did not pay. Who '
    "took the buy-now price, or an offer at the reserve, pays just that. A ceiling that led to the end is not "
    "published: it was at least the price. Each bidder can check a bid of their own: the SHA-256 of "
    '"auction|bid|ceiling_minor|nonce" is the commitment that was published when the bid was taken.'
)


def transcript_of(auction: "Auction") -> dict[str, object]:
    """The public bids of an auction in order, its terms, and how it ended.

    Raises:
        NotFound: it is not over yet.
    """
    if auction.state is AuctionState.OPEN:
        raise NotFound
    rows = list(reversed(bid_history(auction, None, BIDS_MAX)))
    result, numbers = result_of(auction), _numbers(rows)
    return {
        "auction": auction.public_id,
        "currency": auction.currency,
        "how_to_check": translated(HOW_TO_CHECK),
        "increments": [{"below_minor": below, "increment_minor": step} for below, step in increment_table()],
        "opening_price_minor": auction.opening_price_minor,
        "reserve": _reserve(auction),
        "opened_at": auction.opened_at.isoformat(),
        "scheduled_end_at": auction.scheduled_end_at.isoformat(),
        "ended_at": auction.ends_at.isoformat(),
        "hard_end_at": auction.hard_end_at.isoformat(),
        "state": auction.state.value,
        "leading_bid": auction.leader_sequence,
        "standing_price_minor": auction.standing_price_minor,
        "award": _award(result, numbers) if result else None,
        "bids": [_public(row, auction, numbers) for row in rows],
    }


def _award(award: "Award", numbers: dict[int, int]) -> dict[str, object]:
    """How it sold. Who bought at once without a bid has no number."""
    return {
        "kind": award.kind.value,
        "state": award.state.value,
        "bidder": numbers.get(award.account_id),
        "without_bidders": [numbers[account_id] for account_id in passed_over(award) if account_id in numbers],
        "price_minor": award.hammer_price_minor,
    }


def _reserve(auction: "Auction") -> str:
    if auction.reserve_price_minor is None:
        return "none"
    return "met" if auction.meets_reserve else "not met"


def _numbers(rows: list[HistoryRow]) -> dict[int, int]:
    """Bidders by number, in the order in which they came."""
    return {account_id: number for number, account_id in enumerate(dict.fromkeys(row.account_id for row in rows), 1)}


def _public(row: HistoryRow, auction: "Auction", numbers: dict[int, int]) -> dict[str, object]:
    leads = row.sequence == auction.leader_sequence
    return {
        "sequence": row.sequence,
        "bid": row.public_id,
        "bidder": numbers[row.account_id],
        "masked": row.bidder,
        "placed_at": row.placed_at.isoformat(),
        "is_withdrawn": row.is_withdrawn,
        "ceiling_minor": row.ceiling_minor,
        "ceiling_at_least_minor": auction.standing_price_minor if leads and row.ceiling_minor is None else None,
        "commitment": row.commitment,
    }
