"""Reads of the vault room; only sealed text and last four characters come out of here."""

import sqlalchemy as sa

from app.domain.vault.models import VaultEntry
from app.domain.vault.states import VaultKind
from app.foundation.db import db


def current_entry(account_id: int, kind: VaultKind) -> VaultEntry | None:
    """The value of a kind that an account keeps now; None when it keeps none."""
    query = sa.select(VaultEntry).where(
        VaultEntry.account_id == account_id, VaultEntry.kind == kind, VaultEntry.removed_at.is_(None)
    )
    return db.session.scalars(query).one_or_none()
