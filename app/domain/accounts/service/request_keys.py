"""One effect per form: the answer of a form sent once is kept and given again."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from app.domain.accounts.errors import RequestInFlight, RequestKeyReused
from app.domain.accounts.models import RequestKey
from app.domain.accounts.rules import REQUEST_KEY_KEPT_FOR
from app.foundation.db import db


def claim_request_key(scope: str, key: str, body_hash: str, *, now: datetime) -> str | None:
    """Claims a form's key in the caller's transaction, or finds the answer it got before.

    On PostgreSQL a second sender waits here until the first has committed or rolled back.

    Args:
        scope: whose form it is: "account:12", or a visitor's hash.
        key: the random key that the form carried.
        body_hash: keyed hash of everything the form said.
        now: UTC.

    Returns:
        The address of the earlier answer, or None when this is the first time.

    Raises:
        RequestKeyReused: the same key came with another body.
    """
    values = {"scope": scope, "key": key, "body_hash": body_hash, "created_at": now}
    dialect = sqlite if db.session.get_bind().dialect.name == "sqlite" else postgresql
    # What RETURNING gives says whether a row was made: PostgreSQL's driver gives no row count here.
    claim = dialect.insert(RequestKey).values(values).on_conflict_do_nothing().returning(RequestKey.key)
    if db.session.scalars(claim).one_or_none() is not None:
        return None
    earlier = db.session.get_one(RequestKey, (scope, key))
    if earlier.body_hash != body_hash:
        raise RequestKeyReused
    if earlier.answer_url is None:
        raise RequestInFlight
    return earlier.answer_url


def keep_answer(scope: str, key: str, answer_url: str) -> None:
    """Stores where the form's sender was sent, in the transaction that did its work."""
    db.session.get_one(RequestKey, (scope, key)).answer_url = answer_url
    db.session.flush()


def purge_request_keys(*, now: datetime) -> int:
    """Deletes keys older than 30 days; returns how many."""
    old = sa.delete(RequestKey).where(RequestKey.created_at < now - REQUEST_KEY_KEPT_FOR)
    return int(db.session.execute(old).rowcount)  # type: ignore[attr-defined]  # a CursorResult for a DELETE
