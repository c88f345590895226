"""The staff pages: what each role may open, what they show, and what looking leaves behind."""

from datetime import timedelta
from itertools import product
from urllib.parse import unquote

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.accounts.models import User
from app.domain.audit.models import AuditRecord
from app.domain.audit.service import record_audit
from app.domain.events.kinds.accounts import EmailChanged, PasswordChanged
from app.domain.events.models import EventDelivery
from app.domain.events.service import record
from app.domain.notifications.models import MailMessage
from app.domain.notifications.states import MailState
from app.foundation.access import PERMISSIONS, Permission, StaffRole
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.foundation.leases import beat, release_lease, take_lease
from app.foundation.paging import PAGE_SIZE
from app.foundation.work_failures import clear_failure, note_failure
from tests.factories.accounts import make_person, sign_in
from tests.support.page_client import PageClient

HOME, PEOPLE, JOBS, FAILED_WORK, OUTBOX, MAIL, AUDIT = (
    "/staff",
    "/staff/people",
    "/staff/jobs",
    "/staff/failed-work",
    "/staff/outbox",
    "/staff/mail",
    "/staff/audit",
)
SEARCH, SITES, AUCTIONS, ORDERS, STRIKES, PAYMENTS, LEDGER, BOOKS, PAYOUTS = (
    "/staff/search",
    "/staff/sites",
    "/staff/auctions",
    "/staff/orders",
    "/staff/strikes",
    "/staff/payments",
    "/staff/ledger",
    "/staff/books",
    "/staff/payouts",
)
MARKET = {SEARCH, SITES, AUCTIONS, ORDERS, STRIKES}
PAGES = (HOME, PEOPLE, JOBS, FAILED_WORK, OUTBOX, MAIL, AUDIT, *sorted(MARKET), PAYMENTS, LEDGER, BOOKS, PAYOUTS)
# What lies behind the lists; test_admin_market.py, test_admin_line_items.py and test_admin_payouts.py open each.
BEHIND = {
    "/staff/sites/<int:site_id>",
    "/staff/auctions/<public_id>",
    "/staff/orders/<public_id>",
    "/staff/accounts/<int:account_id>",
    "/staff/strikes/<int:strike_id>/pardon",
    "/staff/line-items/<public_id>",
    "/staff/line-items/<public_id>/money",
    "/staff/reviews/<public_id>/picture",
    "/staff/payouts/<public_id>",
    "/staff/payouts/<public_id>/return",
    "/staff/payouts/files",
    "/staff/payouts/files/<public_id>",
    "/staff/payouts/files/<public_id>/bank-file",
    "/staff/payouts/files/<public_id>/payment",
}
# Who may open what, written out: a change of the permission table must be meant twice.
MAY_OPEN = {
    "support": {HOME, PEOPLE, JOBS, FAILED_WORK, OUTBOX, MAIL, *MARKET},
    "review": {HOME, PEOPLE, *MARKET},
    "finance": {HOME, PAYMENTS, LEDGER, BOOKS, PAYOUTS, *MARKET},
    "admin": set(PAGES),
    "person": set[str](),
}


def signed_in_as(app: Flask, who: str) -> PageClient:
    """A browser in which somebody with this role is signed in."""
    roles = () if who == "person" else (StaffRole(who),)
    return sign_in(PageClient(app), make_person(app, roles=roles))


def views_on_record(app: Flask) -> list[tuple[str, str, str, dict[str, object]]]:
    """The views of lists that left a record, in order."""
    with app.app_context():
        query = sa.select(AuditRecord).where(AuditRecord.action.like("%_listed")).order_by(AuditRecord.sequence)
        return [(row.action, row.actor, row.subject, row.details) for row in db.session.scalars(query)]


@pytest.mark.parametrize("who", MAY_OPEN)
def test_each_role_opens_its_pages_and_no_others(app: Flask, who: str) -> None:
    client = signed_in_as(app, who)
    for path in PAGES:
        page = client.get(path, expect=200 if path in MAY_OPEN[who] else 403)
        offered = {href.partition("?")[0] for href in page.links.values() if href.startswith("/staff")}
        assert offered <= MAY_OPEN[who]
        if path in MAY_OPEN[who]:
            assert offered >= MAY_OPEN[who]
            assert page.has("a", href=path, aria_current="page")


def test_a_view_that_is_refused_leaves_no_record_of_a_view(app: Flask) -> None:
    client = signed_in_as(app, "finance")
    for path in (PEOPLE, MAIL, AUDIT):
        client.get(path, expect=403)
    assert not views_on_record(app)


@pytest.mark.parametrize("path", PAGES)
def test_a_visitor_is_sent_to_sign_in(client: PageClient, path: str) -> None:
    client.get(path)
    assert unquote(client.path) == f"/sign-in?next={path}"


def test_every_staff_address_is_in_the_matrix(app: Flask) -> None:
    rules = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("admin.")}
    assert rules == set(PAGES) | BEHIND


