"""Forgetting what counting does not need any more."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from app.domain.measurement.models import CountedToken, EventFile, OwnAddress, RecentViewer, TagSighting
from app.domain.measurement.rules import LIMITS, OWN_ADDRESS_FOR
from app.foundation.db import db

# A token is good for a click for 24 h; two hours are kept for what is still in the log.
TOKENS_FOR = timedelta(hours=26)
WINDOWS_FOR = timedelta(milliseconds=max(limit.window_ms for limit in LIMITS.values())) + timedelta(hours=2)
FILES_FOR = timedelta(days=7)
SIGHTINGS_FOR = timedelta(days=90)


def forget_counted_tokens(*, now: datetime) -> int:
    """Deletes tokens that are too old to be counted anyway; returns how many."""
    return _delete(sa.delete(CountedToken).where(CountedToken.counted_at < now - TOKENS_FOR))


def forget_viewers(*, now: datetime) -> int:
    """Deletes windows that are over, and from where owners were signed in a day ago; returns how many."""
    windows = _delete(sa.delete(RecentViewer).where(RecentViewer.window_at < now - WINDOWS_FOR))
    return windows + _delete(sa.delete(OwnAddress).where(OwnAddress.seen_at < now - OWN_ADDRESS_FOR))


def forget_event_files(*, now: datetime) -> int:
    """Deletes the record of files that were counted and deleted a week ago; returns how many."""
    return _delete(sa.delete(EventFile).where(EventFile.finished_at < now - FILES_FOR))


def forget_sightings(*, now: datetime) -> int:
    """Deletes hosts on which a tag was last seen 90 days ago; returns how many."""
    return _delete(sa.delete(TagSighting).where(TagSighting.last_seen_at < now - SIGHTINGS_FOR))


def _delete(query: sa.Delete) -> int:
    return int(db.session.execute(query).rowcount)  # type: ignore[attr-defined]  # a CursorResult for a DELETE
