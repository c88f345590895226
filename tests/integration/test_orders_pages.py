"""Orders as both parties see them, and the buyer's invoice."""

from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa
from flask import Flask

from app.domain.accounts.service.profile import Profile, amend_profile
from app.domain.documents.models import DocumentSeries, Invoice
from app.domain.documents.service import issue_invoice
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from tests.factories.accounts import Person, make_person, sign_in
from tests.factories.inventory import account_of
from tests.factories.orders import make_checkout, make_paid_order, plan_payment, settle, write_invoices
from tests.support.page_client import PageClient


def invoices(app: Flask) -> list[Invoice]:
    with app.app_context():
        return list(db.session.scalars(sa.select(Invoice).order_by(Invoice.number)))


def join(app: Flask, person: Person, account_id: int, *, role: str) -> None:
    """Makes somebody belong to another account in a role that no CHECK knows yet, as teams will."""
    row = {"user_id": person.user_id, "account_id": account_id, "role": role}

    def work() -> None:
        connection = db.session.connection()
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        else:
            for check in sa.inspect(connection).get_check_constraints("membership"):
                connection.exec_driver_sql(f'ALTER TABLE membership DROP CONSTRAINT "{check["name"]}"')
        connection.execute(
            sa.text("INSERT INTO membership (user_id, account_id, role) VALUES (:user_id, :account_id, :role)"), row
        )
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA ignore_check_constraints = OFF")

    with app.app_context():
        in_transaction(work)


def test_both_parties_see_their_order_and_each_others_contact_data(app: Flask, client: PageClient) -> None:
    checkout = make_paid_order(app)
    sign_in(client, checkout.buyer)
    client.get("/orders")
    assert "Compiler News" in client.text
    client.follow("Top banner on Compiler News")
    assert checkout.publisher.email in client.text
    assert "Your card was charged $10.00." in client.text
    assert "The invoice is being written." in client.text
    seller = sign_in(PageClient(app), checkout.publisher)
    seller.get("/orders")
    seller.follow("Top banner on Compiler News")
    assert checkout.buyer.email in seller.text
    assert "card" not in seller.page.text.split("What happened")[1].split("Contact")[0].lower()
    assert "Our commission is 15.0 %" in seller.text


def test_the_contact_is_the_owner_of_the_account_whoever_else_belongs_to_it(app: Flask, client: PageClient) -> None:
    member = make_person(app)
    checkout = make_paid_order(app)
    assert member.user_id < checkout.publisher.user_id
    join(app, member, account_of(app, checkout.publisher), role="member")
    sign_in(client, checkout.buyer)
    client.get(f"/orders/{checkout.public_id}")
    assert checkout.publisher.email in client.text
    assert member.email not in client.text


def test_nobody_else_sees_an_order(app: Flask, client: PageClient) -> None:
    checkout = make_paid_order(app)
    write_invoices(app)
    sign_in(client, make_person(app))
    for path in (f"/orders/{checkout.public_id}", f"/orders/{checkout.public_id}/invoice"):
        client.get(path, expect=404)
    client.get("/orders")
    assert "Nothing bought yet" in client.text
    assert "Nothing sold yet" in client.text
    sign_in(PageClient(app), checkout.publisher).get(f"/orders/{checkout.public_id}/invoice", expect=404)


def test_an_open_checkout_is_the_buyers_alone_and_shows_no_contact_data(app: Flask, client: PageClient) -> None:
    checkout = make_checkout(app)
    sign_in(client, checkout.buyer)
    client.get(f"/orders/{checkout.public_id}")
    assert checkout.publisher.email not in client.text
    client.follow("Go to checkout")
    assert client.path == f"/checkout/{checkout.public_id}"
    client.get(f"/orders/{checkout.public_id}/invoice", expect=404)
    seller = sign_in(PageClient(app), checkout.publisher)
    seller.get("/orders")
    assert "Nothing sold yet" in seller.text
    seller.get(f"/orders/{checkout.public_id}", expect=404)


def test_the_invoice_is_written_once_and_never_changes(app: Flask, client: PageClient) -> None:
    checkout = make_paid_order(app)
    assert write_invoices(app) == 1
    assert write_invoices(app) == 0
    names = Profile("New", "Name", "New Name", "New Name Inc.", "", "", "", "UTC")
    with app.app_context():
        in_transaction(lambda: amend_profile(checkout.buyer.user_id, account_of(app, checkout.buyer), names))
        db.session.remove()
    sign_in(client, checkout.buyer)
    client.get(f"/orders/{checkout.public_id}")
    client.follow("See the invoice")
    for words in ("Invoice I-000001", "270 East Lane", "$10.00", "Top banner on Compiler News", "Visa ending in"):
        assert words in client.text
    assert "New Name Inc." not in client.page.text.split("Bill to")[1]


def test_numbers_have_no_gap(app: Flask) -> None:
    for _ in range(3):
        make_paid_order(app)
    assert write_invoices(app) == 3
    assert [invoice.number for invoice in invoices(app)] == [1, 2, 3]


def test_an_invoice_that_was_not_written_after_all_leaves_no_gap(app: Flask) -> None:
    first, second = make_paid_order(app), make_paid_order(app)

    def write_and_fail() -> None:
        issue_invoice(first.order_id, now=database_now())
        message = "the process ends here"
        raise OSError(message)

    with app.app_context():
        try:
            in_transaction(write_and_fail)
        except OSError:
            db.session.remove()
        in_transaction(lambda: issue_invoice(second.order_id, now=database_now()))
    assert [(invoice.number, invoice.order_id) for invoice in invoices(app)] == [(1, second.order_id)]


def test_two_who_write_at_once_write_one(app: Flask) -> None:
    checkout = make_paid_order(app)

    def write() -> int:
        with app.app_context():
            return in_transaction(lambda: (issue_invoice(checkout.order_id, now=database_now()) or Invoice()).number)

    with ThreadPoolExecutor(2) as pool:
        numbers = [future.result() for future in [pool.submit(write) for _ in range(2)]]
    assert numbers == [1, 1]
    with app.app_context():
        assert db.session.scalars(sa.select(DocumentSeries.last_number)).one() == 1


def test_an_unpaid_order_gets_no_invoice(app: Flask) -> None:
    checkout = make_checkout(app, price_minor=2_000_00)
    plan_payment(app, checkout)
    settle(app)
    assert write_invoices(app) == 0
    with app.app_context():
        assert in_transaction(lambda: issue_invoice(checkout.order_id, now=database_now())) is None
