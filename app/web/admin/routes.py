"""All routes of the staff pages, gathered on their blueprint."""

from app.web.admin import house, line_items, market, money, payouts, searching, strikes
from app.web.admin.blueprint import blueprint

__all__ = ["blueprint", "house", "line_items", "market", "money", "payouts", "searching", "strikes"]