def test_every_staff_permission_is_held_by_named_roles_only() -> None:
    staff = {permission for permission in Permission if permission.value.startswith("staff:")}
    assert staff <= set(PERMISSIONS)
    assert all(PERMISSIONS[permission] for permission in staff)


def test_the_list_of_people_is_masked(app: Flask) -> None:
    person = make_person(app, email="canary.mail@canaryhost.example", is_confirmed=False)

    def name() -> None:
        user = db.session.get_one(User, person.user_id)
        user.first_name, user.last_name = "Canaryfirst", "Canarylast"

    with app.app_context():
        in_transaction(name)
    client = signed_in_as(app, "review")
    page = client.get(PEOPLE)
    assert ["C***t C***t", "c***@c***.example", "Not yet", "none"] in [row[1:5] for row in page.rows]
    assert ["A*** L***e", "p***@e***.com", "Confirmed", "review"] in [row[1:5] for row in page.rows]
    assert "canary" not in page.body.lower()
    assert "Lovelace" not in page.body
    assert "ada-l-" not in page.main


def test_the_list_of_people_has_pages(app: Flask) -> None:
    staff = make_person(app, roles=(StaffRole.SUPPORT,))
    people = [make_person(app) for _ in range(PAGE_SIZE)]
    client = sign_in(PageClient(app), staff)
    page = client.get(PEOPLE)
    assert f"Page 1 of 2, {PAGE_SIZE + 1} people" in page
    assert [row[0] for row in page.rows[1:]] == [str(person.user_id) for person in reversed(people)]
    client.follow("Next")
    assert [row[0] for row in client.page.rows[1:]] == [str(staff.user_id)]
    client.get(f"{PEOPLE}?page=3", expect=404)
    assert client.get(f"{PEOPLE}?page=-1").rows[1][0] == str(people[-1].user_id)


@pytest.mark.parametrize(
    ("path", "action", "subject"),
    [(PEOPLE, "people_listed", "people"), (MAIL, "mail_listed", "mail"), (AUDIT, "audit_listed", "audit")],
)
def test_each_look_at_personal_data_is_one_record(app: Flask, path: str, action: str, subject: str) -> None:
    staff = make_person(app, roles=(StaffRole.ADMIN,))
    client = sign_in(PageClient(app), staff)
    actor = f"staff:{staff.user_id}"
    client.get(path)
    client.get(f"{path}?page=2", expect=404)
    assert views_on_record(app) == [(action, actor, subject, {"page": number}) for number in (1, 2)]


def test_nothing_is_shown_when_the_look_cannot_be_recorded(app: Flask) -> None:
    client = signed_in_as(app, "admin")
    with app.app_context():
        in_transaction(lambda: db.session.execute(sa.text("DELETE FROM audit_head")))
    answer = client.http.get(PEOPLE)
    assert answer.status_code == 500
    assert "<table" not in answer.text


def test_jobs_say_how_they_ended(app: Flask) -> None:
    def work() -> None:
        now = database_now()
        beat(now=now)
        take_lease("running", holder="here", now=now)
        take_lease("dead", holder="gone", now=now - timedelta(hours=1))
        for name, error in (("broken", "SMTPServerDisconnected"), ("fine", None)):
            generation = take_lease(name, holder="here", now=now)
            assert generation is not None
            release_lease(name, generation=generation, now=now, error=error)

    client = signed_in_as(app, "support")
    assert "No job has run yet" in client.get(JOBS)
    with app.app_context():
        in_transaction(work)
    rows = {row[0]: row for row in client.get(JOBS).rows}
    states = {name: row[1] for name, row in rows.items()}
    assert states["Running"] == "Running"
    assert states["Dead"] == "Stopped half-way"
    assert states["Broken"] == "Failed"
    assert states["Fine"] == "Finished"
    assert rows["Broken"][4:] == ["SMTPServerDisconnected", "1", "1", "0"]
    assert rows["Fine"][4:] == ["none", "1", "0", "0"]
    assert "2 of 5 need a look: Broken, Dead" in client.get(HOME)


def test_work_that_failed_is_listed_until_it_succeeds(app: Flask) -> None:
    def work() -> None:
        now = database_now()
        generation = take_lease("issue_invoices", holder="here", now=now)
        assert generation is not None
        release_lease("issue_invoices", generation=generation, now=now)
        for _ in range(2):
            note_failure("issue_invoices", "4711", error="InvariantBroken", now=now - timedelta(minutes=1))
        note_failure("close_auctions", "12", error="KeyError", now=now - timedelta(hours=1))

    client = signed_in_as(app, "support")
    assert "No work has failed" in client.get(FAILED_WORK)
    with app.app_context():
        in_transaction(work)
    _head, newest, oldest = client.get(FAILED_WORK).rows
    assert newest[:4] == ["Issue invoices", "4711", "InvariantBroken", "2"]
    assert oldest[:4] == ["Close auctions", "12", "KeyError", "1"]
    assert oldest[-1] == "with the job's next run"
    # The job's last run went well, since the row waits; that work of it failed is seen all the same.
    _head, job = client.get(JOBS).rows
    assert (job[0], job[1], job[-1]) == ("Issue invoices", "Finished", "1")
    assert "1 of 1 need a look: Issue invoices" in client.get(HOME)
    with app.app_context():
        in_transaction(lambda: clear_failure("issue_invoices", "4711"))
    assert len(client.get(FAILED_WORK).rows) == 2


