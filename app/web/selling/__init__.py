"""Selling: sites and their proofs, sockets, prices, the calendar."""
