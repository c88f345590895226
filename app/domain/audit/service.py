"""Adding to the audit chain."""

from datetime import datetime

import sqlalchemy as sa

from app.domain.audit.models import AuditHead, AuditRecord, audit_content
from app.domain.audit.rules import chained_hash
from app.foundation.db import db
from app.foundation.errors import InvariantBroken

HEAD_ROW = 1


def record_audit(action: str, *, actor: str, subject: str, now: datetime, **details: str | int | None) -> None:
    """Adds one record to the chain, in the caller's transaction; locks the chain's head.

    Args:
        action: what was done, in the past tense: ``password_changed``.
        actor: who did it: ``user:12``, ``staff:3``, ``job:purge``, ``command``.
        subject: what it was done to: ``user:12``.
        now: UTC.
        details: plain values that explain it; never a secret, never restricted data.
    """
    query = sa.select(AuditHead).where(AuditHead.id == HEAD_ROW).with_for_update()
    head = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if head is None:
        message = "the audit chain has no head; the migration writes it"
        raise InvariantBroken(message)
    record = AuditRecord(
        sequence=head.sequence + 1,
        recorded_at=now,
        actor=actor,
        action=action,
        subject=subject,
        details=details,
        previous_hash=head.record_hash,
    )
    record.record_hash = chained_hash(head.record_hash, audit_content(record))
    db.session.add(record)
    head.sequence = record.sequence
    head.record_hash = record.record_hash
    db.session.flush()
