"""Verbs of the orders room."""
