"""The audit table; triggers on both databases refuse to change or delete its rows."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import INTERNAL, PERSONAL, Id, Model, UtcDateTime


class AuditRecord(Model):
    """One act of a person or a process; each holds the hash of the one before."""

    __tablename__ = "audit_record"

    sequence: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False, info=INTERNAL)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)
    actor: Mapped[str] = mapped_column(sa.String(80), info=INTERNAL)
    action: Mapped[str] = mapped_column(sa.String(80), info=INTERNAL)
    subject: Mapped[str] = mapped_column(sa.String(80), index=True, info=INTERNAL)
    details: Mapped[dict[str, Any]] = mapped_column(sa.JSON, info=PERSONAL)
    previous_hash: Mapped[str] = mapped_column(sa.String(64), info=INTERNAL)
    record_hash: Mapped[str] = mapped_column(sa.String(64), unique=True, info=INTERNAL)


class AuditHead(Model):
    """The chain's last link; locked while a record is added, so that the order is certain."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False, info=INTERNAL)
    sequence: Mapped[int] = mapped_column(sa.BigInteger, info=INTERNAL)
    record_hash: Mapped[str] = mapped_column(sa.String(64), info=INTERNAL)

    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)


def audit_content(record: AuditRecord) -> dict[str, object]:
    """What is hashed of a record, besides the hash before it."""
    return {
        "sequence": record.sequence,
        "recorded_at": record.recorded_at.isoformat(timespec="microseconds"),
        "actor": record.actor,
        "action": record.action,
        "subject": record.subject,
        "details": record.details,
    }
