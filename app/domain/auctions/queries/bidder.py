"""What a bid asks about its bidder: one read, since it happens while the auction is locked."""

from dataclasses import dataclass

import sqlalchemy as sa

from app.domain.auctions.models import Bid, BlockedBidder
from app.domain.auctions.queries import running_strikes_query, unpaid_awards_query
from app.domain.payments.models import StoredCard
from app.foundation.db import db


@dataclass(frozen=True, slots=True)
class BidderRecord:
    """What may keep somebody from bidding on an auction."""

    is_blocked: bool
    has_card: bool
    has_unpaid_award: bool
    strikes: int
    has_withdrawn: bool


def bidder_record(auction_id: int, publisher_account_id: int, account_id: int) -> BidderRecord:
    """What is known of a bidder, to everybody, to this publisher, and on this auction."""
    given = {"auction_id": auction_id, "publisher_account_id": publisher_account_id, "account_id": account_id}
    return BidderRecord(*db.session.connection().execute(_RECORD, given).one())


def _record_query() -> sa.Select[bool, bool, bool, int, bool]:
    auction_id, publisher_account_id, account_id = (
        sa.bindparam(name, type_=sa.BigInteger) for name in ("auction_id", "publisher_account_id", "account_id")
    )
    blocked = sa.exists().where(
        BlockedBidder.publisher_account_id == publisher_account_id, BlockedBidder.buyer_account_id == account_id
    )
    card = sa.exists().where(StoredCard.account_id == account_id, StoredCard.removed_at.is_(None))
    withdrawn = sa.exists().where(
        Bid.auction_id == auction_id, Bid.account_id == account_id, Bid.withdrawn_at.is_not(None)
    )
    strikes = running_strikes_query(account_id).scalar_subquery()
    return sa.select(blocked, card, unpaid_awards_query(account_id).exists(), strikes, withdrawn)


# Made once: putting it together takes longer than asking it.
_RECORD = _record_query()
