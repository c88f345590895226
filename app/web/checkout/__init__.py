"""Checkout: choosing dates, paying, and the orders that come of it."""
