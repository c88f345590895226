"""Accounts, the people who sign in for them, their credentials and sessions."""
