"""Verbs of the measurement room; each family in its file."""
