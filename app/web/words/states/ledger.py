"""What is said of the entries and accounts of the ledger, to the owner of a statement and to staff."""

from app.domain.ledger.states import AccountCode, EntryKind
from app.foundation.messages import N_
from app.web.words.states.wording import StateWords

ENTRY_KINDS = {
    EntryKind.CAPTURE: StateWords(N_("Card charged")),
    EntryKind.VOID_CAPTURE: StateWords(N_("Charge called off")),
    EntryKind.REFUND_TO_CARD: StateWords(N_("Back to the card")),
    EntryKind.REFUND_TO_CREDIT: StateWords(N_("Not delivered, back as credit")),
    EntryKind.CREDIT_SPENT: StateWords(N_("Spent on a booking")),
    EntryKind.RELEASE: StateWords(N_("Day earned")),
    EntryKind.ADJUSTMENT_FOR_BUYER: StateWords(N_("Day corrected for the buyer")),
    EntryKind.ADJUSTMENT_FOR_PUBLISHER: StateWords(N_("Day corrected for the publisher")),
    EntryKind.PAYOUT: StateWords(N_("Paid out")),
    EntryKind.PAYOUT_RETURNED: StateWords(N_("Payout sent back by the bank")),
    EntryKind.CORRECTION: StateWords(N_("Correction")),
}
ACCOUNT_CODES = {
    AccountCode.GATEWAY_CLEARING: StateWords(N_("Card payments")),
    AccountCode.BANK: StateWords(N_("Our bank account")),
    AccountCode.ESCROW: StateWords(N_("Kept for this booking")),
    AccountCode.PUBLISHER_PAYABLE: StateWords(N_("The publisher's earnings")),
    AccountCode.BUYER_CREDIT: StateWords(N_("The buyer's credit")),
    AccountCode.COMMISSION_INCOME: StateWords(N_("Our commission")),
}
# Staff read the ledger itself.
STAFF_ENTRY_KINDS = {
    EntryKind.CAPTURE: StateWords(N_("Capture")),
    EntryKind.VOID_CAPTURE: StateWords(N_("Void capture")),
    EntryKind.REFUND_TO_CARD: StateWords(N_("Refund to card")),
    EntryKind.REFUND_TO_CREDIT: StateWords(N_("Refund to credit")),
    EntryKind.CREDIT_SPENT: StateWords(N_("Credit spent")),
    EntryKind.RELEASE: StateWords(N_("Release")),
    EntryKind.PAYOUT: StateWords(N_("Payout")),
    EntryKind.PAYOUT_RETURNED: StateWords(N_("Payout returned")),
    EntryKind.CORRECTION: StateWords(N_("Correction")),
    EntryKind.ADJUSTMENT_FOR_BUYER: StateWords(N_("Adjustment for buyer")),
    EntryKind.ADJUSTMENT_FOR_PUBLISHER: StateWords(N_("Adjustment for publisher")),
}
STAFF_ACCOUNT_CODES = {
    AccountCode.GATEWAY_CLEARING: StateWords(N_("Gateway clearing")),
    AccountCode.BANK: StateWords(N_("Bank")),
    AccountCode.ESCROW: StateWords(N_("Escrow")),
    AccountCode.PUBLISHER_PAYABLE: StateWords(N_("Publisher payable")),
    AccountCode.BUYER_CREDIT: StateWords(N_("Buyer credit")),
    AccountCode.COMMISSION_INCOME: StateWords(N_("Commission income")),
}
