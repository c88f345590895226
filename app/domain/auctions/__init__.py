"""Auctions of one flight of one place: bids, the close, awards and what follows an unpaid one."""
