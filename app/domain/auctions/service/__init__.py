"""Verbs of the auctions room: opening, placing, withdrawing, closing, and what follows an award."""
