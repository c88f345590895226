"""Reads of the files room."""

import re

from app.domain.files.models import StoredFile
from app.foundation.db import db
from app.foundation.errors import NotFound

SHA256 = re.compile(r"[0-9a-f]{64}")


def file_called(sha256: str) -> StoredFile:
    """A stored file by its SHA-256 in hex.

    Whoever shows it has to know that the person may see it: the hash alone opens nothing.

    Raises:
        NotFound: there is none, or no file can be called so.
    """
    found = db.session.get(StoredFile, sha256) if SHA256.fullmatch(sha256) else None
    if found is None:
        raise NotFound
    return found
