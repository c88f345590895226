"""People and their accounts, made through the services that pages use."""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

import sqlalchemy as sa
from flask import Flask

from app.domain.accounts.models import EmailLink
from app.domain.accounts.queries import user_by_email
from app.domain.accounts.rules import PostalAddress, normalized_postal_address
from app.domain.accounts.service.registration import Registration, confirm_email, sign_up
from app.domain.accounts.service.staffing import confirm_by_operator, grant_roles
from app.domain.events.kinds.accounts import SignedUp
from app.domain.events.models import Event
from app.foundation.access import StaffRole
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.foundation.errors import InvariantBroken
from app.foundation.signing import Purpose
from tests.support.page_client import PageClient

PASSWORD = "correct horse battery staple"
START = datetime(2026, 11, 22, 12, tzinfo=UTC)
numbers = count(1)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account, and what they know."""

    user_id: int
    email: str
    password: str = PASSWORD


def make_person(
    app: Flask,
    *,
    email: str | None = None,
    password: str = PASSWORD,
    is_confirmed: bool = True,
    roles: tuple[StaffRole, ...] = (),
    wants_marketing: bool = False,
) -> Person:
    """Signs somebody up, confirms the address by the mailed link, and grants staff roles."""
    email = email or f"person{next(numbers)}@example.com"
    with app.app_context():
        registration = Registration(
            first_name="Ada",
            last_name="Lovelace",
            email=email,
            password_hash=app.extensions["isocket_hasher"].hash(password),
            address=normalized_postal_address(US_ADDRESS),
            wants_marketing=wants_marketing,
            client_address="127.0.0.1",
        )
        user_id = in_transaction(lambda: _opened(registration))
        if is_confirmed:
            link = _mailed_link(user_id)
            in_transaction(lambda: confirm_email(link, now=database_now()))
        if roles:
            in_transaction(lambda: _staffed(user_id, roles))
    return Person(user_id=user_id, email=email, password=password)


def sign_in(client: PageClient, person: Person) -> PageClient:
    """Signs a person in as they would: with the form."""
    client.send_unseen("/sign-in", email=person.email, password=person.password)
    return client


US_ADDRESS = PostalAddress(
    country_code="US",
    street_address="270 East Lane",
    city="Burlingame",
    country_area="CA",
    postal_code="94010",
)


def _opened(registration: Registration) -> int:
    user = sign_up(registration, now=database_now())
    if user is None:
        raise InvariantBroken(registration.email)
    return user.id


def _staffed(user_id: int, roles: tuple[StaffRole, ...]) -> None:
    now = database_now()
    grant_roles(user_id, roles, now=now)
    confirm_by_operator(user_id, now=now)


def _mailed_link(user_id: int) -> str:
    events = db.session.query(Event).filter_by(actor_user_id=user_id, kind=SignedUp.kind)
    link = str(events.one().payload["link"])
    db.session.remove()
    return link


def find_user_id(email: str) -> int:
    """The id of the person with this address."""
    user = user_by_email(email)
    if user is None:
        raise InvariantBroken(email)
    return user.id


def link_path(app: Flask, page: str, email: str) -> str:
    """Where the newest link that was mailed to somebody leads, on this page."""
    with app.app_context():
        query = (
            sa.select(EmailLink.public_id).where(EmailLink.user_id == find_user_id(email)).order_by(EmailLink.id.desc())
        )
        public_id = db.session.scalars(query).first()
        token = app.extensions["isocket_signer"].sign(Purpose.EMAIL_LINK, public_id)
    return f"/{page}/{token}"
