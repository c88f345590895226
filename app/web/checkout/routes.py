"""All routes of the checkout, gathered on its blueprint."""

from app.web.checkout import buying, orders, paying
from app.web.checkout.blueprint import blueprint

__all__ = ["blueprint", "buying", "orders", "paying"]
