"""Sign-up and the confirmation of the address."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.domain.accounts.models import Account, Address, EmailLink, Membership, User
from app.domain.accounts.queries import account_of
from app.domain.accounts.rules import PostalAddress, fold_email
from app.domain.accounts.service.links import make_link, use_link
from app.domain.accounts.service.policies import accept_policies
from app.domain.accounts.states import LinkPurpose, MembershipRole
from app.domain.audit.service import record_audit
from app.domain.events.kinds.accounts import ConfirmationAsked, EmailConfirmed, SignedUp, SignUpRepeated
from app.domain.events.service import record
from app.foundation.db import constraint_name, db
from app.foundation.identifiers import new_slug

FIRST_NAME_SHOWN_MAX = 76


@dataclass(frozen=True, slots=True)
class Registration:
    """What a person gives at sign-up; the password is hashed already."""

    first_name: str
    last_name: str
    email: str
    password_hash: str
    address: PostalAddress
    wants_marketing: bool
    client_address: str
    browser_hash: str | None = None


def sign_up(registration: Registration, *, now: datetime) -> User | None:
    """Opens an account with its first person, unconfirmed, and asks for the address to be confirmed.

    When the address is known already nothing is opened and its owner is told by mail; the caller must
    answer the same either way, so that nobody can find out who has an account.

    Returns:
        The new person, or None when the address was known.
    """
    folded = fold_email(registration.email)
    owner = sa.select(User).where(User.email_folded == folded)
    known = db.session.scalars(owner).one_or_none()
    user = None if known else _new_user(registration, folded, now)
    if user is None:
        known = known or db.session.scalars(owner).one()
        record(SignUpRepeated(user_id=known.id), account_id=account_of(known.id), now=now)
        return None
    account = _open_account(user, registration.address, now)
    accept_policies(user.id, client_address=registration.client_address, now=now)
    link = make_link(
        LinkPurpose.CONFIRM_EMAIL,
        user_id=user.id,
        email=user.email,
        now=now,
        browser_hash=registration.browser_hash,
    )
    signed_up = SignedUp(user_id=user.id, link=link.public_id, wants_marketing=registration.wants_marketing)
    record(signed_up, account_id=account.id, actor_user_id=user.id, now=now)
    return user


def register_by_operator(registration: Registration, *, now: datetime) -> User | None:
    """Opens an account for somebody whom the operator knows; they agree to the policies at their first sign-in.

    Returns:
        The new person, or None when the address was known.
    """
    user = _new_user(registration, fold_email(registration.email), now)
    if user is None:
        return None
    _open_account(user, registration.address, now)
    record_audit("account_opened_by_operator", actor="command", subject=f"user:{user.id}", now=now)
    return user


def ask_confirmation_again(user_id: int, *, now: datetime) -> None:
    """Mails a new confirmation link; does nothing for a confirmed address."""
    user = db.session.get_one(User, user_id)
    if user.email_confirmed_at is None:
        link = make_link(LinkPurpose.CONFIRM_EMAIL, user_id=user.id, email=user.email, now=now)
        event = ConfirmationAsked(user_id=user.id, link=link.public_id)
        record(event, account_id=account_of(user.id), actor_user_id=user.id, now=now)


def confirm_email(public_id: str, *, now: datetime) -> EmailLink:
    """Confirms the address a link was mailed to.

    Raises:
        LinkNotValid: the link is used, too old or unknown.
    """
    link = use_link(public_id, LinkPurpose.CONFIRM_EMAIL, now=now)
    user = db.session.get_one(User, link.user_id)
    user.email_confirmed_at = now
    db.session.flush()
    record(EmailConfirmed(user_id=user.id), account_id=account_of(user.id), actor_user_id=user.id, now=now)
    record_audit("email_confirmed", actor=f"user:{user.id}", subject=f"user:{user.id}", now=now)
    return link


def _new_user(registration: Registration, folded: str, now: datetime) -> User | None:
    user = User(
        email=registration.email,
        email_folded=folded,
        first_name=registration.first_name,
        last_name=registration.last_name,
        password_hash=registration.password_hash,
        password_changed_at=now,
        created_at=now,
    )
    try:
        # Two sign-ups with one address at the same moment both find it free; the unique key lets one
        # in, and the other ends where a repeated sign-up ends. The savepoint keeps the transaction alive.
        with db.session.begin_nested():
            db.session.add(user)
            db.session.flush()
    except IntegrityError as error:
        if "email_folded" not in constraint_name(error):
            raise
        return None
    return user


def _open_account(user: User, address: PostalAddress, now: datetime) -> Account:
    name = f"{user.first_name[:FIRST_NAME_SHOWN_MAX]} {user.last_name[:1]}."
    account = Account(slug=new_slug(name), display_name=name, opened_at=now)
    db.session.add(account)
    db.session.flush()
    db.session.add(Membership(user_id=user.id, account_id=account.id, role=MembershipRole.OWNER))
    db.session.add(
        Address(
            account_id=account.id,
            country_code=address.country_code,
            street_address=address.street_address,
            city=address.city,
            city_area=address.city_area,
            country_area=address.country_area,
            postal_code=address.postal_code,
            sorting_code=address.sorting_code,
        )
    )
    db.session.flush()
    return account
