"""Reads of the settlement room."""
