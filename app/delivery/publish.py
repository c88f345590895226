"""Publishing: turns what is booked and approved into the snapshot, and follows changes. The only SQL of the ad server.

Every change that matters bumps one number in its own transaction (``delivery_version``); each worker looks at that
number once a second and builds the snapshot anew when it moved, when the day changed, and once a minute in any case.
"""

import os
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import count, islice
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import Connection, Row
from werkzeug.urls import iri_to_uri

from app.delivery.creative_files import CreativeFiles, file_name
from app.delivery.event_log import EventLog
from app.delivery.gate import DAY_MS
from app.delivery.snapshot import (
    EMPTY,
    CreativeEntry,
    Filling,
    LiveLineItem,
    Snapshot,
    SocketEntry,
    filled_by_house_ad,
    filled_by_invitation,
    filled_by_line_item,
    filled_by_nothing,
)
from app.domain.creatives.models import Assignment, Creative, HouseAd
from app.domain.events.models import DeliveryVersion
from app.domain.files.models import StoredFile
from app.domain.inventory.models import Site, Socket
from app.domain.inventory.states import Fallback, SiteState, SocketState, SocketTerms
from app.domain.measurement.models import DailySalt
from app.domain.measurement.service.salts import ensure_salts
from app.domain.orders.models import LineItem
from app.domain.orders.states import LineItemState
from app.foundation.clock import ClockOffset, database_now
from app.foundation.db import db, in_transaction, reading_connection
from app.foundation.flight import Flight
from app.foundation.log import get_logger
from config import Config

LOOK_EVERY_S = 1.0
REBUILD_EVERY_S = 60.0
BEGINS_WITHIN = timedelta(hours=36)
LANDING_PAGES_MAX = 20_000
MAY_RUN = (LineItemState.BOOKED, LineItemState.IN_FLIGHT)
ON_THE_AIR = (SiteState.PROVED, SiteState.LAPSED)
EPOCH = date(1970, 1, 1)
DAY = timedelta(days=1)
FILES_AT_ONCE = 20
CREATIVE = (
    Creative.id.label("creative_id"),
    Creative.file_sha256,
    Creative.format,
    Creative.still_sha256,
    Creative.still_format,
    Creative.alt_text,
    Creative.click_through_url,
)

log = get_logger(__name__)


