"""What the payments room refuses, and how it says so."""

from app.foundation.errors import Conflict, Refusal


class CardRefused(Refusal):
    """The card could not be stored. Check the number, the date and the security code, or use another card."""


class CardServiceSilent(Refusal):
    """The payment service did not answer, so we do not know your card. Nothing was charged. Try again in a minute."""


class TooManyCards(Refusal):
    """You have stored ten cards. Remove one that you no longer use first."""


class PaymentInFlight(Conflict):
    """A payment for this is being made at this moment. Look at the order in a minute."""


class CardBeingCharged(Conflict):
    """This card is being charged at this moment. Remove it when the payment is through."""


class CardInUse(Refusal):
    """You owe a payment or take part in a running auction. Store another card before you remove this one."""


class CardNeeded(Refusal):
    """Choose a card: your credit does not cover all of it."""

    field = "card"


class CreditChanged(Conflict):
    """Your credit has changed since you opened this page. Nothing was charged. Look at the amounts and pay again."""
