"""Tables of the accounts room: parties, people, their credentials, sessions and agreements."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.accounts.states import LinkPurpose, MembershipRole, PolicyKind, SessionEnd
from app.foundation.access import StaffRole
from app.foundation.db import INTERNAL, PERSONAL, PUBLIC, SECRET, Id, Model, UtcDateTime, enum_type


class Account(Model):
    """The party that sells and buys: a person or a company. It owns sites, bids, orders and money."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=INTERNAL)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True, info=PUBLIC)
    display_name: Mapped[str] = mapped_column(sa.String(80), info=PUBLIC)
    company_name: Mapped[str] = mapped_column(sa.String(120), default="", info=PERSONAL)
    about: Mapped[str] = mapped_column(sa.String(1000), default="", info=PUBLIC)
    website: Mapped[str] = mapped_column(sa.String(300), default="", info=PERSONAL)
    phone: Mapped[str] = mapped_column(sa.String(40), default="", info=PERSONAL)
    time_zone: Mapped[str] = mapped_column(sa.String(60), default="UTC", info=PERSONAL)
    shows_email: Mapped[bool] = mapped_column(default=False, info=INTERNAL)
    shows_phone: Mapped[bool] = mapped_column(default=False, info=INTERNAL)
    shows_website: Mapped[bool] = mapped_column(default=False, info=INTERNAL)
    shows_location: Mapped[bool] = mapped_column(default=False, info=INTERNAL)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, info=PUBLIC)


class Address(Model):
    """The account's postal address, in the form its country asks for."""

    __tablename__ = "address"

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), primary_key=True, info=INTERNAL)
    country_code: Mapped[str] = mapped_column(sa.String(2), info=PERSONAL)
    street_address: Mapped[str] = mapped_column(sa.String(200), info=PERSONAL)
    city: Mapped[str] = mapped_column(sa.String(100), default="", info=PERSONAL)
    city_area: Mapped[str] = mapped_column(sa.String(100), default="", info=PERSONAL)
    country_area: Mapped[str] = mapped_column(sa.String(100), default="", info=PERSONAL)
    postal_code: Mapped[str] = mapped_column(sa.String(20), default="", info=PERSONAL)
    sorting_code: Mapped[str] = mapped_column(sa.String(20), default="", info=PERSONAL)


class User(Model):
    """A person who signs in."""

    __tablename__ = "app_user"

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=INTERNAL)
    email: Mapped[str] = mapped_column(sa.String(254), info=PERSONAL)
    email_folded: Mapped[str] = mapped_column(sa.String(254), unique=True, info=PERSONAL)
    email_confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=INTERNAL)
    first_name: Mapped[str] = mapped_column(sa.String(80), info=PERSONAL)
    last_name: Mapped[str] = mapped_column(sa.String(80), info=PERSONAL)
    password_hash: Mapped[str] = mapped_column(sa.String(100), info=SECRET)
    password_changed_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)


class Membership(Model):
    """Ties a person to an account with a role; one each at sign-up, teams later."""

    __tablename__ = "membership"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("app_user.id"), primary_key=True, info=INTERNAL)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), primary_key=True, info=INTERNAL)
    role: Mapped[MembershipRole] = mapped_column(enum_type(MembershipRole, "role"), info=INTERNAL)


class StaffGrant(Model):
    """One staff role of one person; given on the command line only."""

    __tablename__ = "staff_grant"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("app_user.id"), primary_key=True, info=INTERNAL)
    role: Mapped[StaffRole] = mapped_column(enum_type(StaffRole, "role"), primary_key=True, info=INTERNAL)
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)


class UserSession(Model):
    """One signed-in browser. The cookie holds a random token, this row only its SHA-256."""

    __tablename__ = "user_session"

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=INTERNAL)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True, info=SECRET)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("app_user.id"), index=True, info=INTERNAL)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, info=PERSONAL)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime, info=PERSONAL)
    client_address: Mapped[str] = mapped_column(sa.String(45), info=PERSONAL)
    user_agent: Mapped[str] = mapped_column(sa.String(300), info=PERSONAL)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=INTERNAL)
    end_reason: Mapped[SessionEnd | None] = mapped_column(enum_type(SessionEnd, "end_reason"), info=INTERNAL)


class EmailLink(Model):
    """A mailed link: what it does, for whom, until when. The link itself is signed, not stored."""

    __tablename__ = "email_link"

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=INTERNAL)
    public_id: Mapped[str] = mapped_column(sa.String(40), unique=True, info=SECRET)
    purpose: Mapped[LinkPurpose] = mapped_column(enum_type(LinkPurpose, "purpose"), info=INTERNAL)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("app_user.id"), index=True, info=INTERNAL)
    email: Mapped[str] = mapped_column(sa.String(254), info=PERSONAL)
    browser_hash: Mapped[str | None] = mapped_column(sa.String(64), info=SECRET)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True, info=INTERNAL)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=INTERNAL)


class PolicyAcceptance(Model):
    """Proof that a person agreed to one version of a document: when, and from which address."""

    __tablename__ = "policy_acceptance"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("app_user.id"), primary_key=True, info=INTERNAL)
    kind: Mapped[PolicyKind] = mapped_column(enum_type(PolicyKind, "kind"), primary_key=True, info=INTERNAL)
    version: Mapped[str] = mapped_column(sa.String(20), primary_key=True, info=INTERNAL)
    accepted_at: Mapped[datetime] = mapped_column(UtcDateTime, info=PERSONAL)
    client_address: Mapped[str] = mapped_column(sa.String(45), info=PERSONAL)


class AttemptCounter(Model):
    """Tries to sign in that failed in a row, by account or by address; the key is a keyed hash."""

    __tablename__ = "attempt_counter"

    key: Mapped[str] = mapped_column(sa.String(80), primary_key=True, info=INTERNAL)
    attempts: Mapped[int] = mapped_column(info=INTERNAL)
    last_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True, info=INTERNAL)


class RequestKey(Model):
    """The answer already given to a form that was sent once; a repeat gets the same one."""

    __tablename__ = "request_key"

    scope: Mapped[str] = mapped_column(sa.String(80), primary_key=True, info=INTERNAL)
    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True, info=INTERNAL)
    body_hash: Mapped[str] = mapped_column(sa.String(64), info=INTERNAL)
    answer_url: Mapped[str | None] = mapped_column(sa.String(500), info=INTERNAL)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True, info=INTERNAL)
