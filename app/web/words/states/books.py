"""What is said of the parts of the books, to staff."""

from app.domain.books.states import BookSection, ComparedRows, DifferenceSubject
from app.foundation.messages import N_
from app.web.words.states.wording import StateWords

PARTS = {
    BookSection.LEDGER: StateWords(N_("Ledger")),
    BookSection.ESCROW: StateWords(N_("Escrow")),
    BookSection.DAYS: StateWords(N_("Settled days")),
    BookSection.CREDIT: StateWords(N_("Credit")),
    BookSection.EARNINGS: StateWords(N_("Earnings")),
    BookSection.PAYOUTS: StateWords(N_("Payouts")),
    BookSection.DOCUMENTS: StateWords(N_("Documents")),
    BookSection.COUNTERS: StateWords(N_("Counters")),
    BookSection.TIME: StateWords(N_("Time")),
}
# With the number of what they are about beside them.
SUBJECTS = {
    DifferenceSubject.LEDGER: StateWords(N_("Row of the ledger")),
    DifferenceSubject.LINE_ITEM: StateWords(N_("Line item")),
    DifferenceSubject.ORDER: StateWords(N_("Order")),
    DifferenceSubject.ACCOUNT: StateWords(N_("Account")),
    DifferenceSubject.PAYOUT: StateWords(N_("Payout")),
    DifferenceSubject.BANK_FILE: StateWords(N_("Bank file")),
    DifferenceSubject.SERIES: StateWords(N_("Series of documents")),
    DifferenceSubject.SOCKET: StateWords(N_("Socket")),
    DifferenceSubject.COMPARISON: StateWords(N_("Comparison")),
    DifferenceSubject.TABLE: StateWords(N_("Table")),
}
COMPARED = {
    ComparedRows.ENTRIES: StateWords(N_("Entries of the ledger")),
    ComparedRows.ORDERS: StateWords(N_("Orders")),
    ComparedRows.LINE_ITEMS: StateWords(N_("Line items")),
    ComparedRows.SETTLED_DAYS: StateWords(N_("Settled days")),
    ComparedRows.PAYOUTS: StateWords(N_("Payouts")),
    ComparedRows.INVOICES: StateWords(N_("Invoices")),
    ComparedRows.COUNTERS: StateWords(N_("Rows of counters")),
}
