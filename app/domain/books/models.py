"""The table of the books room: what each check found."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import INTERNAL, Id, Model, UtcDateTime


class BooksCheck(Model):
    """One look at all books: how much was compared, and what differed. Holds no personal data."""

    __tablename__ = "books_check"

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=INTERNAL)
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)
    """When it began."""
    compared: Mapped[dict[str, int]] = mapped_column(sa.JSON, info=INTERNAL)
    """How many rows of each kind there were."""
    found: Mapped[int] = mapped_column(sa.Integer, info=INTERNAL)
    """How many differences, as far as they are listed."""
    differences: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, info=INTERNAL)

    __table_args__ = (sa.CheckConstraint("found >= 0", name="found_not_negative"),)
