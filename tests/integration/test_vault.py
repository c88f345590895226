"""Bank and tax numbers: refused when they cannot be right, sealed when they can, and never stored in clear."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.domain.settlement.errors import AccountNumberRefused, IbanRefused, RoutingNumberRefused, TaxNumberRefused
from app.domain.settlement.service.accounts import BankAccount, TaxDetails, certify_tax_profile
from app.domain.settlement.states import EntityKind
from app.domain.vault.models import VaultEntry
from app.domain.vault.service import put_away, unseal
from app.domain.vault.states import VaultKind
from app.foundation.clock import database_now
from app.foundation.db import db
from app.foundation.errors import InvariantBroken
from tests.factories.accounts import make_person
from tests.factories.inventory import account_of
from tests.factories.settlement import GERMAN_BANK, US_BANK, US_TAX, done, tell_bank, tell_bank_and_tax


def entries(app: Flask) -> list[VaultEntry]:
    with app.app_context():
        return list(db.session.scalars(sa.select(VaultEntry).order_by(VaultEntry.id)))


@pytest.mark.parametrize(
    ("bank", "error"),
    [
        (replace(US_BANK, routing_number="021000022"), RoutingNumberRefused),
        (replace(US_BANK, account_number="12"), AccountNumberRefused),
        (replace(GERMAN_BANK, iban="DE89370400440532013001"), IbanRefused),
        (replace(GERMAN_BANK, country_code="FR"), IbanRefused),
    ],
)
def test_numbers_that_cannot_be_right_are_refused(app: Flask, bank: BankAccount, error: type[Exception]) -> None:
    with pytest.raises(error):
        tell_bank(app, make_person(app), bank)
    assert entries(app) == []


def test_a_tax_number_is_needed_at_home_and_emptied_when_it_goes(app: Flask) -> None:
    person = make_person(app)
    account_id, sealer = account_of(app, person), app.extensions["isocket_sealer"]

    def certify(details: TaxDetails) -> str:
        return certify_tax_profile(
            account_id, details, user_id=person.user_id, sealer=sealer, now=database_now()
        ).last_four

    with pytest.raises(TaxNumberRefused):
        done(app, lambda: certify(replace(US_TAX, tax_number="12-345678")))
    assert done(app, lambda: certify(US_TAX)) == "6789"
    assert done(app, lambda: certify(TaxDetails("Pat Publisher", EntityKind.COMPANY, "DE"))) == ""
    [entry] = entries(app)
    assert (entry.sealed, entry.removed_at is None) == ("", False)


def test_one_value_of_a_kind_is_kept_and_none_in_clear(app: Flask) -> None:
    person, sealer = make_person(app), app.extensions["isocket_sealer"]
    account_id = account_of(app, person)
    tell_bank_and_tax(app, person)
    tell_bank(app, person, GERMAN_BANK)
    found = entries(app)
    assert [(entry.kind, entry.last_four, entry.sealed == "") for entry in found] == [
        (VaultKind.BANK_ACCOUNT, "6789", True),
        (VaultKind.TAX_NUMBER, "6789", False),
        (VaultKind.BANK_ACCOUNT, "3000", False),
    ]
    with app.app_context():
        assert "DE89370400440532013000" in unseal(found[2].id, sealer)
        with pytest.raises(InvariantBroken):
            unseal(found[0].id, sealer)
        tables = [db.session.execute(sa.select(table)).all() for table in db.metadata.sorted_tables]
    assert not any(number in str(tables) for number in ("021000021", "123456789", "DE8937040044"))
    second = {"account_id": account_id, "kind": VaultKind.TAX_NUMBER, "sealed": "x", "last_four": "1111"}
    second |= {"stored_at": found[0].stored_at}
    with pytest.raises(IntegrityError):
        done(app, lambda: db.session.execute(sa.insert(VaultEntry).values(second)))


def test_a_sealed_value_cannot_be_passed_off_as_somebody_elses(app: Flask) -> None:
    sealer = app.extensions["isocket_sealer"]
    ada, eve = (account_of(app, make_person(app)) for _ in range(2))

    def keep(account_id: int, text: str) -> int:
        return put_away(account_id, VaultKind.TAX_NUMBER, text, shown=text, sealer=sealer, now=database_now()).id

    hers, other = done(app, lambda: keep(ada, "123456789")), done(app, lambda: keep(eve, "987654321"))
    sealed = entries(app)[0].sealed
    done(app, lambda: db.session.execute(sa.update(VaultEntry).where(VaultEntry.id == other).values(sealed=sealed)))
    with app.app_context():
        with pytest.raises(InvariantBroken):
            unseal(other, sealer)
        assert unseal(hers, sealer) == "123456789"
