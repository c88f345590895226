"""Reads of the audit chain, and its proof."""

import sqlalchemy as sa

from app.domain.audit.models import AuditHead, AuditRecord, audit_content
from app.domain.audit.rules import GENESIS, chained_hash
from app.foundation.db import db
from app.foundation.paging import PAGE_SIZE, RowsPage

BATCH = 500


def recent_audit_records(number: int) -> RowsPage[AuditRecord]:
    """Audit records, newest first."""
    total = db.session.scalars(sa.select(sa.func.count()).select_from(AuditRecord)).one()
    query = sa.select(AuditRecord).order_by(AuditRecord.sequence.desc())
    rows = db.session.scalars(query.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all()
    return RowsPage(rows=rows, number=number, total=total)


def first_broken_link() -> int | None:
    """The sequence number at which the chain no longer holds, or None when all of it does.

    Finds edited, deleted, reordered and truncated records.
    """
    previous, expected = GENESIS, 1
    query = sa.select(AuditRecord).order_by(AuditRecord.sequence).execution_options(yield_per=BATCH)
    # Closed at once also when the search ends early: on PostgreSQL this is a cursor on the server.
    with db.session.scalars(query) as records:
        for record in records:
            fits = record.sequence == expected and record.previous_hash == previous
            if not fits or record.record_hash != chained_hash(previous, audit_content(record)):
                return expected
            previous, expected = record.record_hash, expected + 1
    head = db.session.scalars(sa.select(AuditHead)).one()
    return None if (head.sequence, head.record_hash) == (expected - 1, previous) else expected
