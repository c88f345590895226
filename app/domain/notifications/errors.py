"""What the notifications room refuses; the docstring is what the person is told."""

from app.foundation.errors import Refusal


class NotSwitchable(Refusal):
    """This kind of message cannot be switched on or off here."""
