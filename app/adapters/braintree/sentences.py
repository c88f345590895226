"""What a buyer is told when a card is declined: what happened, and what to do. Never the bank's own text."""

from dataclasses import dataclass

from app.adapters.braintree.port import Declined, GatewayDeclineKind
from app.foundation.messages import N_


@dataclass(frozen=True, slots=True)
class DeclineSentence:
    """Two plain sentences; message ids, said in the buyer's language when they are shown."""

    happened: str
    advice: str


ANOTHER_CARD = N_("Pay with another card, or ask your bank.")
CALL_BANK = N_("Call the number on the back of your card, then try again, or pay with another card.")
TRY_LATER = N_("Nothing was charged. Try again in a few minutes.")
CHECK_CARD = N_("Check the card's details and add it again, or pay with another card.")

SOFT = DeclineSentence(N_("Your bank declined this payment."), ANOTHER_CARD)
HARD = DeclineSentence(N_("Your bank does not allow payments with this card."), N_("Pay with another card."))
FUNDS = DeclineSentence(
    N_("There is not enough money available on this card."), N_("Pay with another card, or add money.")
)
LIMIT = DeclineSentence(N_("This payment is above your card's limit."), ANOTHER_CARD)
EXPIRED = DeclineSentence(N_("This card has expired."), N_("Add your new card, or pay with another one."))
DETAILS = DeclineSentence(N_("Your bank does not recognize these card details."), CHECK_CARD)
SECURITY_CODE = DeclineSentence(N_("The security code does not match this card."), CHECK_CARD)
ADDRESS = DeclineSentence(N_("The address or the security code does not match this card."), CHECK_CARD)
BLOCKED = DeclineSentence(N_("Your bank has blocked this card."), N_("Pay with another card, and call your bank."))
CALL = DeclineSentence(N_("Your bank wants to speak with you before it allows this payment."), CALL_BANK)
NOT_ACTIVE = DeclineSentence(
    N_("This card is not active yet."), N_("Activate it with your bank, or pay with another card.")
)
NOT_ALLOWED = DeclineSentence(N_("This card cannot be used for this kind of payment."), N_("Pay with another card."))
REPEATED = DeclineSentence(
    N_("Your bank thinks that this payment was made twice."), N_("Look at your orders before you try again.")
)
UNAVAILABLE = DeclineSentence(N_("The card network could not be reached."), TRY_LATER)
REJECTED = DeclineSentence(
    N_("Our payment service refused this payment."), N_("Pay with another card, or write to us.")
)
UNUSABLE = DeclineSentence(
    N_("This card can no longer be used here."), N_("Add the card again, or pay with another one.")
)
TYPED_TWICE = DeclineSentence(N_("These card details were already sent."), N_("Type the card's details again."))
NOT_A_TEST_CARD = DeclineSentence(
    N_("This is a test gateway: it takes only test cards."), N_("Pick one of the test cards on this page.")
)
WRONG_NUMBER = DeclineSentence(N_("This is not a card number."), N_("Check the number and type it again."))

BY_CODE: dict[str, DeclineSentence] = {
    "2001": FUNDS,
    **dict.fromkeys(("2002", "2003"), LIMIT),
    **dict.fromkeys(("2004", "2006"), EXPIRED),
    **dict.fromkeys(("2005", "2007", "2008", "2009"), DETAILS),
    "2010": SECURITY_CODE,
    **dict.fromkeys(("2011", "2035", "2040", "2041", "2044"), CALL),
    **dict.fromkeys(("2012", "2013", "2014", "2047", "2053"), BLOCKED),
    **dict.fromkeys(("2015", "2019", "2042", "2057"), NOT_ALLOWED),
    "2016": REPEATED,
    "2034": NOT_ACTIVE,
    "2060": ADDRESS,
    "3000": UNAVAILABLE,
    **dict.fromkeys(("avs", "avs_and_cvv"), ADDRESS),
    "cvv": SECURITY_CODE,
    **dict.fromkeys(("duplicate", "excessive_retry"), REPEATED),
    **dict.fromkeys(("91564", "91731", "93107", "91565", "91732", "93108"), TYPED_TWICE),
    "81717": NOT_A_TEST_CARD,
    **dict.fromkeys(("81714", "81715", "81716"), WRONG_NUMBER),
    **dict.fromkeys(("81706", "81707", "81736"), SECURITY_CODE),
    **dict.fromkeys(("81709", "81710"), EXPIRED),
}
BY_KIND = {
    GatewayDeclineKind.GATEWAY: REJECTED,
    GatewayDeclineKind.NETWORK: UNAVAILABLE,
    GatewayDeclineKind.INVALID: UNUSABLE,
}


def decline_sentence(declined: Declined) -> DeclineSentence:
    """What to tell the buyer; a code without a sentence of its own falls back on who said no, and how firmly."""
    fallback = BY_KIND.get(declined.kind, HARD if declined.is_hard else SOFT)
    return BY_CODE.get(declined.code, fallback)