class Publisher:
    """Keeps one worker's snapshot up to date, in a thread of its own that needs no drain.

    The thread starts with the first request that the worker answers: a process that serves nobody asks nothing, and
    a forked worker has its own. Tests swap databases under a living app; there, each request looks for itself.
    """

    def __init__(self, app: Flask, config: Config, *, event_log: EventLog) -> None:
        self._app = app
        self._config = config
        self._event_log = event_log
        self._files = CreativeFiles(config.data_dir)
        self._looks_each_time = config.environment == "test"
        self._starting = threading.Lock()
        self._pid = 0
        self._snapshot = EMPTY
        self._offset_s = 0
        self._built_at_s = 0.0
        self._turns: dict[int, Iterator[int]] = {}

    def look(self) -> tuple[Snapshot, int]:
        """What may run, and the market's time in milliseconds since the epoch."""
        if self._pid != os.getpid():
            self._start()
        return self._snapshot, int((time.time() + self._offset_s) * 1000)

    @property
    def snapshot(self) -> Snapshot:
        """What may run, as the last refresh found it."""
        return self._snapshot

    def refresh(self, *, in_any_case: bool = False) -> None:
        """Looks whether something changed, and if so swaps the snapshot."""
        with self._app.app_context():
            with reading_connection() as connection:
                version, self._offset_s = connection.execute(_look_query(self._config)).one()
            today = int(time.time() + self._offset_s) // (DAY_MS // 1000)
            is_old = time.monotonic() - self._built_at_s > REBUILD_EVERY_S
            is_new_day = today not in self._snapshot.salts
            if in_any_case or is_old or is_new_day or version != self._snapshot.version:
                self._rebuild(version)

    def _start(self) -> None:
        with self._starting:
            if self._pid == os.getpid():
                return
            self._refresh_quietly()
            if self._looks_each_time:
                return
            threading.Thread(target=self._follow, name="delivery-snapshot", daemon=True).start()
            self._pid = os.getpid()

    def _follow(self) -> None:
        while True:
            time.sleep(LOOK_EVERY_S)
            self._refresh_quietly()
            self._event_log.close_when_due()

    def _refresh_quietly(self) -> None:
        try:
            self.refresh(in_any_case=self._looks_each_time)
        except Exception:
            # Without the database, what was true a moment ago still is the best there is; flights end on time anyway.
            log.exception("snapshot_not_refreshed")

    def _rebuild(self, version: int) -> None:
        with reading_connection() as connection:
            now = database_now(connection)
            days = (now.date(), now.date() + DAY)
            salts = _salts(connection, days)
        if len(salts) < len(days):
            in_transaction(lambda: ensure_salts(now))
        with reading_connection() as connection:
            salts = _salts(connection, days)
            line_items_booked, houses, sockets = (
                connection.execute(query).all() for query in (_booked_line_items(now), _house_ads(), _sockets(now))
            )
            files = _file_names([*line_items_booked, *houses])
            self._keep_files(connection, files)
        if now.date() not in {EPOCH + DAY * day for day in self._snapshot.salts}:
            self._files.forget_unused(files)
        recent = {**self._snapshot.landing_pages, **_landing_pages([*line_items_booked, *houses])}
        self._snapshot = Snapshot(
            version=version,
            sockets=self._entries(sockets, line_items_booked, houses),
            landing_pages=dict(islice(recent.items(), max(0, len(recent) - LANDING_PAGES_MAX), None)),
            salts={(day - EPOCH).days: salt for day, salt in salts.items()},
        )
        self._built_at_s = time.monotonic()

    def _keep_files(self, connection: Connection, names: Collection[str]) -> None:
        missing = self._files.missing(names)
        for start in range(0, len(missing), FILES_AT_ONCE):
            wanted = {name.partition(".")[0]: name for name in missing[start : start + FILES_AT_ONCE]}
            query = sa.select(StoredFile.sha256, StoredFile.content).where(StoredFile.sha256.in_(wanted))
            for sha256, content in connection.execute(query):
                self._files.keep(wanted[sha256], content)

    def _entries(
        self, sockets: Sequence[Row[Any]], line_items_booked: Sequence[Row[Any]], houses: Sequence[Row[Any]]
    ) -> dict[str, SocketEntry]:
        booked: dict[int, list[Row[Any]]] = defaultdict(list)
        for row in line_items_booked:
            booked[row.socket_id].append(row)
        house = {row.socket_id: row for row in houses}
        return {row.slug: self._entry(row, booked.get(row.id, ()), house.get(row.id)) for row in sockets}

    def _entry(self, socket: Row[Any], line_items_booked: Sequence[Row[Any]], house: Row[Any] | None) -> SocketEntry:
        # Fewer places than before never take a place from what is sold on it.
        places: list[list[LiveLineItem]] = [
            [] for _ in range(max([socket.places, *(row.place for row in line_items_booked)]))
        ]
        for row in line_items_booked:
            filling = filled_by_line_item(socket.slug, socket.id, row.line_item_id, self._creative(row, row.terms))
            places[row.place - 1].append(LiveLineItem(row.place, *_flight_ms(*_flight_of(row)), filling))
        turns = self._turns.setdefault(socket.id, count(secrets.randbelow(len(places))))
        nothing = filled_by_nothing(socket.slug)
        otherwise = self._otherwise(socket, house) or nothing
        return SocketEntry(socket.id, socket.domain, tuple(map(tuple, places)), otherwise, nothing, turns)

    def _otherwise(self, socket: Row[Any], house: Row[Any] | None) -> Filling | None:
        """What the publisher chose for a place that nobody has booked."""
        if socket.fallback is Fallback.HOUSE_AD and house is not None:
            return filled_by_house_ad(socket.slug, socket.id, self._creative(house, socket))
        if socket.fallback is Fallback.ADVERTISE_HERE and socket.state is SocketState.OPEN:
            page = f"{self._config.base_url}/sockets/{socket.slug}"
            return filled_by_invitation(socket.slug, page, width_px=socket.width_px, height_px=socket.height_px)
        return None

    def _creative(self, row: Row[Any], size: SocketTerms | Row[Any]) -> CreativeEntry:
        """A creative in the size that was sold; the publisher's own in that of the socket."""
        folder = f"{self._config.creatives_url}/creatives"
        still = f"{folder}/{file_name(row.still_sha256, row.still_format)}" if row.still_sha256 else None
        return CreativeEntry(
            id=row.creative_id,
            image_url=f"{folder}/{file_name(row.file_sha256, row.format)}",
            still_url=still,
            width_px=size.width_px,
            height_px=size.height_px,
            alt_text=row.alt_text,
            click_through_url=row.click_through_url,
        )


