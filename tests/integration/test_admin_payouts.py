"""The staff's payout pages: who may do what, what is on record, and that each thing happens once."""

import csv
import io

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.audit.models import AuditRecord
from app.domain.settlement.states import PayoutState
from app.foundation.access import StaffRole
from app.foundation.db import db
from app.foundation.identifiers import new_public_id
from tests.factories.accounts import Person, make_person, sign_in
from tests.factories.settlement import (
    GERMAN_BANK,
    check_ledger,
    make_due_payout,
    make_file,
    make_settled,
    mark_paid,
    next_monday,
    payouts_of,
    tell_bank,
)
from tests.support.page_client import PageClient
from tests.support.raw_browser import RawBrowser
from tests.support.stored_state import stored_state

FINANCE = (StaffRole.FINANCE,)


def staff(app: Flask, *roles: StaffRole) -> PageClient:
    """A browser in which somebody with these roles is signed in."""
    return sign_in(PageClient(app), make_person(app, roles=roles))


def records(app: Flask, action: str) -> list[AuditRecord]:
    with app.app_context():
        query = sa.select(AuditRecord).where(AuditRecord.action == action).order_by(AuditRecord.sequence)
        return list(db.session.scalars(query))


def test_nothing_due_is_said(app: Flask) -> None:
    client = staff(app, *FINANCE)
    client.get("/staff/payouts")
    assert "Nothing is due" in client.text
    assert "No bank file yet" in client.text
    assert "Make the bank file" not in client.text


def test_from_due_to_paid_and_back_by_two_people(app: Flask) -> None:
    booking = make_due_payout(app)
    maker, checker = staff(app, *FINANCE), staff(app, *FINANCE)
    maker.get("/staff/payouts")
    assert "$25.50" in maker.text
    assert "P***r" in maker.page.body
    assert "Pat Publisher" not in maker.text
    maker.submit("Make the bank file")
    address = maker.path
    assert "You made this file" in maker.text
    assert "The bank has taken it" not in maker.text
    assert "123456789" not in maker.page.body
    maker.submit("Download", reason="For the bank's page.")
    assert maker.page.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert maker.page.headers["Cache-Control"] == "no-store"
    [line] = csv.DictReader(io.StringIO(maker.page.body))
    assert (line["account_number"], line["amount"]) == ("123456789", "25.50")
    [record] = records(app, "payout_file_fetched")
    assert record.details["reason"] == "For the bank's page."
    checker.get(address)
    checker.submit("The bank has taken it")
    assert "marked as paid" in checker.flash
    assert "Download" not in checker.text
    [payout] = payouts_of(app, booking.publisher)
    checker.get(f"/staff/payouts/{payout.public_id}")
    checker.submit("The bank sent it back")
    assert "came back" in checker.flash
    assert payouts_of(app, booking.publisher)[0].state is PayoutState.RETURNED
    checker.get("/staff/payouts")
    assert "Nothing is due" in checker.text
    viewed = [len(records(app, action)) for action in ("payouts_listed", "payout_file_viewed", "payout_viewed")]
    assert all(viewed)
    check_ledger(app)


def test_whoever_made_the_file_is_refused_even_without_the_button(app: Flask) -> None:
    make_due_payout(app)
    person = make_person(app, roles=FINANCE)
    batch = make_file(app, person)
    browser = RawBrowser(app).sign_in(person)
    answer = browser.send(f"/staff/payouts/files/{batch.public_id}/payment")
    assert answer.status_code == 422
    assert "somebody else of the finance team" in answer.text
    assert records(app, "payout_file_paid") == []


@pytest.mark.parametrize(
    ("roles", "may_look"),
    [((StaffRole.ADMIN,), True), ((StaffRole.SUPPORT, StaffRole.REVIEW), False), ((), False)],
    ids=["admin", "support and review", "no staff"],
)
def test_only_finance_pays_and_only_finance_and_admin_look(
    app: Flask, roles: tuple[StaffRole, ...], *, may_look: bool
) -> None:
    booking = make_due_payout(app)
    batch = make_file(app, make_person(app, roles=FINANCE))
    [payout] = payouts_of(app, booking.publisher)
    file, one = f"/staff/payouts/files/{batch.public_id}", f"/staff/payouts/{payout.public_id}"
    browser = RawBrowser(app).sign_in(make_person(app, roles=roles))
    looks = [browser.get(path).status_code for path in ("/staff/payouts", file, one)]
    assert looks == [200 if may_look else 403] * 3
    before = stored_state(app)
    acts = ("/staff/payouts/files", f"{file}/bank-file", f"{file}/payment", f"{one}/return")
    assert [browser.send(path, reason="Because.").status_code for path in acts] == [403] * 4
    assert before.changed_tables(stored_state(app)) <= {"attempt_counter"}
    if may_look:
        page = staff(app, *roles)
        page.get(file)
        assert "Download" not in page.text


