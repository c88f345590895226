"""Earnings are paid once, to the right account, by two people; what comes back is owed again."""

import threading
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.adapters.payouts.bank_file import BankFileLine, bank_file
from app.domain.audit.models import AuditRecord
from app.domain.ledger.queries import balance, statement_lines
from app.domain.ledger.rules import BANK, publisher_payable
from app.domain.ledger.service import EntryReason, pay_out
from app.domain.ledger.states import EntryKind, StatementKind
from app.domain.settlement.errors import BatchPaid, NothingDue, PayoutNotPaid, PayoutOnItsWay, SecondPersonNeeded
from app.domain.settlement.models import Payout, PayoutBatch
from app.domain.settlement.queries.earnings import earnings_of, money_of_publisher
from app.domain.settlement.service.accounts import change_payout_account
from app.domain.settlement.service.payouts import (
    bank_file_lines,
    make_batch,
    mark_batch_paid,
    set_payout_aside,
    take_payout_back,
)
from app.domain.settlement.states import PayoutObstacle, PayoutState
from app.foundation.clock import database_now
from app.foundation.db import db
from app.foundation.errors import NotFound
from tests.factories.accounts import Person, make_person
from tests.factories.auctions import told
from tests.factories.inventory import account_of
from tests.factories.settlement import (
    GERMAN_BANK,
    check_ledger,
    done,
    make_due_payout,
    make_file,
    make_settled,
    mark_paid,
    next_monday,
    payouts_of,
    set_aside,
    tell_bank,
    tell_bank_and_tax,
)
from tests.support.mail_jobs import advance
from tests.support.races import race, until_somebody_waits

# Three days at 10.00, less 15 %.
EARNED = 2_550


def earnings(app: Flask, publisher: Person) -> tuple[int, int, int, int]:
    """Pending, available, on the way, paid."""
    account_id = account_of(app, publisher)
    with app.app_context():
        found = earnings_of(account_id, at=database_now())
    return found.pending_minor, found.available_minor, found.on_its_way_minor, found.paid_minor


def obstacles(app: Flask, publisher: Person) -> tuple[PayoutObstacle, ...]:
    account_id = account_of(app, publisher)
    with app.app_context():
        return money_of_publisher(account_id, now=database_now()).next_payout.obstacles


def lines_of(app: Flask, batch: PayoutBatch, user_id: int) -> list[BankFileLine]:
    sealer, public_id = app.extensions["isocket_sealer"], batch.public_id
    return list(
        done(app, lambda: bank_file_lines(public_id, user_id, reason="To pay.", sealer=sealer, now=database_now()))
    )


def audit_actions(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(sa.select(AuditRecord.action).order_by(AuditRecord.sequence)))


def test_earnings_go_from_pending_to_paid(app: Flask) -> None:
    booking = make_settled(app)
    publisher, maker, checker = booking.publisher, make_person(app), make_person(app)
    assert earnings(app, publisher) == (EARNED, 0, 0, 0)
    tell_bank_and_tax(app, publisher)
    advance(app, timedelta(days=7))
    assert earnings(app, publisher) == (0, EARNED, 0, 0)
    assert obstacles(app, publisher) == ()
    next_monday(app)
    assert earnings(app, publisher) == (0, 0, EARNED, 0)
    batch = make_file(app, maker)
    assert (batch.total_minor, batch.payouts) == (EARNED, 1)
    reference = payouts_of(app, publisher)[0].public_id
    paid = BankFileLine(reference, "Pat Publisher", "US", "021000021", "123456789", "", "25.50", "USD")
    assert lines_of(app, batch, maker.user_id) == [paid]
    mark_paid(app, batch, checker)
    assert earnings(app, publisher) == (0, 0, 0, EARNED)
    account_id = account_of(app, publisher)
    with app.app_context():
        assert (balance(publisher_payable(account_id)), balance(BANK)) == (0, -EARNED)
        people = told("payout_sent")
        last = statement_lines(account_id, StatementKind.EARNINGS, None, 10)[-1]
    assert people == [publisher.user_id]
    assert (last.kind, last.amount_minor, last.balance_minor) == (EntryKind.PAYOUT, -EARNED, 0)
    notes = [action for action in audit_actions(app) if action.startswith("payout_file")]
    assert notes == ["payout_file_made", "payout_file_fetched", "payout_file_paid"]
    check_ledger(app)