def landing_page_of(creative_id: int) -> str | None:
    """Where a click on a creative goes, though it does not run any more; None when there is none such."""
    query = sa.select(Creative.click_through_url).where(Creative.id == creative_id)
    found = db.session.scalars(query).one_or_none()
    return iri_to_uri(found) if found is not None else None


def shown_file(sha256: str) -> bytes | None:
    """The file of a creative that ran or runs; None for all others, which the public has no business with."""
    was_shown = sa.or_(
        sa.exists().where(Assignment.creative_id == Creative.id), sa.exists().where(HouseAd.creative_id == Creative.id)
    )
    of_creative = sa.or_(Creative.file_sha256 == StoredFile.sha256, Creative.still_sha256 == StoredFile.sha256)
    query = sa.select(StoredFile.content).where(StoredFile.sha256 == sha256, sa.exists().where(of_creative, was_shown))
    return db.session.scalars(query).one_or_none()


def _look_query(config: Config) -> sa.Select[*tuple[Any, ...]]:
    offset = sa.select(ClockOffset.seconds).scalar_subquery() if config.is_local else sa.null()
    return sa.select(DeliveryVersion.version, sa.func.coalesce(offset, 0))


def _runs(now: datetime) -> sa.ColumnElement[bool]:
    """Line items that run or soon begin. Local days differ by a day at most; the decision looks at the second."""
    soon = (now + BEGINS_WITHIN).date() + DAY
    return sa.and_(LineItem.state.in_(MAY_RUN), LineItem.starts_on <= soon, LineItem.ends_before >= now.date() - DAY)


def _booked_line_items(now: datetime) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            LineItem.id.label("line_item_id"),
            LineItem.socket_id,
            LineItem.place,
            LineItem.starts_on,
            LineItem.ends_before,
            LineItem.time_zone,
            LineItem.terms,
            *CREATIVE,
        )
        .join(Assignment, sa.and_(Assignment.line_item_id == LineItem.id, Assignment.ended_at.is_(None)))
        .join(Creative, Creative.id == Assignment.creative_id)
        .where(_runs(now))
        .order_by(LineItem.starts_on, LineItem.id)
    )


def _house_ads() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(HouseAd.socket_id, *CREATIVE)
        .join(Creative, Creative.id == HouseAd.creative_id)
        .join(Socket, Socket.id == HouseAd.socket_id)
        .where(Socket.fallback == Fallback.HOUSE_AD)
    )


def _sockets(now: datetime) -> sa.Select[*tuple[Any, ...]]:
    """Sockets that may show something: those open, and those closed on which something sold still runs."""
    is_booked = sa.exists().where(LineItem.socket_id == Socket.id, _runs(now))
    return (
        sa.select(
            Socket.id,
            Socket.slug,
            Socket.width_px,
            Socket.height_px,
            Socket.places,
            Socket.fallback,
            Socket.state,
            Site.domain,
        )
        .join(Site, Site.id == Socket.site_id)
        .where(Site.state.in_(ON_THE_AIR), sa.or_(Socket.state == SocketState.OPEN, is_booked))
    )


def _salts(connection: Connection, days: Sequence[date]) -> Mapping[date, str]:
    query = sa.select(DailySalt.day, DailySalt.salt).where(DailySalt.day.in_(days))
    return {row.day: row.salt for row in connection.execute(query)}


def _file_names(rows: Sequence[Row[Any]]) -> set[str]:
    names = {file_name(row.file_sha256, row.format) for row in rows}
    return names | {file_name(row.still_sha256, row.still_format) for row in rows if row.still_sha256}


def _landing_pages(rows: Sequence[Row[Any]]) -> dict[int, str]:
    """By creative, spelled as a header may hold it."""
    return {row.creative_id: iri_to_uri(row.click_through_url) for row in rows}


def _flight_of(row: Row[Any]) -> tuple[date, date, str]:
    return row.starts_on, row.ends_before, row.time_zone


@lru_cache(maxsize=4096)
def _flight_ms(starts_on: date, ends_before: date, time_zone: str) -> tuple[int, int]:
    """The flight in milliseconds since the epoch; many line items share their dates."""
    flight, zone = Flight(starts_on, ends_before), ZoneInfo(time_zone)
    return _ms(flight.starts_at(zone)), _ms(flight.ends_at(zone))


def _ms(instant: datetime) -> int:
    return int(instant.astimezone(UTC).timestamp() * 1000)
