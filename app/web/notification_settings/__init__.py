"""Notices, notification preferences and unsubscribing."""
