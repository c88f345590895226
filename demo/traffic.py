"""A month of readers: each page view goes through the real gate at the demo's time, and the real mover counts it."""

import heapq
import io
import json
import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING

from app.commands.events import HERE
from app.delivery.event_log import EventLog
from app.delivery.gate import DeliveryGate
from app.delivery.log_files import EVENTS
from app.delivery.mover import Mover
from app.delivery.publish import Publisher
from app.delivery.snapshot import EMPTY, Snapshot
from app.domain.inventory.states import PagePosition
from app.domain.measurement.states import Measure
from demo.crowd import Habits, Reader, headers_of, measure_of, reactions, visits_between
from demo.market import Market, StandingSocket
from demo.plot import SILENT_DAYS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

BUSY_WEEKDAYS = {"branch-line": 4, "borrow": 1, "invoice": 0, "fell": 5}


@dataclass(frozen=True, slots=True)
class Pages:
    """Pages of a site on which the same sockets stand; each with its chance of being on a page."""

    host: str
    habits: Habits
    sockets: tuple[tuple[StandingSocket, float], ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A request that a reader's browser makes."""

    reader: Reader
    headers: dict[str, str]
    path: str
    sockets: tuple[StandingSocket, ...] = ()
    """Of a request for ads: those asked for, in order."""


class TimedFeed:
    """Tells the gate what may run and which time it is, as the demo has it."""

    def __init__(self) -> None:
        """Nothing runs yet."""
        self.snapshot: Snapshot = EMPTY
        self.now_ms = 0

    def look(self) -> tuple[Snapshot, int]:
        """See ``Feed``."""
        return self.snapshot, self.now_ms


class Traffic:
    """The readers of the demo market's sites."""

    def __init__(self, market: Market, chance: random.Random, *, share: float, begins_at: datetime) -> None:
        """``share`` of the visits that the words of the sockets tell of come by, from ``begins_at`` on."""
        config, app = market.config, market.app
        self._chance = chance
        self._log = EventLog(config.data_dir / EVENTS)
        self._publisher = Publisher(app, config, event_log=self._log)
        self._feed = TimedFeed()
        self._gate = DeliveryGate(_nobody, config, feed=self._feed, event_log=self._log)
        self._mover = Mover(app, config.data_dir / EVENTS, source=HERE)
        self._pages = tuple(_pages_of(market, share))
        self._at = begins_at
        self._waiting: list[tuple[int, int, Call]] = []
        self._numbers = count()
        self.sent: Counter[Measure] = Counter()
        """What the readers sent, as they themselves counted it."""

    def play_until(self, end: datetime) -> None:
        """Plays the visits of the readers from the last call to this one.

        Args:
            end: exclusive; what they do after it waits for the next stretch.
        """
        if end <= self._at:
            return
        self._publisher.refresh()
        self._feed.snapshot = self._publisher.snapshot
        for pages in self._pages:
            for visit in visits_between(pages.habits, pages.host, self._at, end, chance=self._chance):
                sockets = tuple(socket for socket, odds in pages.sockets if self._chance.random() < odds)
                if sockets:
                    slugs = ",".join(socket.slug for socket in sockets)
                    headers = headers_of(visit.reader, visit.host, ahead=visit.is_ahead)
                    self._push(visit.at, Call(visit.reader, headers, f"/d?s={slugs}", sockets))
        until_ms = _ms(end)
        while self._waiting and self._waiting[0][0] < until_ms:
            at_ms, _, call = heapq.heappop(self._waiting)
            self._make(at_ms, call)
        self._at = end

    def count(self) -> None:
        """Ends the log's file and has the mover count everything in it."""
        self._log.close()
        self._mover.move()

    def _push(self, at: datetime, call: Call) -> None:
        heapq.heappush(self._waiting, (_ms(at), next(self._numbers), call))

    def _make(self, at_ms: int, call: Call) -> None:
        self._feed.now_ms = at_ms
        answer = b"".join(self._gate(_environ(call), _start_response))
        if not call.sockets:
            self.sent[measure_of(call.path)] += 1
            return
        self.sent[Measure.REQUEST] += len(call.sockets)
        for said, socket in zip(json.loads(answer), call.sockets, strict=True):
            token = said.get("token")
            if token is None:
                continue
            for reaction in reactions(call.reader, socket.words.viewable_percent, chance=self._chance):
                follow = Call(call.reader, call.headers, reaction.path.format(token))
                item = (at_ms + int(reaction.after_s * 1000), next(self._numbers), follow)
                heapq.heappush(self._waiting, item)


def _pages_of(market: Market, share: float) -> Iterable[Pages]:
    """The sockets that stand on pages together; a newsletter is a page of its own."""
    together: dict[tuple[str, bool], list[StandingSocket]] = {}
    for socket in market.sockets.values():
        together.setdefault((socket.words.site, socket.words.position is PagePosition.NEWSLETTER), []).append(socket)
    for (site, _), standing in together.items():
        most = max(socket.words.requests_a_day for socket in standing)
        habits = Habits(
            zone=standing[0].zone,
            visits_a_day=most * share,
            busy_weekday=BUSY_WEEKDAYS.get(site),
            silent_days=frozenset(market.local_day(standing[0], day) for day in SILENT_DAYS.get(site, ())),
        )
        odds = tuple((socket, socket.words.requests_a_day / most) for socket in standing)
        yield Pages(standing[0].site_domain, habits, odds)


def _environ(call: Call) -> "WSGIEnvironment":
    path, _, query = call.path.partition("?")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "REMOTE_ADDR": call.reader.address,
        "HTTP_HOST": "localhost",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
    }
    for name, value in call.headers.items():
        environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
    return environ


def _start_response(
    _status: str, _headers: list[tuple[str, str]], _error: object = None, /
) -> Callable[[bytes], object]:
    return bytes


def _nobody(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:  # noqa: ARG001 - as WSGI has it
    """Stands behind the gate: nothing that the demo's readers ask for is Flask's."""
    start_response("404 Not Found", [])
    return []


def _ms(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp() * 1000)
