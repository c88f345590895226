"""What every event of an auction keeps of it: names, price and end as they stand when it happens."""

from typing import Any

from app.domain.auctions.models import Auction, Award
from app.domain.events.rules import EventAmount, EventMoment
from app.domain.inventory.queries import names_of


def as_it_stands(auction: Auction) -> dict[str, Any]:
    """The fields of ``AuctionData``."""
    what, time_zone = names_of(auction.socket_id)
    return {
        "auction": auction.public_id,
        "socket": auction.socket_id,
        "what": what,
        "price": EventAmount(auction.standing_price_minor, auction.currency),
        "ends": EventMoment(auction.ends_at, time_zone),
    }


def as_awarded(award: Award, auction: Auction) -> dict[str, Any]:
    """The fields of ``AwardData``."""
    standing = as_it_stands(auction)
    return standing | {
        "award": award.public_id,
        "hammer_price": EventAmount(award.hammer_price_minor, award.currency),
        "pay_until": EventMoment(award.open_until, standing["ends"].time_zone),
        "buyer_account_id": award.account_id,
    }
