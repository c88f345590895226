"""``flask staff create``: no default accounts, a random password said once, roles for those who exist."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskCliRunner

from app.domain.accounts.models import Address, PolicyAcceptance, StaffGrant, User
from app.domain.audit.models import AuditRecord
from app.domain.events.models import Event
from app.foundation.access import StaffRole
from app.foundation.db import db
from tests.factories.accounts import make_person

NAMES = ["--first-name", "Grace", "--last-name", "Hopper"]
PLACE = [
    "--country",
    "us",
    "--street",
    "1 Main St",
    "--city",
    "Springfield",
    "--region",
    "IL",
    "--postal-code",
    "62701",
]
PASSWORD_LINE = re.compile(r"^Password, shown this once: (\S{20,})$", re.MULTILINE)


def create(cli: FlaskCliRunner, *arguments: str, given: str | None = None) -> tuple[int, str]:
    result = cli.invoke(args=["staff", "create", "--email", "grace@example.com", *arguments], input=given)
    return result.exit_code, result.output


def count(model: type[object]) -> int:
    db.session.remove()
    return db.session.scalars(sa.select(sa.func.count()).select_from(model)).one()


def roles_of(email: str) -> set[StaffRole]:
    db.session.remove()
    query = sa.select(StaffGrant.role).join(User, User.id == StaffGrant.user_id).where(User.email == email)
    return set(db.session.scalars(query))


@pytest.mark.usefixtures("app")
def test_nobody_is_there_before(app_context: Flask) -> None:
    assert app_context
    assert count(User) == 0


def test_a_new_member_of_staff_can_sign_in_and_has_agreed_to_nothing(cli: FlaskCliRunner, app_context: Flask) -> None:
    code, said = create(cli, *NAMES, *PLACE, "--role", "admin", "--role", "support")
    assert code == 0
    found = PASSWORD_LINE.search(said)
    assert found is not None
    user = db.session.scalars(sa.select(User)).one()
    assert app_context.extensions["isocket_hasher"].matches(found[1], user.password_hash)
    assert user.email_confirmed_at is not None
    assert db.session.scalars(sa.select(Address.country_area)).one() == "IL"
    assert roles_of("grace@example.com") == {StaffRole.ADMIN, StaffRole.SUPPORT}
    assert count(PolicyAcceptance) == 0
    assert count(Event) == 0


def test_the_password_is_stored_nowhere(cli: FlaskCliRunner, app_context: Flask) -> None:
    assert app_context
    password = PASSWORD_LINE.findall(create(cli, *NAMES, *PLACE, "--role", "admin")[1])[0]
    records = db.session.scalars(sa.select(AuditRecord)).all()
    assert {record.action for record in records} >= {"account_opened_by_operator", "staff_role_granted"}
    assert not [record for record in records if password in str(record.details)]
    assert password not in db.session.scalars(sa.select(User.password_hash)).one()


def test_passwords_differ(cli: FlaskCliRunner) -> None:
    said = create(cli, *NAMES, *PLACE, "--role", "admin")[1]
    other = cli.invoke(
        args=["staff", "create", "--email", "ada@example.com", *NAMES, *PLACE, "--role", "review"]
    ).output
    assert PASSWORD_LINE.findall(said) != PASSWORD_LINE.findall(other)


def test_somebody_with_an_account_keeps_their_password(cli: FlaskCliRunner, app_context: Flask) -> None:
    person = make_person(app_context, email="grace@example.com")
    db.session.remove()
    code, said = create(cli, "--role", "finance")
    assert (code, PASSWORD_LINE.search(said)) == (0, None)
    assert roles_of(person.email) == {StaffRole.FINANCE}
    assert create(cli, "--role", "finance", "--role", "review")[0] == 0
    assert roles_of(person.email) == {StaffRole.FINANCE, StaffRole.REVIEW}


def test_an_unconfirmed_account_gets_no_role(cli: FlaskCliRunner, app_context: Flask) -> None:
    make_person(app_context, email="grace@example.com", is_confirmed=False)
    db.session.remove()
    code, said = create(cli, "--role", "admin")
    assert code == 1
    assert "not confirmed" in said
    assert roles_of("grace@example.com") == set()


def test_missing_parts_of_the_address_are_asked_for(cli: FlaskCliRunner, app_context: Flask) -> None:
    assert app_context
    code, said = create(cli, *NAMES, "--role", "admin", given="DE\nHauptstr. 1\nBerlin\n\n10115\n")
    assert code == 0, said
    assert db.session.scalars(sa.select(Address.postal_code)).one() == "10115"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([*PLACE, "--role", "admin"], "give --first-name and --last-name"),
        ([*NAMES, *PLACE, "--role", "king"], "Invalid value"),
        ([*NAMES, *PLACE], "Missing option '--role'"),
        ([*NAMES, *PLACE, "--role", "admin", "--country", "XX"], "Choose a country from the list."),
        ([*NAMES, *PLACE, "--role", "admin", "--postal-code", "A1"], "postal code does not fit"),
        ([*NAMES, *PLACE, "--role", "admin", "--first-name", "x" * 81], "80 characters"),
        ([*NAMES, *PLACE, "--role", "admin", "--email", "nobody"], "not an e-mail address"),
    ],
)
def test_what_does_not_fit_is_said_and_changes_nothing(
    cli: FlaskCliRunner, app_context: Flask, arguments: list[str], sentence: str
) -> None:
    assert app_context
    code, said = create(cli, *arguments)
    assert code != 0
    assert sentence in said
    assert count(User) == 0
