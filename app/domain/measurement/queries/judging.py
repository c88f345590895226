"""What judging has to know of the past: counted tokens, running windows, own addresses, closed days."""

from collections.abc import Collection, Iterator
from datetime import date

import sqlalchemy as sa

from app.domain.measurement.models import ClosedDay, CountedToken, OwnAddress, RecentViewer, TagSighting
from app.domain.measurement.rules import RateWindow, in_ms
from app.domain.measurement.states import Measure
from app.foundation.db import db

# SQLite takes 32,766 values in a statement.
VALUES_AT_ONCE = 10_000


def counted_tokens(nonces: Collection[str]) -> set[tuple[str, Measure]]:
    """Which of these tokens have stood for which measure."""
    found: set[tuple[str, Measure]] = set()
    for some in _parts(nonces):
        query = sa.select(CountedToken.nonce, CountedToken.measure).where(CountedToken.nonce.in_(some))
        found.update((nonce, measure) for nonce, measure in db.session.execute(query))
    return found


def running_windows(keys: Collection[str]) -> dict[str, RateWindow]:
    """The windows under these keys, some of them over."""
    found: dict[str, RateWindow] = {}
    for some in _parts(keys):
        query = sa.select(RecentViewer.key, RecentViewer.window_at, RecentViewer.events)
        rows = db.session.execute(query.where(RecentViewer.key.in_(some)))
        found.update((key, RateWindow(in_ms(window_at), events)) for key, window_at, events in rows)
    return found


def own_addresses(account_ids: Collection[int]) -> dict[tuple[int, str], int]:
    """From where these accounts were signed in: account and hash, and when last, in milliseconds."""
    query = sa.select(OwnAddress.account_id, OwnAddress.address_hash, OwnAddress.seen_at)
    rows = db.session.execute(query.where(OwnAddress.account_id.in_(account_ids)))
    return {(account_id, hashed): in_ms(seen_at) for account_id, hashed, seen_at in rows}


def closed_days(line_item_ids: Collection[int]) -> set[tuple[int, date]]:
    """The days of these line items that are settled."""
    query = sa.select(ClosedDay.line_item_id, ClosedDay.day).where(ClosedDay.line_item_id.in_(line_item_ids))
    return {(line_item_id, day) for line_item_id, day in db.session.execute(query)}


def known_hosts(socket_ids: Collection[int]) -> dict[int, set[str]]:
    """Where the tags of these sockets were seen before."""
    found: dict[int, set[str]] = {socket_id: set() for socket_id in socket_ids}
    query = sa.select(TagSighting.socket_id, TagSighting.host).where(TagSighting.socket_id.in_(socket_ids))
    for socket_id, host in db.session.execute(query):
        found[socket_id].add(host)
    return found


def _parts(values: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(values)
    return (ordered[start : start + VALUES_AT_ONCE] for start in range(0, len(ordered), VALUES_AT_ONCE))
