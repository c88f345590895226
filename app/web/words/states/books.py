"""What is said of the parts of the books, to staff."""

from app.domain.books.states import Compared, Part, Subject
from app.foundation.messages import N_
from app.web.words.states.wording import StateWords

PARTS = {
    Part.LEDGER: StateWords(N_("Ledger")),
    Part.ESCROW: StateWords(N_("Escrow")),
    Part.DAYS: StateWords(N_("Settled days")),
    Part.CREDIT: StateWords(N_("Credit")),
    Part.EARNINGS: StateWords(N_("Earnings")),
    Part.PAYOUTS: StateWords(N_("Payouts")),
    Part.DOCUMENTS: StateWords(N_("Documents")),
    Part.COUNTERS: StateWords(N_("Counters")),
    Part.TIME: StateWords(N_("Time")),
}
# With the number of what they are about beside them.
SUBJECTS = {
    Subject.LEDGER: StateWords(N_("Row of the ledger")),
    Subject.LINE_ITEM: StateWords(N_("Line item")),
    Subject.ORDER: StateWords(N_("Order")),
    Subject.ACCOUNT: StateWords(N_("Account")),
    Subject.PAYOUT: StateWords(N_("Payout")),
    Subject.BANK_FILE: StateWords(N_("Bank file")),
    Subject.SERIES: StateWords(N_("Series of documents")),
    Subject.SOCKET: StateWords(N_("Socket")),
    Subject.COMPARISON: StateWords(N_("Comparison")),
    Subject.TABLE: StateWords(N_("Table")),
}
COMPARED = {
    Compared.ENTRIES: StateWords(N_("Entries of the ledger")),
    Compared.ORDERS: StateWords(N_("Orders")),
    Compared.LINE_ITEMS: StateWords(N_("Line items")),
    Compared.SETTLED_DAYS: StateWords(N_("Settled days")),
    Compared.PAYOUTS: StateWords(N_("Payouts")),
    Compared.INVOICES: StateWords(N_("Invoices")),
    Compared.COUNTERS: StateWords(N_("Rows of counters")),
}
