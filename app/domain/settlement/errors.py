"""What the settlement room refuses, and how it says so."""

from app.foundation.errors import Conflict, Refusal


class NothingDue(Conflict):
    """No payout is due, so there is nothing to put into a file."""


class DayNotSettled(Conflict):
    """This day is not settled yet, so there is nothing to correct."""


class NothingToCorrect(Refusal):
    """A correction has to move some money."""


class MoreThanEarned(Refusal):
    """That is more than was earned for this day. Take back no more than is left of it."""


class MoreThanKept(Refusal):
    """That is more than is still kept for this booking and not needed for its other days."""


class BatchPaid(Conflict):
    """This file is marked as paid already. Nothing was posted again."""


class SecondPersonNeeded(Refusal):
    """You made this file, so somebody else of the finance team has to mark it as paid."""


class PayoutNotPaid(Conflict):
    """This payout is not marked as paid, so it cannot have come back."""


class PayoutOnItsWay(Conflict):
    """A payout to your present account is on its way. You can change the account when it is paid."""


class AccountNumberRefused(Refusal):
    """Check the account number: enter 4 to 17 digits."""

    field = "account_number"


class RoutingNumberRefused(Refusal):
    """Check the routing number: it has nine digits and stands at the bottom left of a check."""

    field = "routing_number"


class IbanRefused(Refusal):
    """Check the IBAN: one of its characters is wrong or missing."""

    field = "iban"


class TaxNumberRefused(Refusal):
    """Enter your tax number: nine digits, like 12-3456789."""

    field = "tax_number"
