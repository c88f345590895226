"""Dropping uploaded pictures that never became a creative."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from app.domain.creatives.models import Creative
from app.domain.files.models import StoredFile
from app.foundation.db import db

# Longer than the form remembers an upload, so that nobody submits what was just dropped.
KEPT_FOR = timedelta(days=3)
DROPPED_AT_ONCE = 500


def drop_unused_files(*, now: datetime) -> int:
    """Deletes uploaded files that no creative needs, three days after they were last uploaded; returns how many."""
    needed = sa.exists().where(
        sa.or_(Creative.file_sha256 == StoredFile.sha256, Creative.still_sha256 == StoredFile.sha256)
    )
    unused = sa.select(StoredFile.sha256).where(StoredFile.stored_at < now - KEPT_FOR, ~needed).limit(DROPPED_AT_ONCE)
    names = db.session.scalars(unused).all()
    db.session.execute(sa.delete(StoredFile).where(StoredFile.sha256.in_(names)))
    return len(names)
