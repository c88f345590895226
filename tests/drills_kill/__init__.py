"""Drills with ``kill -9``: whatever dies in the middle of a payment, the books are right afterwards."""
