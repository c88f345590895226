"""Verbs of the payments room: stored cards, intents, and what is asked of the processor outside transactions."""
