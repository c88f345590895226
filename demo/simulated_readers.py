"""Simulated readers: they open pages on sites of this market, and their browsers ask the ad server over HTTP."""

import heapq
import http.client
import json
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.domain.inventory.models import Site, Socket
from app.domain.inventory.states import PagePosition, SiteState, SocketState
from app.domain.measurement.states import Measure
from app.foundation.clock import database_now
from app.foundation.db import reading_connection
from demo.crowd import (
    AHEAD_SHARE,
    ELSEWHERE,
    ELSEWHERE_SHARE,
    RELOADING_SHARE,
    RELOADS,
    Habits,
    Reader,
    expected_visits,
    headers_of,
    measure_of,
    new_reader,
    reactions,
)

TIMEOUT_S = 10
SOCKETS_A_PAGE_MAX = 20
# As many as the first page leads to a second one; nobody reads more than four.
READS_ON, PAGES_MAX = 0.35, 4
STAY_S_MIN = 4.0
RELOADED_EVERY_S = 0.3
# What takes longer than so many stays is done by a tab that slept for hours; nobody waits for it here.
REACTION_STAYS_MAX = 1.5
SITE_VISITS_A_DAY = 100.0
VIEWABLE_PERCENT = {
    PagePosition.HEADER: 64,
    PagePosition.ABOVE_FOLD: 72,
    PagePosition.IN_CONTENT: 75,
    PagePosition.SIDEBAR: 60,
    PagePosition.BELOW_FOLD: 52,
    PagePosition.FOOTER: 42,
    PagePosition.NEWSLETTER: 91,
}


@dataclass(frozen=True, slots=True)
class PageSocket:
    """A socket as it stands on a page."""

    id: int
    slug: str
    viewable_percent: int


@dataclass(frozen=True, slots=True)
class SitePage:
    """The pages of a site: where they are, which sockets stand on them, and how busy they are now."""

    host: str
    sockets: tuple[PageSocket, ...]
    busyness: float


@dataclass(frozen=True, slots=True)
class _Call:
    reader: Reader
    headers: dict[str, str]
    path: str
    sockets: tuple[PageSocket, ...] = ()
    """Of a request for ads: those asked for, in order."""


def pages_on_the_air(domain: str | None) -> list[SitePage]:
    """The pages of all sites, or of one, on which open sockets stand."""
    query = (
        sa.select(Site.domain, Site.time_zone, Socket.id, Socket.slug, Socket.position)
        .join(Socket, Socket.site_id == Site.id)
        .where(Socket.state == SocketState.OPEN, Site.state.in_((SiteState.PROVED, SiteState.LAPSED)))
        .order_by(Site.id, Socket.id)
    )
    if domain is not None:
        query = query.where(Site.domain == domain)
    together: dict[tuple[str, bool], list[PageSocket]] = {}
    zones: dict[str, ZoneInfo] = {}
    with reading_connection() as connection:
        now = database_now(connection)
        for row in connection.execute(query):
            zones[row.domain] = ZoneInfo(row.time_zone)
            socket = PageSocket(row.id, row.slug, VIEWABLE_PERCENT[row.position])
            together.setdefault((row.domain, row.position is PagePosition.NEWSLETTER), []).append(socket)
    return [
        SitePage(
            host, tuple(sockets[:SOCKETS_A_PAGE_MAX]), expected_visits(Habits(zones[host], SITE_VISITS_A_DAY), now)
        )
        for (host, _), sockets in together.items()
    ]


class Crowd:
    """Readers who come, and what they have sent. Each has an address of its own on the loopback network."""

    def __init__(self, server: tuple[str, int], pages: Sequence[SitePage], *, stay_s_max: float) -> None:
        self.sent: Counter[Measure] = Counter()
        self.pages_opened = 0
        self._server, self._pages, self._stay_s_max = server, pages, stay_s_max
        self._chance = random.SystemRandom()
        self._waiting: list[tuple[float, int, _Call]] = []
        self._numbers = count()
        self._has_addresses = True

    def come(self, readers: int, seconds: float) -> None:
        """So many readers come within a time; returns when the last has gone.

        Raises:
            OSError: the server does not answer.
        """
        for _ in range(readers):
            self._plan(new_reader(self._chance), self._chance.uniform(0, seconds))
        began_s = time.monotonic()
        while self._waiting:
            due_s, _, call = heapq.heappop(self._waiting)
            time.sleep(max(0.0, began_s + due_s - time.monotonic()))
            self._make(call, due_s)

    def _plan(self, reader: Reader, at_s: float) -> None:
        """The pages that one reader opens, on one site."""
        (page,) = self._chance.choices(self._pages, [page.busyness for page in self._pages])
        host = self._chance.choice(ELSEWHERE) if self._chance.random() < ELSEWHERE_SHARE else page.host
        for number in range(PAGES_MAX):
            if number and self._chance.random() >= READS_ON:
                break
            headers = headers_of(reader, host, ahead=self._chance.random() < AHEAD_SHARE)
            self._open(reader, headers, page, at_s)
            at_s += self._chance.uniform(min(STAY_S_MIN, self._stay_s_max), self._stay_s_max)
        if self._chance.random() < RELOADING_SHARE:
            headers = headers_of(reader, host, ahead=False)
            for number in range(1, RELOADS + 1):
                self._open(reader, headers, page, at_s + number * RELOADED_EVERY_S)

    def _open(self, reader: Reader, headers: dict[str, str], page: SitePage, at_s: float) -> None:
        slugs = ",".join(socket.slug for socket in page.sockets)
        self._push(at_s, _Call(reader, headers, f"/d?s={slugs}", page.sockets))
        self.pages_opened += 1

    def _push(self, at_s: float, call: _Call) -> None:
        heapq.heappush(self._waiting, (at_s, next(self._numbers), call))

    def _make(self, call: _Call, at_s: float) -> None:
        body = self._answer(call)
        if not call.sockets:
            self.sent[measure_of(call.path)] += 1
            return
        self.sent[Measure.REQUEST] += len(call.sockets)
        for said, socket in zip(json.loads(body), call.sockets, strict=True):
            for reaction in reactions(call.reader, socket.viewable_percent, chance=self._chance):
                if said.get("token") and reaction.after_s <= self._stay_s_max * REACTION_STAYS_MAX:
                    path = reaction.path.format(said["token"])
                    self._push(at_s + reaction.after_s, _Call(call.reader, call.headers, path))

    def _answer(self, call: _Call) -> bytes:
        # Browsers tell of views by a beacon, which is a POST.
        method = "POST" if call.path.startswith("/e/") else "GET"
        connection = self._connection(call.reader)
        try:
            connection.request(method, call.path, headers=call.headers)
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        if response.status >= http.HTTPStatus.BAD_REQUEST:
            message = f"it answered {response.status}"
            raise OSError(message)
        return body

    def _connection(self, reader: Reader) -> http.client.HTTPConnection:
        """From the reader's own address where the system has the whole network 127.0.0.0/8 on its loopback."""
        if self._has_addresses:
            source = f"127.{reader.address.partition('.')[2]}"
            connection = http.client.HTTPConnection(*self._server, timeout=TIMEOUT_S, source_address=(source, 0))
            try:
                connection.connect()
            except OSError:
                self._has_addresses = False
            else:
                return connection
        return http.client.HTTPConnection(*self._server, timeout=TIMEOUT_S)
