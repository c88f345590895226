"""Verbs of the notifications room, by what they change: telling, preferences, reading, sending."""
