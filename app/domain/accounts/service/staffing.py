"""Making people members of staff; on the command line only, never by a page."""

from collections.abc import Iterable
from datetime import datetime

from app.domain.accounts.models import StaffGrant, User
from app.domain.audit.service import record_audit
from app.foundation.access import StaffRole
from app.foundation.db import db


def grant_roles(user_id: int, roles: Iterable[StaffRole], *, now: datetime) -> None:
    """Gives a person staff roles; roles they hold already stay."""
    user = db.session.get_one(User, user_id)
    for role in roles:
        if db.session.get(StaffGrant, (user.id, role)) is None:
            db.session.add(StaffGrant(user_id=user.id, role=role, granted_at=now))
            record_audit("staff_role_granted", actor="command", subject=f"user:{user.id}", now=now, role=role.value)
    db.session.flush()


def confirm_by_operator(user_id: int, *, now: datetime) -> None:
    """Confirms the address of somebody whom the operator knows, so that the first staff can start."""
    user = db.session.get_one(User, user_id)
    if user.email_confirmed_at is None:
        user.email_confirmed_at = now
        record_audit("email_confirmed_by_operator", actor="command", subject=f"user:{user.id}", now=now)
    db.session.flush()
