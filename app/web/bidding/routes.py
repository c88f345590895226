"""All routes of bidding, gathered on its blueprint."""

from app.web.bidding import auctions, awards, bids, managing, opening
from app.web.bidding.blueprint import blueprint

__all__ = ["auctions", "awards", "bids", "blueprint", "managing", "opening"]
