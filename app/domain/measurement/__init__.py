"""Measurement: counted events, and what was not counted and why."""