def test_the_outbox_shows_events_without_what_they_say(app: Flask) -> None:
    person = make_person(app)

    def work() -> None:
        now = database_now()
        for delivery in db.session.scalars(sa.select(EventDelivery)):
            delivery.delivered_at = now
        told = EmailChanged(user_id=person.user_id, old_email="canary@example.com")
        record(told, account_id=None, now=now)

    with app.app_context():
        in_transaction(work)
    client = signed_in_as(app, "support")
    page = client.get(OUTBOX)
    kinds = [row[1] for row in page.rows[1:]]
    assert kinds == ["Email confirmed", "Signed up", "Email changed", "Email confirmed", "Signed up"]
    assert [row[3] for row in page.rows[1:]] == ["Waiting"] * 3 + ["Delivered"] * 2
    assert "Waiting now: 3." in page
    assert "canary" not in page.body


def test_mail_is_counted_by_state_and_its_addresses_are_masked(app: Flask) -> None:
    person = make_person(app, email="canary.mail@canaryhost.example")

    def work() -> None:
        now = database_now()
        for state in (MailState.SENT, MailState.FAILED):
            event_id = record(PasswordChanged(user_id=person.user_id), account_id=None, now=now)
            db.session.add(
                MailMessage(
                    user_id=person.user_id,
                    event_id=event_id,
                    kind="password_changed",
                    to_address="canary.old@otherhost.example" if state is MailState.FAILED else None,
                    params={"word": "canaryword"},
                    message_id=f"canaryid-{state.value}",
                    state=state,
                    attempts=2,
                    created_at=now,
                    sent_at=now if state is MailState.SENT else None,
                    last_error="550" if state is MailState.FAILED else None,
                )
            )
        db.session.flush()

    client = signed_in_as(app, "support")
    assert "No mail has been written yet" in client.get(MAIL)
    with app.app_context():
        in_transaction(work)
    page = client.get(MAIL)
    assert [row[1:5] for row in page.rows[1:]] == [
        ["Password changed", "c***@o***.example", "Failed", "2"],
        ["Password changed", "c***@c***.example", "Sent", "2"],
    ]
    assert "Sent 1" in page
    assert "Failed 1" in page
    assert "Queued 0" in page
    assert "canary" not in page.body


def test_the_audit_page_shows_who_did_what_with_addresses_masked(app: Flask) -> None:
    def work() -> None:
        record_audit("email_changed", actor="user:7", subject="user:7", now=database_now(), old="canary@example.com")

    with app.app_context():
        in_transaction(work)
    page = signed_in_as(app, "admin").get(AUDIT)
    rows = [row[2:] for row in page.rows[1:]]
    assert ["user:7", "Email changed", "user:7", "old: c***@e***.com"] in rows
    assert rows[0][1] == "Audit listed"
    assert "canary" not in page.body


def test_the_chain_is_checked_on_demand(app: Flask) -> None:
    client = signed_in_as(app, "admin")
    assert "The chain holds" not in client.get(AUDIT)
    client.follow("Check the whole chain")
    assert "The chain holds." in client.flash
    with app.app_context():
        # As somebody with the database in their hands would: past the trigger, by a record too many.
        in_transaction(
            lambda: db.session.execute(sa.text("UPDATE audit_head SET record_hash = :wrong"), {"wrong": "f" * 64})
        )
        broken_at = db.session.scalars(sa.select(sa.func.max(AuditRecord.sequence))).one() + 1
        db.session.remove()
    client.get(f"{AUDIT}?verify=1")
    assert f"The chain is broken at record {broken_at}." in client.flash


def test_the_staff_home_shows_each_role_what_it_is_trusted_with(app: Flask) -> None:
    homes = {who: signed_in_as(app, who).get(HOME).main for who in ("support", "review", "finance", "admin")}
    headings = ("Health", "Work under way", "With an account")
    shown = {who: {heading for heading in headings if heading in main} for who, main in homes.items()}
    everything = set(headings)
    people = {"With an account"}
    assert shown == {"support": everything, "review": people, "finance": set(), "admin": everything}
    assert "There is nothing for your roles" in homes["finance"]
    page = signed_in_as(app, "support").get(HOME)
    assert "Database In order" in page
    assert "Migrations In order" in page
    assert "Jobs Needs a look no heartbeat for a minute" in page
    assert "With an account 5" in page


@pytest.mark.parametrize(("path", "page"), list(product((PEOPLE, OUTBOX, MAIL, AUDIT), ("x", "0", "1e3"))))
@pytest.mark.databases("sqlite")  # the number is read before any database is asked
def test_an_unreadable_page_number_is_the_first_page(app: Flask, path: str, page: str) -> None:
    signed_in_as(app, "admin").get(f"{path}?page={page}")
