"""Tables of the files room. The database keeps the bytes, because a dyno's disk vanishes daily and is not shared."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import INTERNAL, PUBLIC, Model, UtcDateTime

FILE_BYTES_MAX = 1_048_576


class StoredFile(Model):
    """Uploaded bytes under their SHA-256; never changed."""

    __tablename__ = "stored_file"

    sha256: Mapped[str] = mapped_column(sa.String(64), primary_key=True, info=INTERNAL)
    media_type: Mapped[str] = mapped_column(sa.String(60), info=INTERNAL)
    byte_count: Mapped[int] = mapped_column(sa.Integer, info=INTERNAL)
    content: Mapped[bytes] = mapped_column(sa.LargeBinary, info=PUBLIC)
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)

    __table_args__ = (
        sa.CheckConstraint(f"byte_count BETWEEN 1 AND {FILE_BYTES_MAX}", name="byte_count_in_range"),
        sa.CheckConstraint("length(sha256) = 64", name="sha256_whole"),
    )
