"""Reads of the accounts room."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.domain.accounts.models import (
    Account,
    Address,
    EmailLink,
    Membership,
    PolicyAcceptance,
    StaffGrant,
    User,
    UserSession,
)
from app.domain.accounts.rules import (
    LAST_SEEN_STEP,
    POLICIES,
    country_codes,
    current_policies,
    fold_email,
    session_is_over,
)
from app.domain.accounts.states import LinkPurpose, MembershipRole, PolicyKind
from app.foundation.access import Principal, StaffRole
from app.foundation.clock import now_columns, resolve_now
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.identifiers import fingerprint
from app.foundation.paging import PAGE_SIZE, RowsPage

ROW_NUMBER_DIGITS_MAX = 18


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session found by its cookie: who it is, and when they were last seen."""

    principal: Principal
    last_seen_at: datetime
    now: datetime

    @property
    def wants_touch(self) -> bool:
        """Whether the time last seen should be written again: a minute apart at the closest."""
        return self.now - self.last_seen_at >= LAST_SEEN_STEP


def find_session(connection: Connection, token: str) -> LiveSession | None:
    """The session behind a cookie, read in one statement on the connection given; None when it is over.

    Returns nothing that can be changed: the principal is a frozen copy.
    """
    row = connection.execute(_session_query(connection.dialect.name), {"token": fingerprint(token)}).one_or_none()
    if row is None:
        return None
    now = resolve_now(row.clock_reading, row.clock_offset_s)
    roles = frozenset(StaffRole(role) for role in (row.roles or "").split(",") if role)
    is_over = session_is_over(started_at=row.started_at, last_seen_at=row.last_seen_at, now=now, is_staff=bool(roles))
    if is_over:
        return None
    principal = Principal(
        user_id=row.user_id,
        account_id=row.account_id,
        session_id=row.session_id,
        account_slug=row.slug,
        display_name=row.display_name,
        first_name=row.first_name,
        email=row.email,
        time_zone=row.time_zone,
        is_confirmed=row.email_confirmed_at is not None,
        must_accept_policies=row.accepted < len(current_policies()),
        staff_roles=roles,
        signed_in_at=row.started_at,
    )
    return LiveSession(principal=principal, last_seen_at=row.last_seen_at, now=now)


def _session_query(dialect_name: str) -> sa.Select[*tuple[object, ...]]:
    roles = (
        sa.select(sa.func.aggregate_strings(sa.cast(StaffGrant.role, sa.String), ","))
        .where(StaffGrant.user_id == User.id)
        .scalar_subquery()
    )
    current = [
        sa.and_(PolicyAcceptance.kind == kind, PolicyAcceptance.version == version)
        for kind, version in current_policies().items()
    ]
    accepted = (
        sa.select(sa.func.count())
        .select_from(PolicyAcceptance)
        .where(PolicyAcceptance.user_id == User.id, sa.or_(*current))
        .scalar_subquery()
    )
    return (
        sa.select(
            UserSession.id.label("session_id"),
            UserSession.started_at,
            UserSession.last_seen_at,
            User.id.label("user_id"),
            User.email,
            User.first_name,
            User.email_confirmed_at,
            Account.id.label("account_id"),
            Account.slug,
            Account.display_name,
            Account.time_zone,
            roles.label("roles"),
            accepted.label("accepted"),
            *now_columns(dialect_name),
        )
        .join(User, User.id == UserSession.user_id)
        .join(Membership, Membership.user_id == User.id)
        .join(Account, Account.id == Membership.account_id)
        .where(UserSession.token_hash == sa.bindparam("token"), UserSession.ended_at.is_(None))
        .order_by(Account.id)
        .limit(1)
    )


def get_user(user_id: int) -> User:
    """A person by id; for the person's own pages, jobs and staff."""
    return db.session.get_one(User, user_id)


def get_account(account_id: int) -> Account:
    """An account by id; for its own pages, jobs and staff."""
    return db.session.get_one(Account, account_id)


