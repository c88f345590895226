"""How the demo's publishers are paid: where their earnings go, and the weekly files of the finance staff."""

from functools import partial

from app.domain.settlement.errors import NothingDue
from app.domain.settlement.service.accounts import (
    BankAccount,
    TaxDetails,
    certify_tax_profile,
    change_payout_account,
)
from app.domain.settlement.service.payouts import make_batch, mark_batch_paid
from app.domain.settlement.states import EntityKind
from app.foundation.clock import database_now
from app.foundation.db import db
from demo.clockwork import committed
from demo.market import Market
from demo.people import JONAS, MAYA, PUBLISHERS, PersonWords

# Numbers that banks print in their examples. Who is not here has not told a bank account yet.
IBANS = {
    "publisher": "GB29 NWBK 6016 1331 9268 19",
    "ingrid": "DE89 3704 0044 0532 0130 00",
    "matthias": "DE02 1203 0000 0000 2020 51",
    "camille": "FR14 2004 1010 0505 0001 3M02 606",
    "pieter": "NL91 ABNA 0417 1643 00",
    "lucia": "ES91 2100 0418 4502 0005 1332",
}
ROUTING_NUMBER = "021000021"
ACCOUNT_NUMBERS = {"walter": "000123456789", "elena": "000987654321"}
TAX_NUMBERS = {"walter": "00-1234567", "elena": "00-7654321"}


def tell_bank_accounts(market: Market) -> None:
    """Has every publisher who wants to be paid say where to, and certify what they are for tax."""
    for words in PUBLISHERS:
        if words.key in IBANS or words.key in ACCOUNT_NUMBERS:
            committed(partial(_tell_bank_account, market, words))


def make_file(market: Market) -> str | None:
    """Puts what is due into a bank file; gives its public id, or None when nothing is due."""
    user_id, currency = market.members[MAYA.key].user_id, market.config.currency
    try:
        return committed(lambda: make_batch(user_id, currency=currency, now=database_now()).public_id)
    except NothingDue:
        db.session.remove()
        return None


def mark_paid(market: Market, batch: str) -> None:
    """Has a second person note that the bank has taken the file."""
    user_id = market.members[JONAS.key].user_id
    committed(lambda: mark_batch_paid(batch, user_id, now=database_now()))


def _tell_bank_account(market: Market, words: PersonWords) -> None:
    member, now = market.members[words.key], database_now()
    name, country = f"{words.first_name} {words.last_name}", words.address.country_code
    sealer = market.app.extensions["isocket_sealer"]
    if words.key in IBANS:
        account = BankAccount(name, country, iban=IBANS[words.key])
    else:
        number = ACCOUNT_NUMBERS[words.key]
        account = BankAccount(name, country, routing_number=ROUTING_NUMBER, account_number=number)
    change_payout_account(member.account_id, account, user_id=member.user_id, sealer=sealer, now=now)
    details = TaxDetails(name, EntityKind.INDIVIDUAL, country, TAX_NUMBERS.get(words.key, ""))
    certify_tax_profile(member.account_id, details, user_id=member.user_id, sealer=sealer, now=now)
