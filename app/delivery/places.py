"""What the mover has to know of sockets: whose they are, where they belong, and in which zones their days are."""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.domain.inventory.models import Site, Socket
from app.domain.measurement.rules import HourGrid
from app.domain.measurement.service.counting import CountedSocket
from app.domain.orders.models import LineItem
from app.foundation.db import reading_connection

KEPT_FOR_S = 20.0
# Events of flights that were over longer ago than this are of no use to anybody.
LINE_ITEMS_FOR = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class SocketSite:
    """A socket with the domain of its site."""

    domain: str
    place: CountedSocket


class SocketSites:
    """Sockets by number, read when they are first needed and again every 20 s."""

    def __init__(self) -> None:
        self._known: dict[int, SocketSite | None] = {}
        self._line_items: set[int] = set()
        self._read_at_s = -KEPT_FOR_S

    def of(self, socket_ids: Collection[int], *, now: datetime) -> Mapping[int, SocketSite | None]:
        """These sockets; None for one that there is not."""
        if time.monotonic() - self._read_at_s >= KEPT_FOR_S:
            self._known, self._line_items, self._read_at_s = {}, set(), time.monotonic()
        missing = set(socket_ids) - self._known.keys()
        if missing:
            with reading_connection() as connection:
                found = _read(connection, missing, now)
            self._known |= {socket_id: found.get(socket_id) for socket_id in missing}
        return self._known

    def line_items(self, line_item_ids: Collection[int]) -> set[int]:
        """Those of these line items that there are; what was written down for another one counts for nobody."""
        missing = set(line_item_ids) - self._line_items
        if missing:
            with reading_connection() as connection:
                self._line_items.update(connection.scalars(sa.select(LineItem.id).where(LineItem.id.in_(missing))))
        return self._line_items


def _read(connection: Connection, socket_ids: Collection[int], now: datetime) -> dict[int, SocketSite]:
    sites = connection.execute(
        sa.select(Socket.id, Site.account_id, Site.domain, Site.time_zone)
        .join(Site, Site.id == Socket.site_id)
        .where(Socket.id.in_(socket_ids))
    ).all()
    zones: dict[int, dict[int, ZoneInfo]] = {row.id: {} for row in sites}
    sold = sa.select(LineItem.id, LineItem.socket_id, LineItem.time_zone)
    recent = LineItem.ends_before > (now - LINE_ITEMS_FOR).date()
    for line_item_id, socket_id, zone_name in connection.execute(sold.where(LineItem.socket_id.in_(zones), recent)):
        zones[socket_id][line_item_id] = ZoneInfo(zone_name)
    found = {}
    for row in sites:
        zone = ZoneInfo(row.time_zone)
        hours = HourGrid([zone, *zones[row.id].values()])
        found[row.id] = SocketSite(row.domain, CountedSocket(row.account_id, zone, zones[row.id], hours))
    return found
