"""All routes of the campaign pages, gathered on their blueprint."""

from app.web.campaigns import bookings, creatives, dashboard, pictures, results
from app.web.campaigns.blueprint import blueprint

__all__ = ["blueprint", "bookings", "creatives", "dashboard", "pictures", "results"]
