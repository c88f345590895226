"""The audit records of what people do with sites, cards and payouts name the person, and the account beside."""

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.audit.models import AuditRecord
from app.domain.audit.queries import first_broken_link
from app.domain.inventory.service.sites import ProofCheck, amend_site, record_proof_check
from app.domain.inventory.states import ProofMethod
from app.domain.payments.service.cards import remove_card
from app.foundation.clock import database_now
from app.foundation.db import db
from tests.factories.accounts import Person, make_person
from tests.factories.inventory import SITE, account_of, make_site
from tests.factories.orders import make_card
from tests.factories.settlement import done, tell_bank_and_tax


@pytest.fixture
def person(app: Flask) -> Person:
    make_person(app)  # so that a person's number is not that of an account by chance
    return make_person(app)


def records(app: Flask, action: str) -> list[tuple[str, str, dict[str, Any]]]:
    with app.app_context():
        found = db.session.scalars(sa.select(AuditRecord).where(AuditRecord.action == action)).all()
        assert first_broken_link() is None
        db.session.remove()
    return [(record.actor, record.subject, record.details) for record in found]


def test_who_changes_a_site_and_who_has_it_proved(app: Flask, person: Person) -> None:
    account_id, user_id = account_of(app, person), person.user_id
    site = make_site(app, account_id)
    check = ProofCheck(site.proof_token, ProofMethod.META_TAG, "")
    done(app, lambda: record_proof_check(site.id, check, now=database_now(), user_id=user_id))
    moved = replace(SITE, address="https://elsewhere.example")
    site = done(app, lambda: amend_site(account_id, site.id, moved, user_id=user_id, now=database_now()))
    by_clock = ProofCheck(site.proof_token, ProofMethod.ADS_TXT, "")
    done(app, lambda: record_proof_check(site.id, by_clock, now=database_now()))
    subject = f"site:{site.id}"
    assert records(app, "site_proved") == [
        (f"user:{user_id}", subject, {"account": account_id, "method": "meta_tag"}),
        ("job", subject, {"account": account_id, "method": "ads_txt"}),
    ]
    [(actor, _subject, details)] = records(app, "site_domain_changed")
    assert (actor, details["account"]) == (f"user:{user_id}", account_id)


def test_who_stores_and_removes_a_card(app: Flask, person: Person) -> None:
    account_id, user_id = account_of(app, person), person.user_id
    card_id = make_card(app, person)
    done(app, lambda: remove_card(account_id, card_id, keep_one=False, user_id=user_id, now=database_now()))
    for action in ("card_stored", "card_removed"):
        assert records(app, action) == [(f"user:{user_id}", f"card:{card_id}", {"account": account_id})]


def test_who_says_where_payouts_go(app: Flask, person: Person) -> None:
    tell_bank_and_tax(app, person)
    for action in ("payout_account_changed", "tax_profile_certified"):
        assert records(app, action) == [(f"user:{person.user_id}", f"account:{account_of(app, person)}", {})]
