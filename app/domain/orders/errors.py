"""What the orders room refuses, and how it says so."""

from app.foundation.errors import Conflict, Refusal


class OrderSettled(Conflict):
    """This order is paid already, or was cancelled. Nothing was charged again."""


class OrderBinding(Refusal):
    """You won this in an auction, so it has to be paid. Pay with any card before the time runs out."""
