"""All routes of the staff pages, gathered on their blueprint."""

from app.web.admin import books, house, line_items, market, money, payouts, searching, strikes
from app.web.admin.blueprint import blueprint

__all__ = ["blueprint", "books", "house", "line_items", "market", "money", "payouts", "searching", "strikes"]
