"""A rate card's prices as pages and checkouts use them: the value, its check, and what a run of days costs."""

from app.domain.inventory.rules import Combination, RateCard, cheapest_combination, check_dates
from app.domain.inventory.service.sockets import check_prices

__all__ = ["Combination", "RateCard", "cheapest_combination", "check_dates", "check_prices"]
