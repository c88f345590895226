"""Verbs of the settlement room."""
