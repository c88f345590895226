"""What the accounts room refuses, and how it says so."""

from app.foundation.errors import Conflict, Refusal, TooMany


class WrongCredentials(Refusal):
    """The e-mail address or the password is not right. Check both and try again."""

    field = "password"


class WrongPassword(Refusal):
    """That is not your current password."""

    field = "current_password"


class PasswordRefused(Refusal):
    """Choose another password."""

    field = "password"


class LinkNotValid(Refusal):
    """This link was used already, is too old or is not complete. Ask for a new one."""


class EmailTaken(Refusal):
    """This address belongs to an account already."""

    field = "email"


class SameEmail(Refusal):
    """This is your address already."""

    field = "email"


class AddressRefused(Refusal):
    """Something in the address does not fit its country."""

    def __init__(self, *, problems: dict[str, str]) -> None:
        super().__init__()
        self._problems = problems

    @property
    def problems(self) -> dict[str, str]:
        """Each part that does not fit, with its sentence."""
        return self._problems


class TooManyAttempts(TooMany):
    """There were too many tries to sign in. Wait a little, or reset your password."""


class RequestKeyReused(Refusal):
    """This form was sent before with other content. Open the page again and send it from there."""


class RequestInFlight(Conflict):
    """The same form is being worked on at this moment. Open the page again to see its result."""
