"""Where a publisher's earnings go, and what the publisher is for tax."""

import json
from dataclasses import dataclass
from datetime import datetime

from app.domain.accounts.queries import get_account
from app.domain.audit.service import record_audit
from app.domain.events.kinds.money import PayoutAccountChanged
from app.domain.events.service import record
from app.domain.settlement.errors import (
    AccountNumberRefused,
    IbanRefused,
    PayoutOnItsWay,
    RoutingNumberRefused,
    TaxNumberRefused,
)
from app.domain.settlement.models import PayoutAccount, TaxProfile
from app.domain.settlement.queries.earnings import (
    lock_open_payout_of,
    lock_publisher,
    payout_account_of,
    tax_profile_of,
)
from app.domain.settlement.rules.banking import is_account_number, is_iban, is_routing_number, is_tax_number, plain
from app.domain.settlement.states import EntityKind, PayoutState
from app.domain.vault.service import empty, put_away
from app.domain.vault.states import VaultKind
from app.foundation.db import db
from app.foundation.sealing import Sealer

HOME_COUNTRY = "US"


@dataclass(frozen=True, slots=True)
class BankAccount:
    """An account as it was typed: routing and account number in the United States, an IBAN elsewhere."""

    holder_name: str
    country_code: str
    routing_number: str = ""
    account_number: str = ""
    iban: str = ""


@dataclass(frozen=True, slots=True)
class TaxDetails:
    """What a publisher certifies to be for tax."""

    legal_name: str
    entity_kind: EntityKind
    country_code: str
    tax_number: str = ""


def change_payout_account(
    account_id: int, typed: BankAccount, *, user_id: int, sealer: Sealer, now: datetime
) -> PayoutAccount:
    """Keeps a bank account for payouts; the one before it is emptied, and its owner is told.

    Raises:
        RoutingNumberRefused: it is no routing number.
        AccountNumberRefused: it can be no account number.
        IbanRefused: it is no IBAN of that country.
        PayoutOnItsWay: a payout to the present account is in a file that is not paid yet.
    """
    numbers = _checked_numbers(typed)
    lock_publisher(account_id)
    running = lock_open_payout_of(account_id)
    if running is not None and running.state is PayoutState.IN_FILE:
        raise PayoutOnItsWay
    shown = numbers.get("iban") or numbers["account_number"]
    entry = put_away(account_id, VaultKind.BANK_ACCOUNT, json.dumps(numbers), shown=shown, sealer=sealer, now=now)
    account = payout_account_of(account_id) or PayoutAccount(account_id=account_id)
    account.holder_name, account.country_code = typed.holder_name, typed.country_code
    account.vault_entry_id, account.last_four, account.changed_at = entry.id, entry.last_four, now
    db.session.add(account)
    db.session.flush()
    _note("payout_account_changed", account_id, user_id, now)
    changed = PayoutAccountChanged(slug=get_account(account_id).slug, publisher_account_id=account_id)
    record(changed, account_id=account_id, actor_user_id=user_id, now=now)
    return account


def certify_tax_profile(
    account_id: int, typed: TaxDetails, *, user_id: int, sealer: Sealer, now: datetime
) -> TaxProfile:
    """Keeps what a publisher certifies to be for tax; a number kept before is emptied.

    Raises:
        TaxNumberRefused: in the United States it is needed, and has nine digits.
    """
    number = plain(typed.tax_number)
    if typed.country_code == HOME_COUNTRY and not is_tax_number(number):
        raise TaxNumberRefused
    lock_publisher(account_id)
    profile = tax_profile_of(account_id) or TaxProfile(account_id=account_id)
    profile.legal_name, profile.entity_kind, profile.country_code = (
        typed.legal_name,
        typed.entity_kind,
        typed.country_code,
    )
    if number:
        entry = put_away(account_id, VaultKind.TAX_NUMBER, number, shown=number, sealer=sealer, now=now)
        profile.vault_entry_id, profile.last_four = entry.id, entry.last_four
    else:
        empty(account_id, VaultKind.TAX_NUMBER, now=now)
        profile.vault_entry_id, profile.last_four = None, ""
    profile.certified_at = now
    db.session.add(profile)
    db.session.flush()
    _note("tax_profile_certified", account_id, user_id, now)
    return profile


def _checked_numbers(typed: BankAccount) -> dict[str, str]:
    if typed.country_code != HOME_COUNTRY:
        iban = plain(typed.iban)
        if not is_iban(iban) or not iban.startswith(typed.country_code):
            raise IbanRefused
        return {"iban": iban}
    routing, account = plain(typed.routing_number), plain(typed.account_number)
    if not is_routing_number(routing):
        raise RoutingNumberRefused
    if not is_account_number(account):
        raise AccountNumberRefused
    return {"routing_number": routing, "account_number": account}


def _note(action: str, account_id: int, user_id: int, now: datetime) -> None:
    record_audit(action, actor=f"user:{user_id}", subject=f"account:{account_id}", now=now)
