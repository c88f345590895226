"""All routes of the publisher's pages, gathered on their blueprint."""

from app.web.selling import calendar, proofs, rate_cards, sites, sockets
from app.web.selling.blueprint import blueprint

__all__ = ["blueprint", "calendar", "proofs", "rate_cards", "sites", "sockets"]
