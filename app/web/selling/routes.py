"""All routes of the publisher's pages, gathered on their blueprint."""

from app.web.selling import (
    calendar,
    dashboard,
    house_ads,
    proofs,
    rate_cards,
    results,
    reviews,
    sites,
    sockets,
    tags,
)
from app.web.selling.blueprint import blueprint

__all__ = [
    "blueprint",
    "calendar",
    "dashboard",
    "house_ads",
    "proofs",
    "rate_cards",
    "results",
    "reviews",
    "sites",
    "sockets",
    "tags",
]
