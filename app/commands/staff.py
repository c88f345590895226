"""``flask staff``: who works here. There are no default accounts; the operator makes the first one."""

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from app.domain.accounts.errors import AddressRefused
from app.domain.accounts.queries import user_by_email
from app.domain.accounts.rules import PostalAddress, normalized_postal_address
from app.domain.accounts.service.registration import Registration, register_by_operator
from app.domain.accounts.service.staffing import confirm_by_operator, grant_roles
from app.foundation.access import StaffRole
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction

if TYPE_CHECKING:
    from app.domain.accounts.service.passwords import PasswordHasher

staff_group = AppGroup("staff", help="Make people members of staff.")

PASSWORD_RANDOM_BYTES = 18  # 24 characters
NAME_CHARACTERS_MAX = 80
EMAIL_CHARACTERS_MAX = 254
ADDRESS_PARTS = {
    "country_code": ("Country (two letters)", "US"),
    "street_address": ("Street and house number", ""),
    "city": ("City or town", ""),
    "country_area": ("State, province or region", ""),
    "postal_code": ("Postal code", ""),
}


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """Whom the operator names."""

    email: str
    first_name: str
    last_name: str


def register(app: Flask) -> None:
    """Puts ``flask staff`` on the app."""
    app.cli.add_command(staff_group)


@staff_group.command("create")
@click.option("--email", required=True, help="The address they sign in with.")
@click.option("--first-name", default="", help="Needed for somebody who has no account yet.")
@click.option("--last-name", default="", help="Needed for somebody who has no account yet.")
@click.option(
    "--role",
    "roles",
    type=click.Choice([role.value for role in StaffRole]),
    multiple=True,
    required=True,
    help="What they are trusted with; repeat it for more than one.",
)
@click.option("--country", "country_code", help="Two letters. Parts of the address that are not given are asked for.")
@click.option("--street", "street_address")
@click.option("--city")
@click.option("--region", "country_area", help="State, province or region.")
@click.option("--postal-code")
def create(*, email: str, first_name: str, last_name: str, roles: tuple[str, ...], **parts: str | None) -> None:
    """Give somebody staff roles, and an account with a random password when they have none."""
    named = NamedPerson(email.strip(), first_name.strip(), last_name.strip())
    granted = [StaffRole(role) for role in roles]
    _check(named)
    known = user_by_email(named.email)
    db.session.remove()
    if known is None:
        _open_for(named, granted, parts)
    elif known.email_confirmed_at is None:
        # Whoever signed up with this address has not shown that it is theirs.
        message = f"{named.email} has an account, but its address is not confirmed. Let them confirm it first."
        raise click.ClickException(message)
    else:
        in_transaction(lambda: grant_roles(known.id, granted, now=database_now()))
        click.echo(f"{named.email} has an account and now these roles: {', '.join(roles)}.")
        click.echo("Staff passwords have 15 characters or more: ask them to change a shorter one.")


def _open_for(named: NamedPerson, roles: list[StaffRole], parts: dict[str, str | None]) -> None:
    if not named.first_name or not named.last_name:
        message = f"{named.email} has no account yet: give --first-name and --last-name too."
        raise click.ClickException(message)
    hasher: PasswordHasher = current_app.extensions["isocket_hasher"]
    password = secrets.token_urlsafe(PASSWORD_RANDOM_BYTES)
    registration = Registration(
        first_name=named.first_name,
        last_name=named.last_name,
        email=named.email,
        password_hash=hasher.hash(password),
        address=_address(parts),
        wants_marketing=False,
        client_address="",
    )
    in_transaction(lambda: _open(registration, roles))
    click.echo(f"{named.email} has an account now, with these roles: {', '.join(roles)}.")
    click.echo(f"Password, shown this once: {password}")


def _open(registration: Registration, roles: list[StaffRole]) -> None:
    now = database_now()
    user = register_by_operator(registration, now=now)
    if user is None:
        message = f"{registration.email} signed up at this very moment. Run this again."
        raise click.ClickException(message)
    confirm_by_operator(user.id, now=now)
    grant_roles(user.id, roles, now=now)


def _address(parts: dict[str, str | None]) -> PostalAddress:
    given = {name: parts[name] for name in ADDRESS_PARTS}
    for name, (question, default) in ADDRESS_PARTS.items():
        if given[name] is None:
            given[name] = click.prompt(question, default=default, show_default=bool(default))
    try:
        return normalized_postal_address(PostalAddress(**{name: part or "" for name, part in given.items()}))
    except AddressRefused as error:
        raise click.ClickException(" ".join(error.problems.values())) from error


def _check(named: NamedPerson) -> None:
    local_part, _, domain = named.email.rpartition("@")
    if not local_part or "." not in domain or len(named.email) > EMAIL_CHARACTERS_MAX or not named.email.isprintable():
        message = f'"{named.email}" is not an e-mail address.'
        raise click.ClickException(message)
    if max(len(named.first_name), len(named.last_name)) > NAME_CHARACTERS_MAX:
        message = f"Names have {NAME_CHARACTERS_MAX} characters at most."
        raise click.ClickException(message)
