"""Salts of the day, and the addresses from which sites' owners were signed in."""

import secrets
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from app.domain.measurement.models import DailySalt, OwnAddress
from app.foundation.address_hash import address_hash
from app.foundation.db import db

SALT_BYTES = 32
DAY = timedelta(days=1)


def ensure_salts(now: datetime) -> None:
    """Makes the salts of today and tomorrow (UTC) when they are missing, and throws older ones away.

    From then on nothing leads back from an older day's hashes to an address.
    """
    today = now.astimezone(UTC).date()
    row = _insert(DailySalt).values(
        [{"day": day, "salt": secrets.token_urlsafe(SALT_BYTES)} for day in (today, today + DAY)]
    )
    db.session.execute(row.on_conflict_do_nothing())
    db.session.execute(sa.delete(DailySalt).where(DailySalt.day < today))


def note_own_address(account_id: int, address: str, *, now: datetime) -> None:
    """Notes from where a site's owner is signed in, so that what they see of their own site is not counted.

    The address is kept as the event log would write it; as it would tomorrow, too, because the owner may read on
    past midnight. Before there is a salt there is no event with a hash either, and nothing is noted.
    """
    today = now.astimezone(UTC).date()
    salts = db.session.scalars(sa.select(DailySalt.salt).where(DailySalt.day.in_((today, today + DAY)))).all()
    hashes = sorted({address_hash(salt, address) for salt in salts})
    if not hashes:
        return
    rows = [{"account_id": account_id, "address_hash": one, "seen_at": now} for one in hashes]
    row = _insert(OwnAddress).values(rows)
    key = [OwnAddress.account_id, OwnAddress.address_hash]
    db.session.execute(row.on_conflict_do_update(index_elements=key, set_={"seen_at": row.excluded.seen_at}))


def _insert(model: type[DailySalt | OwnAddress]) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(model) if db.session.get_bind().dialect.name == "sqlite" else postgresql.insert(model)
