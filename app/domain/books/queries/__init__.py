"""Reads of the books room: what the last checks found."""

from collections.abc import Sequence

import sqlalchemy as sa

from app.domain.books.models import BooksCheck
from app.foundation.db import db


def last_check() -> BooksCheck | None:
    """The newest check, or None before the first."""
    return db.session.scalars(sa.select(BooksCheck).order_by(BooksCheck.id.desc()).limit(1)).first()


def last_checks(limit: int) -> Sequence[BooksCheck]:
    """The newest checks, newest first."""
    return db.session.scalars(sa.select(BooksCheck).order_by(BooksCheck.id.desc()).limit(limit)).all()
