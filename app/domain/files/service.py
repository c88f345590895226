"""Keeping uploaded bytes, each content once."""

from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa

from app.domain.files.errors import FileTooHeavy
from app.domain.files.models import FILE_BYTES_MAX, StoredFile
from app.foundation.db import db


def store_file(data: bytes, media_type: str, *, now: datetime) -> str:
    """Keeps bytes under their SHA-256; the same content again only notes that it is wanted again.

    Args:
        data: at least one byte, at most 1 MB; checked by whoever took the upload.
        media_type: what it is served as.
        now: UTC.

    Returns:
        The SHA-256 in hex.

    Raises:
        FileTooHeavy: it is over 1 MB.
    """
    if len(data) > FILE_BYTES_MAX:
        raise FileTooHeavy
    name = sha256(data).hexdigest()
    if not _wanted_again(name, now):
        _keep(name, data, media_type, now)
    return name


def _wanted_again(name: str, now: datetime) -> bool:
    wanted = sa.update(StoredFile).where(StoredFile.sha256 == name).values(stored_at=now).returning(StoredFile.sha256)
    return db.session.execute(wanted).first() is not None


def _keep(name: str, data: bytes, media_type: str, now: datetime) -> None:
    kept = StoredFile(sha256=name, media_type=media_type, byte_count=len(data), content=data, stored_at=now)
    try:
        with db.session.begin_nested():
            db.session.add(kept)
    except sa.exc.IntegrityError:
        # Somebody stored the same bytes at this very moment: it is there, and that is all that was wanted.
        return
