"""Signing in: tries are counted before the password is looked at, waits grow, nobody is locked out.

An account's tries are counted in two places: those from networks where the person has signed in
before, and those of strangers. So an attack from elsewhere slows the attacker, not the owner.
"""

import hmac
import math
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from app.domain.accounts.errors import TooManyAttempts
from app.domain.accounts.models import AttemptCounter, User, UserSession
from app.domain.accounts.rules import (
    ATTEMPTS_FORGOTTEN_AFTER,
    FAMILIAR_ADDRESS_FOR,
    FREE_ATTEMPTS_PER_ACCOUNT,
    FREE_ATTEMPTS_PER_ADDRESS,
    fold_email,
    is_demo_address,
    sign_in_wait,
)
from app.foundation.client_address import client_network
from app.foundation.db import db


@dataclass(frozen=True, slots=True)
class Credentials:
    """What is needed to check a password outside the transaction; empty for an unknown address."""

    user_id: int | None
    password_hash: str | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to sign in, already counted."""

    credentials: Credentials
    account_key: str
    address_key: str


def begin_attempt(email: str, *, client_address: str, key: bytes, now: datetime, lets_demo_in: bool = False) -> Attempt:
    """Counts a try against the account and the network, and lets it through when no wait is running.

    Works the same for an unknown address, so that waiting tells nothing.

    Args:
        email: as typed.
        client_address: where the try comes from.
        key: the secret that keeps addresses in the counters unreadable.
        now: UTC.
        lets_demo_in: whether people of the demo market may sign in: in local mode only. Elsewhere they are
            as unknown as anybody, for everybody knows their password.

    Raises:
        TooManyAttempts: a wait is running for this account or this network; the try is not looked at.
    """
    folded, network = fold_email(email), client_network(client_address)
    user = db.session.scalars(sa.select(User).where(User.email_folded == folded)).one_or_none()
    place = network if user is not None and _is_familiar(user.id, network, now) else "strangers"
    account_key = _keyed(key, f"account|{folded}|{place}")
    address_key = _keyed(key, f"address|{network}")
    # Locked in one order, so that two tries cannot wait for each other.
    counters = {name: _locked_counter(name, now) for name in sorted((account_key, address_key))}
    _let_through(counters[account_key], FREE_ATTEMPTS_PER_ACCOUNT, now)
    _let_through(counters[address_key], FREE_ATTEMPTS_PER_ADDRESS, now)
    for counter in counters.values():
        counter.attempts += 1
        counter.last_attempt_at = max(now, counter.last_attempt_at)
    db.session.flush()
    is_welcome = user is not None and (lets_demo_in or not is_demo_address(user.email))
    found = Credentials(user.id, user.password_hash) if user and is_welcome else Credentials(None, None)
    return Attempt(credentials=found, account_key=account_key, address_key=address_key)


def clear_attempts(attempt: Attempt) -> None:
    """Forgets the account's failed tries after a right password; takes this try off the network's count."""
    db.session.execute(sa.delete(AttemptCounter).where(AttemptCounter.key == attempt.account_key))
    address = sa.update(AttemptCounter).where(AttemptCounter.key == attempt.address_key, AttemptCounter.attempts > 0)
    db.session.execute(address.values(attempts=AttemptCounter.attempts - 1))


def forget_old_attempts(*, now: datetime) -> int:
    """Deletes counters nobody has touched for a day; returns how many."""
    old = sa.delete(AttemptCounter).where(AttemptCounter.last_attempt_at < now - ATTEMPTS_FORGOTTEN_AFTER)
    return int(db.session.execute(old).rowcount)  # type: ignore[attr-defined]  # a CursorResult for a DELETE


def _is_familiar(user_id: int, network: str, now: datetime) -> bool:
    query = sa.select(UserSession.client_address).where(
        UserSession.user_id == user_id, UserSession.started_at > now - FAMILIAR_ADDRESS_FOR
    )
    return any(client_network(address) == network for address in db.session.scalars(query.distinct()))


def _locked_counter(name: str, now: datetime) -> AttemptCounter:
    query = sa.select(AttemptCounter).where(AttemptCounter.key == name).with_for_update()
    counter = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if counter is None:
        _insert_counter(name, now)
        counter = db.session.scalars(query.execution_options(populate_existing=True)).one()
    if now - counter.last_attempt_at > ATTEMPTS_FORGOTTEN_AFTER:
        counter.attempts = 0
    return counter


def _insert_counter(name: str, now: datetime) -> None:
    # Two first tries at once: the second waits for the first one's row instead of failing.
    values = {"key": name, "attempts": 0, "last_attempt_at": now}
    if db.session.get_bind().dialect.name == "sqlite":
        db.session.execute(sqlite.insert(AttemptCounter).values(values).on_conflict_do_nothing())
    else:
        db.session.execute(postgresql.insert(AttemptCounter).values(values).on_conflict_do_nothing())


def _let_through(counter: AttemptCounter, free_attempts: int, now: datetime) -> None:
    wait = sign_in_wait(counter.attempts, free_attempts)
    wait_ends_at = counter.last_attempt_at + wait
    # Tries at the same moment come here in another order than they began: without a wait, none is too early.
    if wait and now < wait_ends_at:
        raise TooManyAttempts(retry_after_s=max(1, math.ceil((wait_ends_at - now).total_seconds())))


def _keyed(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), sha256).hexdigest()