def get_address(account_id: int) -> Address:
    """An account's postal address."""
    return db.session.get_one(Address, account_id)


def user_by_email(email: str) -> User | None:
    """The person with this address, however it is spelt."""
    return db.session.scalars(sa.select(User).where(User.email_folded == fold_email(email))).one_or_none()


def link_is_open(public_id: str, purpose: LinkPurpose, *, now: datetime) -> bool:
    """Whether a mailed link could still be used."""
    query = sa.select(EmailLink.id).where(
        EmailLink.public_id == public_id,
        EmailLink.purpose == purpose,
        EmailLink.used_at.is_(None),
        EmailLink.expires_at > now,
    )
    return db.session.scalars(query).one_or_none() is not None


@dataclass(frozen=True, slots=True)
class PersonalWords:
    """Words that are easy to guess from a person, for judging a new password."""

    words: tuple[str, ...]
    is_staff: bool


def own_words(connection: Connection, user_id: int) -> PersonalWords | None:
    """The words that a person might build a password from: address, names, company; None for an unknown person."""
    query = (
        sa.select(
            User.email,
            User.first_name,
            User.last_name,
            Account.company_name,
            sa.exists().where(StaffGrant.user_id == User.id),
        )
        .join(Membership, Membership.user_id == User.id)
        .join(Account, Account.id == Membership.account_id)
        .where(User.id == user_id)
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return PersonalWords(words=tuple(row[:4]), is_staff=row[4]) if row else None


def own_words_of_link(connection: Connection, public_id: str) -> PersonalWords | None:
    """The same of the person a mailed link belongs to; None for an unknown link."""
    user_id = connection.execute(sa.select(EmailLink.user_id).where(EmailLink.public_id == public_id)).scalar()
    return own_words(connection, user_id) if user_id else None


def open_sessions(user_id: int, *, now: datetime, is_staff: bool) -> list[UserSession]:
    """The sessions that would still be let in, last seen first."""
    query = (
        sa.select(UserSession)
        .where(UserSession.user_id == user_id, UserSession.ended_at.is_(None))
        .order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())
    )
    return [
        row
        for row in db.session.scalars(query)
        if not session_is_over(started_at=row.started_at, last_seen_at=row.last_seen_at, now=now, is_staff=is_staff)
    ]


@dataclass(frozen=True, slots=True)
class PublicProfile:
    """Exactly what everybody may see of an account (promise P62); what is switched off is None."""

    slug: str
    display_name: str
    about: str
    member_since: datetime
    email: str | None
    phone: str | None
    website: str | None
    location: str | None
    country_code: str | None


