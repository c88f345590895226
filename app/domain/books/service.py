"""Keeping what a check found."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from app.domain.books.models import BooksCheck
from app.domain.books.queries.differences import Difference
from app.foundation.db import db

CHECKS_KEPT = 100


def record_check(differences: Sequence[Difference], compared: dict[str, int], *, checked_at: datetime) -> BooksCheck:
    """Keeps the outcome of a check; the last hundred stay."""
    check = BooksCheck(
        checked_at=checked_at,
        compared=compared,
        found=len(differences),
        differences=[difference.as_stored() for difference in differences],
    )
    db.session.add(check)
    db.session.flush()
    newest = sa.select(BooksCheck.id).order_by(BooksCheck.id.desc()).limit(CHECKS_KEPT)
    db.session.execute(sa.delete(BooksCheck).where(BooksCheck.id.not_in(newest)))
    return check
