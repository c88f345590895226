"""Bidding: the auction's page, bids and their confirmations, awards, and opening an auction."""