def public_profile_at(slug: str) -> PublicProfile:
    """The public profile at an address.

    Raises:
        NotFound: nobody has this address.
    """
    query = (
        sa.select(Account, User, Address)
        .join(Membership, Membership.account_id == Account.id)
        .join(User, User.id == Membership.user_id)
        .join(Address, Address.account_id == Account.id)
        .where(Account.slug == slug)
        .order_by(User.id)
        .limit(1)
    )
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise NotFound
    account, user, address = row
    return PublicProfile(
        slug=account.slug,
        display_name=account.display_name,
        about=account.about,
        member_since=account.opened_at,
        email=user.email if account.shows_email and user.email_confirmed_at else None,
        phone=account.phone or None if account.shows_phone else None,
        website=account.website or None if account.shows_website else None,
        location=address.city or None if account.shows_location else None,
        country_code=address.country_code if account.shows_location else None,
    )


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person in the staff list; the page masks what is personal."""

    user_id: int
    first_name: str
    last_name: str
    email: str
    created_at: datetime
    is_confirmed: bool
    account_slug: str
    roles: str


def page_of_people(number: int) -> RowsPage[PersonRow]:
    """Everybody, newest first, for staff."""
    total = db.session.scalars(sa.select(sa.func.count()).select_from(User)).one()
    query = _person_rows().order_by(User.id.desc()).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)
    return RowsPage(rows=[PersonRow(*row) for row in db.session.execute(query)], number=number, total=total)


def _person_rows() -> sa.Select[*tuple[Any, ...]]:
    roles = (
        sa.select(sa.func.aggregate_strings(sa.cast(StaffGrant.role, sa.String), ", "))
        .where(StaffGrant.user_id == User.id)
        .scalar_subquery()
    )
    return (
        sa.select(
            User.id,
            User.first_name,
            User.last_name,
            User.email,
            User.created_at,
            User.email_confirmed_at.is_not(None),
            Account.slug,
            sa.func.coalesce(roles, ""),
        )
        .join(Membership, Membership.user_id == User.id)
        .join(Account, Account.id == Membership.account_id)
    )


def person_of_account(account_id: int) -> PersonRow | None:
    """The person behind an account, for staff; None when there is no such account."""
    query = _person_rows().where(Account.id == account_id).order_by(User.id).limit(1)
    row = db.session.execute(query).one_or_none()
    return PersonRow(*row) if row else None


def account_called(name: str) -> int | None:
    """The account at this public address, or of the person with this number; for staff."""
    is_number = name.isascii() and name.isdigit() and len(name) <= ROW_NUMBER_DIGITS_MAX
    query = sa.select(Account.id).join(Membership, Membership.account_id == Account.id)
    is_it = Membership.user_id == int(name) if is_number else Account.slug == name
    return db.session.scalars(query.where(is_it).order_by(Account.id).limit(1)).first()


def supported_countries() -> tuple[str, ...]:
    """The codes of the countries whose address form is known."""
    return country_codes()


def password_hash_of(connection: Connection, user_id: int) -> str:
    """A person's stored password hash, for checking the current password outside a transaction."""
    stored: str = connection.execute(sa.select(User.password_hash).where(User.id == user_id)).scalar_one()
    return stored


@dataclass(frozen=True, slots=True)
class PublishedPolicy:
    """One version of a document that people agree to, as it was published."""

    kind: PolicyKind
    version: str
    effective_on: date
    is_current: bool


def published_policies() -> tuple[PublishedPolicy, ...]:
    """Every version of the Terms and the Privacy Policy, oldest first; one of each kind is current."""
    return tuple(
        PublishedPolicy(kind=kind, version=one.version, effective_on=one.effective_on, is_current=one is versions[-1])
        for kind, versions in POLICIES.items()
        for one in versions
    )


@dataclass(frozen=True, slots=True)
class PeopleCounts:
    """How many people have an account."""

    total: int
    confirmed: int


def people_counts() -> PeopleCounts:
    """Counts the people, and those among them whose e-mail address is confirmed."""
    query = sa.select(sa.func.count(), sa.func.count(User.email_confirmed_at)).select_from(User)
    total, confirmed = db.session.execute(query).one()
    return PeopleCounts(total=total, confirmed=confirmed)


def members_by_role(account_ids: Collection[int], roles: Collection[MembershipRole]) -> Sequence[int]:
    """The people of these accounts who have one of these roles there; each once."""
    if not account_ids:
        return []
    query = sa.select(Membership.user_id).where(Membership.account_id.in_(account_ids), Membership.role.in_(roles))
    return db.session.scalars(query.distinct().order_by(Membership.user_id)).all()


def owner_of(account_id: int) -> User:
    """The person who owns an account; of several the one who has been here longest."""
    return account_and_owner(account_id)[1]


def account_and_owner(account_id: int) -> tuple[Account, User]:
    """An account and the person who owns it, of several the one who has been here longest; in one statement."""
    query = (
        sa.select(Account, User)
        .join(Membership, Membership.account_id == Account.id)
        .join(User, User.id == Membership.user_id)
        .where(Account.id == account_id, Membership.role == MembershipRole.OWNER)
        .order_by(User.created_at, User.id)
    )
    account, owner = db.session.execute(query.limit(1)).one()
    return account, owner


def account_of(user_id: int) -> int:
    """The account of a person."""
    query = sa.select(Membership.account_id).where(Membership.user_id == user_id).order_by(Membership.account_id)
    return db.session.scalars(query.limit(1)).one()