def test_no_act_without_a_token_and_none_twice(app: Flask) -> None:
    booking = make_due_payout(app)
    maker, checker = (make_person(app, roles=FINANCE) for _ in range(2))
    browser = RawBrowser(app).sign_in(maker)
    assert browser.post("/staff/payouts/files", {"request_key": new_public_id()}).status_code in {400, 403, 422}
    key = new_public_id()
    answers = [browser.send("/staff/payouts/files", key=key) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    again = browser.send("/staff/payouts/files")
    assert again.status_code == 422
    assert "No payout is due" in again.text
    assert len(records(app, "payout_file_made")) == 1
    other = RawBrowser(app).sign_in(checker)
    address, key = f"{answers[0].location}/payment", new_public_id()
    assert [other.send(address, key=key).status_code for _ in range(2)] == [303, 303]
    assert len(records(app, "payout_file_paid")) == 1
    [payout] = payouts_of(app, booking.publisher)
    key = new_public_id()
    assert [other.send(f"/staff/payouts/{payout.public_id}/return", key=key).status_code for _ in range(2)] == [303] * 2
    assert len(records(app, "payout_came_back")) == 1
    check_ledger(app)


@pytest.mark.parametrize("reason", ["", "no", "x" * 201, "a\x00bcdef"])
def test_without_a_good_reason_no_number_is_read(app: Flask, reason: str) -> None:
    make_due_payout(app)
    person = make_person(app, roles=FINANCE)
    batch = make_file(app, person)
    browser = RawBrowser(app).sign_in(person)
    address = f"/staff/payouts/files/{batch.public_id}/bank-file"
    before = stored_state(app)
    answer = browser.send(address, reason=reason)
    assert answer.status_code == 422
    assert "field-error" in answer.text
    assert "123456789" not in answer.text
    assert browser.send(address, reason="A good one.", surplus="1").status_code == 422
    assert before.changed_tables(stored_state(app)) <= {"attempt_counter"}


def test_a_paid_file_is_not_given_out_again(app: Flask) -> None:
    make_due_payout(app)
    maker, checker = (make_person(app, roles=FINANCE) for _ in range(2))
    batch = make_file(app, maker)
    mark_paid(app, batch, checker)
    answer = (
        RawBrowser(app).sign_in(maker).send(f"/staff/payouts/files/{batch.public_id}/bank-file", reason="Once more.")
    )
    assert answer.status_code == 422
    assert "123456789" not in answer.text
    assert records(app, "payout_file_fetched") == []


def test_a_changed_account_is_seen_to_wait(app: Flask) -> None:
    booking = make_due_payout(app)
    tell_bank(app, booking.publisher, GERMAN_BANK)
    client = staff(app, *FINANCE)
    client.get("/staff/payouts")
    assert "waits for the next round" in client.text
    assert "Make the bank file" not in client.text
    next_monday(app)
    client = staff(app, *FINANCE)
    client.get("/staff/payouts")
    assert "waits for the next round" not in client.text
    client.submit("Make the bank file")


def test_search_finds_payouts_and_files_for_those_who_may_see_them(app: Flask) -> None:
    booking = make_due_payout(app)
    batch = make_file(app, make_person(app, roles=FINANCE))
    [payout] = payouts_of(app, booking.publisher)
    finance, support = staff(app, *FINANCE), staff(app, StaffRole.SUPPORT)
    for name, path in ((payout.public_id, "/staff/payouts/"), (batch.public_id, "/staff/payouts/files/")):
        finance.get(f"/staff/search?q={name}")
        assert finance.path == f"{path}{name}"
        support.get(f"/staff/search?q={name}")
        assert "Nothing is called" in support.text


def test_a_line_items_page_tells_what_became_of_its_days_and_its_money(app: Flask) -> None:
    booking = make_settled(app, delivered=(True, False))
    finance, support = staff(app, *FINANCE), staff(app, StaffRole.SUPPORT)
    finance.get(f"/staff/orders/{booking.order}")
    finance.follow("Its days and its money")
    assert "Under-delivered" in finance.text
    assert "Money back: Undelivered $10.00" in finance.text
    assert "on its way" in finance.text
    assert [record.subject for record in records(app, "line_item_money_viewed")] == [f"line_item:{booking.line_item}"]
    support.get(f"/staff/orders/{booking.order}")
    assert "Its days and its money" not in support.text
    support.get(f"/staff/line-items/{booking.line_item}/money", expect=403)
    finance.get("/staff/line-items/nothing/money", expect=404)


def test_names_of_nothing_are_not_found(app: Flask) -> None:
    person: Person = make_person(app, roles=FINANCE)
    browser = RawBrowser(app).sign_in(person)
    for path in ("/staff/payouts/nothing", "/staff/payouts/files/nothing"):
        assert browser.get(path).status_code == 404
    for path in ("files/nothing/bank-file", "files/nothing/payment", "nothing/return"):
        assert browser.send(f"/staff/payouts/{path}", reason="A reason.").status_code in {404, 422}
