"""All routes of My Account, gathered on its blueprint."""

from app.web.account import cards, credentials, earnings, payouts, profile, sessions
from app.web.account.blueprint import blueprint

__all__ = ["blueprint", "cards", "credentials", "earnings", "payouts", "profile", "sessions"]
