"""All routes of the campaign pages, gathered on their blueprint."""

from app.web.campaigns import creatives, dashboard, line_items, pictures, results
from app.web.campaigns.blueprint import blueprint

__all__ = ["blueprint", "creatives", "dashboard", "line_items", "pictures", "results"]
