"""Taking bids back, under the published rules."""

import sqlalchemy as sa

from app.domain.auctions.errors import AuctionOver
from app.domain.auctions.models import Auction, Bid
from app.domain.auctions.queries import all_bids, counting_bids, lock_auction, own_history, terms_of
from app.domain.auctions.rules import CeilingBid, TopBids, bids_to_withdraw, standing_at, top_after
from app.domain.auctions.service.noting import as_it_stands
from app.domain.auctions.service.placing import carry_top
from app.domain.auctions.states import AuctionState, WithdrawalReason
from app.domain.events.kinds.auctions import BidsWithdrawn
from app.domain.events.service import record
from app.foundation.clock import database_now
from app.foundation.db import db


def withdraw_bids(auction_id: int, account_id: int, reason: WithdrawalReason) -> int:
    """Takes a bidder's bids back, as many as the rules allow; returns how many. Locks the auction row.

    What is left stands as if the withdrawn bids had never been placed, in the public history too. The
    end of the auction stays where it is.

    Raises:
        NotFound: there is no such auction.
        AuctionOver: it has ended.
        WithdrawalRefused: it is too late, or there is nothing to withdraw.
    """
    auction = lock_auction(auction_id)
    now = database_now()
    if auction.state is not AuctionState.OPEN or now >= auction.ends_at:
        raise AuctionOver
    own = own_history(auction.id, account_id)
    gone = bids_to_withdraw(own, ends_at=auction.ends_at, scheduled_end_at=auction.scheduled_end_at, now=now)
    rows = sa.update(Bid).where(Bid.auction_id == auction.id, Bid.sequence.in_(gone))
    db.session.execute(rows.values(withdrawn_at=now, withdrawal_reason=reason))
    old_leader = auction.leader_account_id
    carry_top(auction, _history_without_withdrawn(auction))
    db.session.flush()
    withdrawn = BidsWithdrawn(
        reason=reason.value,
        bidder_account_id=account_id,
        publisher_account_id=auction.publisher_account_id,
        leads_again_account_id=auction.leader_account_id if auction.leader_account_id != old_leader else None,
        **as_it_stands(auction),
    )
    record(withdrawn, account_id=account_id, now=now)
    return len(gone)


def _history_without_withdrawn(auction: Auction) -> TopBids:
    """Writes down which price each bid would have led to without the withdrawn ones; gives the top of it all.

    Otherwise the price after a withdrawn bid would show what the new leader's ceiling is.
    """
    counting = {bid.sequence: bid for bid in counting_bids(auction.id)}
    terms, top = terms_of(auction), TopBids(None, None)
    for row in all_bids(auction.id):
        bid: CeilingBid | None = counting.get(row.sequence)
        if bid is not None:
            top = top_after(top, bid)
        row.price_after_minor = standing_at(top, terms).price_minor
    return top
