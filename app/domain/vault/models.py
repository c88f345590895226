"""Tables of the vault room: restricted values, sealed, with the last four characters beside them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.vault.states import VaultKind
from app.foundation.db import INTERNAL, PERSONAL, SECRET, Id, Model, UtcDateTime, open_enum


class VaultEntry(Model):
    """One restricted value of an account; emptied, not changed, when another takes its place."""

    __tablename__ = "vault_entry"

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=INTERNAL)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True, info=INTERNAL)
    kind: Mapped[VaultKind] = mapped_column(open_enum(VaultKind), info=INTERNAL)
    sealed: Mapped[str] = mapped_column(sa.String(1000), info=SECRET)
    last_four: Mapped[str] = mapped_column(sa.String(4), info=PERSONAL)
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=INTERNAL)

    __table_args__ = (
        sa.CheckConstraint("(removed_at IS NOT NULL) = (sealed = '')", name="emptied_when_removed"),
        sa.Index(
            "uq_vault_entry_current",
            "account_id",
            "kind",
            unique=True,
            sqlite_where=sa.text("removed_at IS NULL"),
            postgresql_where=sa.text("removed_at IS NULL"),
        ),
    )