def test_whoever_made_a_file_cannot_mark_it_paid(app: Flask) -> None:
    make_due_payout(app)
    maker, checker = make_person(app), make_person(app)
    batch = make_file(app, maker)
    with pytest.raises(SecondPersonNeeded):
        mark_paid(app, batch, maker)
    same = sa.update(PayoutBatch).values(paid_at=batch.made_at, paid_by_user_id=maker.user_id, state="paid")
    with pytest.raises(IntegrityError):
        done(app, lambda: db.session.execute(same))
    mark_paid(app, batch, checker)
    with pytest.raises(BatchPaid):
        mark_paid(app, batch, checker)
    with pytest.raises(BatchPaid):
        lines_of(app, batch, checker.user_id)
    with pytest.raises(NothingDue):
        make_file(app, maker)
    check_ledger(app)


def test_at_the_same_moment_a_file_is_made_and_paid_once(app: Flask) -> None:
    booking = make_due_payout(app)
    maker, checkers = make_person(app), [make_person(app) for _ in range(2)]

    def making() -> object:
        return make_batch(maker.user_id, currency="USD", now=database_now())

    assert [type(error) for error in race(app, [making] * 3)] == [NothingDue] * 2
    with app.app_context():
        [public_id] = db.session.scalars(sa.select(PayoutBatch.public_id)).all()

    def paying(checker: Person) -> object:
        return mark_batch_paid(public_id, checker.user_id, now=database_now())

    raised = race(app, [partial(paying, checker) for checker in checkers])
    assert [type(error) for error in raised] == [BatchPaid]
    assert earnings(app, booking.publisher) == (0, 0, 0, EARNED)
    check_ledger(app)


def test_at_the_same_moment_earnings_are_set_aside_once(app: Flask) -> None:
    booking = make_settled(app)
    tell_bank_and_tax(app, booking.publisher)
    next_monday(app)
    advance(app, timedelta(days=7))
    account_id = account_of(app, booking.publisher)

    def setting_aside() -> object:
        return set_payout_aside(account_id, currency="USD", now=database_now())

    assert race(app, [setting_aside] * 4) == []
    [payout] = payouts_of(app, booking.publisher)
    assert payout.amount_minor == EARNED
    second = {"public_id": "x" * 20, "account_id": account_id, "state": PayoutState.DUE, "amount_minor": 1}
    second |= {"currency": "USD", "destination": "6789", "created_at": payout.created_at}
    with pytest.raises(IntegrityError):
        done(app, lambda: db.session.execute(sa.insert(Payout).values(second)))


def test_less_than_ten_dollars_is_carried_over(app: Flask) -> None:
    # 15 % of 11.75 are 1.76.
    booking = make_settled(app, delivered=(True,), price_day_minor=1_175)
    tell_bank_and_tax(app, booking.publisher)
    for _ in range(2):
        next_monday(app)
    assert earnings(app, booking.publisher) == (0, 999, 0, 0)
    assert payouts_of(app, booking.publisher) == []
    assert obstacles(app, booking.publisher) == (PayoutObstacle.TOO_LITTLE,)
    make_settled(app, publisher=booking.publisher, delivered=(True,), price_day_minor=100)
    for _ in range(2):
        next_monday(app)
    assert [payout.amount_minor for payout in payouts_of(app, booking.publisher)] == [999 + 85]


def test_what_is_below_zero_is_made_up_for_first(app: Flask) -> None:
    booking = make_settled(app)
    account_id = account_of(app, booking.publisher)
    tell_bank_and_tax(app, booking.publisher)
    # As after a chargeback of what was paid out before.
    occasion = EntryReason(reference="test:1", reason="Taken back.", currency="USD")
    done(app, lambda: pay_out(account_id, EARNED + 1_000, occasion=occasion, now=database_now()))
    for _ in range(2):
        next_monday(app)
    assert earnings(app, booking.publisher) == (0, -1_000, 0, 0)
    assert payouts_of(app, booking.publisher) == []
    make_settled(app, publisher=booking.publisher)
    for _ in range(2):
        next_monday(app)
    assert [payout.amount_minor for payout in payouts_of(app, booking.publisher)] == [EARNED - 1_000]


