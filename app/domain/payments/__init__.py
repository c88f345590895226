"""Stored cards, and intents: what is to be charged, voided or refunded, and what became of it."""
