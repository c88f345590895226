"""Sessions: started at sign-in, seen at each page, ended for good."""

from datetime import datetime

import sqlalchemy as sa

from app.domain.accounts.models import StaffGrant, UserSession
from app.domain.accounts.queries import account_of
from app.domain.accounts.rules import (
    AGE_LIMIT,
    FAMILIAR_ADDRESS_FOR,
    SESSION_ROWS_KEPT_FOR,
    browser_and_system,
)
from app.domain.accounts.states import SessionEnd
from app.domain.audit.service import record_audit
from app.domain.events.kinds.accounts import SessionsEnded, SignedInOnNewDevice
from app.domain.events.rules import BrowserName
from app.domain.events.service import record
from app.foundation.client_address import client_network
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.identifiers import fingerprint, new_token

USER_AGENT_CHARACTERS_MAX = 300


def start_session(user_id: int, *, client_address: str, user_agent: str, now: datetime) -> str:
    """Starts a session; a sign-in from a browser or network not seen before is told to the person.

    Returns:
        The token for the cookie: 256 random bits, of which only the hash is stored.
    """
    agent = user_agent[:USER_AGENT_CHARACTERS_MAX]
    if _is_new_device(user_id, client_address, agent, now):
        browser = BrowserName(*browser_and_system(agent))
        seen = SignedInOnNewDevice(user_id=user_id, browser=browser, address=client_address)
        record(seen, account_id=account_of(user_id), actor_user_id=user_id, now=now)
    token = new_token()
    db.session.add(
        UserSession(
            token_hash=fingerprint(token),
            user_id=user_id,
            started_at=now,
            last_seen_at=now,
            client_address=client_address,
            user_agent=agent,
        )
    )
    db.session.flush()
    record_audit("signed_in", actor=f"user:{user_id}", subject=f"user:{user_id}", now=now)
    return token


def touch_session(session_id: int, *, now: datetime) -> None:
    """Notes that the session's person is still there; called once a minute at most."""
    query = sa.update(UserSession).where(UserSession.id == session_id, UserSession.ended_at.is_(None))
    db.session.execute(query.values(last_seen_at=now))


def end_session(user_id: int, session_id: int, *, reason: SessionEnd, now: datetime) -> None:
    """Ends one session of this person; its cookie is worth nothing from now on.

    Raises:
        NotFound: there is no such open session of theirs.
    """
    if _end(now, reason, UserSession.user_id == user_id, UserSession.id == session_id) == 0:
        raise NotFound
    details = {"session": session_id, "reason": reason.value}
    record_audit("session_ended", actor=f"user:{user_id}", subject=f"user:{user_id}", now=now, **details)


def end_all_sessions(user_id: int, *, reason: SessionEnd, now: datetime, but: int | None = None) -> int:
    """Ends every session of this person, or every other one; returns how many there were.

    Ending all of them by choice is told to the person by mail; a password change tells of itself.
    """
    ended = _end(now, reason, UserSession.user_id == user_id, UserSession.id != (but or 0))
    if reason is SessionEnd.ENDED_ELSEWHERE and ended:
        record(SessionsEnded(user_id=user_id), account_id=account_of(user_id), actor_user_id=user_id, now=now)
    record_audit("all_sessions_ended", actor=f"user:{user_id}", subject=f"user:{user_id}", now=now, ended=ended)
    return ended


def purge_sessions(*, now: datetime) -> int:
    """Ends sessions that are too old and deletes rows ended 90 days ago; returns how many were deleted."""
    _end(now, SessionEnd.EXPIRED, UserSession.started_at < now - AGE_LIMIT)
    old = sa.delete(UserSession).where(UserSession.ended_at < now - SESSION_ROWS_KEPT_FOR)
    return int(db.session.execute(old).rowcount)  # type: ignore[attr-defined]  # a CursorResult for a DELETE


def is_staff(user_id: int) -> bool:
    """Whether this person holds any staff role."""
    return db.session.scalars(sa.select(StaffGrant.role).where(StaffGrant.user_id == user_id)).first() is not None


def _end(now: datetime, reason: SessionEnd, *which: sa.ColumnElement[bool]) -> int:
    query = sa.update(UserSession).where(UserSession.ended_at.is_(None), *which)
    return int(db.session.execute(query.values(ended_at=now, end_reason=reason)).rowcount)  # type: ignore[attr-defined]  # a CursorResult for an UPDATE


def _is_new_device(user_id: int, client_address: str, agent: str, now: datetime) -> bool:
    query = sa.select(UserSession.client_address, UserSession.user_agent).where(
        UserSession.user_id == user_id, UserSession.started_at > now - FAMILIAR_ADDRESS_FOR
    )
    seen = db.session.execute(query).all()
    network = client_network(client_address)
    return bool(seen) and not any(client_network(row[0]) == network and row[1] == agent for row in seen)
