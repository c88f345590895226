"""Putting restricted values away, emptying them, and the one way to read one again."""

from datetime import datetime

from app.domain.vault.models import VaultEntry
from app.domain.vault.queries import current_entry
from app.domain.vault.states import VaultKind
from app.foundation.db import db
from app.foundation.errors import InvariantBroken
from app.foundation.sealing import Sealer

LAST_SHOWN = 4


def put_away(account_id: int, kind: VaultKind, text: str, *, shown: str, sealer: Sealer, now: datetime) -> VaultEntry:
    """Seals a restricted value; the one it takes the place of is emptied. The caller holds the account's lock.

    Args:
        account_id: whose it is; the seal is bound to it, so nobody can pass it off as somebody else's.
        kind: what it is.
        text: the value, as it will be read again.
        shown: of what the last four characters are kept readable.
        sealer: the installation's.
        now: UTC.
    """
    empty(account_id, kind, now=now)
    entry = VaultEntry(
        account_id=account_id,
        kind=kind,
        sealed=sealer.seal(_purpose(account_id, kind), text),
        last_four=shown[-LAST_SHOWN:],
        stored_at=now,
    )
    db.session.add(entry)
    db.session.flush()
    return entry


def empty(account_id: int, kind: VaultKind, *, now: datetime) -> None:
    """Empties the value of a kind; its row stays, without the value."""
    entry = current_entry(account_id, kind)
    if entry is not None:
        entry.sealed, entry.removed_at = "", now
        db.session.flush()


def unseal(entry_id: int, sealer: Sealer) -> str:
    """The value in clear. The caller writes an audit record in the same transaction."""
    entry = db.session.get_one(VaultEntry, entry_id)
    text = sealer.unseal(_purpose(entry.account_id, entry.kind), entry.sealed) if entry.sealed else None
    if text is None:
        message = f"vault entry {entry_id} cannot be read"
        raise InvariantBroken(message)
    return text


def _purpose(account_id: int, kind: VaultKind) -> str:
    return f"vault|{kind}|{account_id}"
