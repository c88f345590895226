"""What the orders room refuses, and how it says so."""

from app.foundation.errors import Conflict, Refusal


class OrderSettled(Conflict):
    """This order is paid already, or was cancelled. Nothing was charged again."""


class OrderBinding(Refusal):
    """You won this in an auction, so it has to be paid. Pay with any card before the time runs out."""


class NotRunning(Conflict):
    """This is not running at the moment, so it cannot be paused."""


class NotPaused(Conflict):
    """This is not paused, so there is nothing to resume."""


class PausedByOther(Refusal):
    """The other side paused this. Only they can let it run again. Write to them."""


class LineItemOver(Conflict):
    """This booking is over already. Nothing was changed."""
