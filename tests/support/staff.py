"""Staff in a browser, and what is on record about what they did."""

import sqlalchemy as sa
from flask import Flask

from app.domain.audit.models import AuditRecord
from app.foundation.access import StaffRole
from app.foundation.db import db
from tests.factories.accounts import make_person, sign_in
from tests.support.page_client import PageClient


def staff(app: Flask, *roles: StaffRole) -> PageClient:
    """A browser in which somebody with these roles is signed in."""
    return sign_in(PageClient(app), make_person(app, roles=roles))


def records(app: Flask, action: str) -> list[tuple[str, dict[str, object]]]:
    """The records of one kind of act: about what, and the details."""
    with app.app_context():
        query = sa.select(AuditRecord).where(AuditRecord.action == action).order_by(AuditRecord.sequence)
        return [(row.subject, row.details) for row in db.session.scalars(query)]
