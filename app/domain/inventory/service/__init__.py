"""Verbs of the inventory room: sites, sockets, listings, the calendar."""
