"""What the imaginary bank says: decided by amount, by card and by security code, as documented."""

from dataclasses import dataclass

APPROVED = "approved"
SOFT = "soft_declined"
HARD = "hard_declined"

# Codes and texts of Braintree's table of processor responses; a code not listed is declined all the same.
TEXTS = {
    "1000": "Approved",
    "2000": "Do Not Honor",
    "2001": "Insufficient Funds",
    "2002": "Limit Exceeded",
    "2003": "Cardholder's Activity Limit Exceeded",
    "2004": "Expired Card",
    "2005": "Invalid Credit Card Number",
    "2006": "Invalid Expiration Date",
    "2007": "No Account",
    "2008": "Card Account Length Error",
    "2009": "No Such Issuer",
    "2010": "Card Issuer Declined CVV",
    "2011": "Voice Authorization Required",
    "2012": "Processor Declined - Possible Lost Card",
    "2013": "Processor Declined - Possible Stolen Card",
    "2014": "Processor Declined - Fraud Suspected",
    "2015": "Transaction Not Allowed",
    "2016": "Duplicate Transaction",
    "2019": "Invalid Transaction",
    "2022": "Declined - Updated Cardholder Available",
    "2025": "Set Up Error - Card",
    "2026": "Invalid Merchant ID",
    "2034": "Card Not Activated",
    "2035": "Declined - Call For Approval",
    "2038": "Processor Declined",
    "2040": "Declined - Call For Approval",
    "2041": "Declined - Call Issuer",
    "2042": "Declined - Not Supported",
    "2044": "Declined - Call Issuer",
    "2046": "Declined",
    "2047": "Call Issuer. Pick Up Card.",
    "2048": "Invalid Amount",
    "2053": "Card reported as lost or stolen",
    "2057": "Issuer or Cardholder has put a restriction on the card",
    "2060": "Address Verification and Card Security Code Failed",
    "2062": "Already Disputed",
    "2078": "Invalid Secure Payment Data",
    "3000": "Processor Network Unavailable - Try Again",
}
SOFT_CODES = frozenset(
    {
        *("2000", "2001", "2002", "2003", "2016", "2025", "2026", "2034", "2035", "2038"),
        *("2040", "2042", "2046", "2048", "2057", "2062", "2078"),
    }
)
FIRST_DECLINED_MINOR = 2000_00
FIRST_FAILED_MINOR = 3000_00
FIRST_APPROVED_AGAIN_MINOR = 3001_00
APPLICATION_INCOMPLETE_MINOR = 5001_00


@dataclass(frozen=True)
class Ruling:
    """The answer of the imaginary bank, or of the gateway that did not ask it."""

    status: str
    code: str | None = None
    text: str | None = None
    kind: str | None = None
    rejection_reason: str | None = None

    @property
    def is_approved(self) -> bool:
        """Whether the money may be taken."""
        return self.status == "authorized"

    @property
    def message(self) -> str:
        """What the answer's ``message`` says."""
        return f"Gateway Rejected: {self.rejection_reason}" if self.rejection_reason else self.text or ""


def ruling_of_code(code: str) -> Ruling:
    """What a processor response code means for the transaction."""
    text = TEXTS.get(code, "Processor Declined")
    if code == "1000":
        return Ruling("authorized", code, text, APPROVED)
    if code == "3000":
        return Ruling("failed", code, text, SOFT)
    return Ruling("processor_declined", code, text, SOFT if code in SOFT_CODES else HARD)


def rejection(reason: str) -> Ruling:
    """The gateway itself refuses, without asking the bank."""
    return Ruling("gateway_rejected", rejection_reason=reason)


def ruling_of_amount(amount_minor: int) -> Ruling:
    """The documented test amounts: 2000.00 to 2999.99 are declined with their own number as the code."""
    if FIRST_DECLINED_MINOR <= amount_minor < FIRST_FAILED_MINOR:
        return ruling_of_code(str(amount_minor // 100))
    if FIRST_FAILED_MINOR <= amount_minor < FIRST_APPROVED_AGAIN_MINOR:
        return ruling_of_code("3000")
    if amount_minor == APPLICATION_INCOMPLETE_MINOR:
        return rejection("application_incomplete")
    return ruling_of_code("1000")


def cvv_response(cvv: str | None) -> str:
    """One letter about the security code; the code itself is forgotten at once."""
    if not cvv:
        return "I"
    return {"200": "N", "201": "U", "301": "S"}.get(cvv, "M")