def test_nothing_is_paid_before_bank_and_tax_are_known_and_a_round_has_begun(app: Flask) -> None:
    booking = make_settled(app)
    next_monday(app)
    next_monday(app)
    assert obstacles(app, booking.publisher) == (PayoutObstacle.NO_BANK_ACCOUNT, PayoutObstacle.NO_TAX_PROFILE)
    assert payouts_of(app, booking.publisher) == []
    tell_bank_and_tax(app, booking.publisher)
    assert set_aside(app) == 0
    next_monday(app)
    assert len(payouts_of(app, booking.publisher)) == 1
    assert set_aside(app) == 0


def test_a_payout_that_came_back_is_owed_again_and_waits_for_another_account(app: Flask) -> None:
    booking = make_due_payout(app)
    maker, checker = make_person(app), make_person(app)
    mark_paid(app, make_file(app, maker), checker)
    public_id = payouts_of(app, booking.publisher)[0].public_id

    def take_back() -> object:
        return take_payout_back(public_id, checker.user_id, now=database_now())

    assert [type(error) for error in race(app, [take_back] * 2)] == [PayoutNotPaid]
    assert earnings(app, booking.publisher) == (0, EARNED, 0, 0)
    assert "payout_came_back" in audit_actions(app)
    next_monday(app)
    assert len(payouts_of(app, booking.publisher)) == 1
    assert obstacles(app, booking.publisher) == (PayoutObstacle.CAME_BACK,)
    tell_bank(app, booking.publisher, GERMAN_BANK)
    assert obstacles(app, booking.publisher) == ()
    next_monday(app)
    again = payouts_of(app, booking.publisher)[1]
    assert (again.state, again.amount_minor, again.destination) == (PayoutState.DUE, EARNED, "3000")
    with pytest.raises(NotFound):
        done(app, lambda: take_payout_back("nothing", checker.user_id, now=database_now()))
    check_ledger(app)


def test_a_payout_in_a_file_keeps_its_account(app: Flask) -> None:
    booking = make_due_payout(app)
    batch = make_file(app, make_person(app))
    with pytest.raises(PayoutOnItsWay):
        tell_bank(app, booking.publisher, GERMAN_BANK)
    mark_paid(app, batch, make_person(app))
    tell_bank(app, booking.publisher, GERMAN_BANK)


def test_an_account_changed_after_the_round_began_waits_for_the_next_one(app: Flask) -> None:
    booking, maker = make_due_payout(app), make_person(app)
    tell_bank(app, booking.publisher, GERMAN_BANK)
    with pytest.raises(NothingDue):
        make_file(app, maker)
    next_monday(app)
    batch = make_file(app, maker)
    [line] = lines_of(app, batch, maker.user_id)
    assert (line.country, line.iban, line.account_number) == ("DE", "DE89370400440532013000", "")


def test_an_account_that_changes_while_a_file_is_made_is_not_in_it(app: Flask) -> None:
    booking, maker = make_due_payout(app), make_person(app)
    account_id, sealer = account_of(app, booking.publisher), app.extensions["isocket_sealer"]
    has_changed = threading.Event()

    def changing() -> object:
        by = {"user_id": booking.publisher.user_id}
        account = change_payout_account(account_id, GERMAN_BANK, **by, sealer=sealer, now=database_now())
        has_changed.set()
        # The other one asks for its locks before this is committed.
        until_somebody_waits()
        return account

    changer = threading.Thread(target=done, args=(app, changing))
    changer.start()
    assert has_changed.wait(20)
    with pytest.raises(NothingDue):
        make_file(app, maker)
    changer.join()
    assert [payout.state for payout in payouts_of(app, booking.publisher)] == [PayoutState.DUE]


def test_no_cell_of_a_bank_file_is_a_formula() -> None:
    line = BankFileLine("ref", "=HYPERLINK(1)", "US", "021000021", "1234", "", "10.00", "USD")
    assert bank_file([line]).splitlines() == [
        "reference,holder,country,routing_number,account_number,iban,amount,currency",
        "ref,'=HYPERLINK(1),US,021000021,1234,,10.00,USD",
    ]
