"""A second opinion on the event log: counts the raw lines again, plainly and one by one.

Written from the rules as product and operations state them, not from the code that counts: it knows neither
batches nor transactions nor tables.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

MINUTE = 60_000
HOUR = 60 * MINUTE
FIVE_VIEWS = (5, 5 * MINUTE)
THREE_CLICKS = (3, 10 * MINUTE)
NEVER = -(10**15)
MEASURES = {"d": "request", "i": "impression", "v": "viewable", "c": "click"}

Row = tuple[int, int, int, str, str]
"""Socket, line item, creative, measure, verdict."""


class Home(NamedTuple):
    """Where a socket belongs, and the zone of its days."""

    domain: str
    zone: ZoneInfo


@dataclass
class Ground:
    """What there is besides the log: homes of sockets, owners' addresses, closed days, robots."""

    homes: dict[int, Home]
    own: dict[tuple[int, str], int]
    """By socket and address hash: when the owner was signed in there last."""
    closed: set[tuple[int, date]]
    robots: set[str]


class _Said(NamedTuple):
    """A line of the log; absent words are empty. ``age`` is that of its token."""

    measure: str
    at: int
    socket: int
    line_item: int
    creative: int
    nonce: str
    age: int
    hashed: str
    host: str
    flags: str
    agent: str


@dataclass
class Recount:
    """The counters as they should be."""

    ground: Ground
    rows: Counter[Row] = field(default_factory=Counter)
    unreadable: int = 0
    strays: int = 0
    used: set[tuple[str, str]] = field(default_factory=set)
    windows: dict[tuple[str, ...], tuple[int, int]] = field(default_factory=dict)

    def read(self, lines: Iterable[str]) -> None:
        """Counts whole lines, in order."""
        for line in lines:
            fields = line.rstrip("\n").split("\t")
            if len(fields) != 12 or fields[0] != "1" or fields[1] not in MEASURES or not fields[2].isdigit():
                self.unreadable += 1
            elif int(fields[3]) not in self.ground.homes:
                self.strays += 1
            else:
                self._count(_said(fields))

    def _count(self, said: _Said) -> None:
        home = self.ground.homes[said.socket]
        about = (said.socket, said.line_item, said.creative)
        verdict = _fault(said, home.domain, self.ground.robots)
        if verdict is None and said.at - self.ground.own.get((said.socket, said.hashed), NEVER) <= 24 * HOUR:
            verdict = "own_view"
        day = datetime.fromtimestamp(said.at / 1000, home.zone).date()
        is_closed = (said.line_item, day) in self.ground.closed
        if said.measure == "request":
            self.rows[said.socket, 0, 0, "request", verdict or "counted"] += 1
            if said.line_item:
                self.rows[*about, "filled", verdict or ("late" if is_closed else "counted")] += 1
            return
        if verdict is None:
            verdict = self._repeated(said) or ("late" if is_closed else "counted")
        if verdict == "counted":
            self._remember(said)
        self.rows[*about, said.measure, verdict] += 1
        if said.measure == "impression" and "m" in said.flags:
            self.rows[*about, "measurable", verdict] += 1

    def _repeated(self, said: _Said) -> str | None:
        if (said.nonce, said.measure) in self.used:
            return "duplicate"
        most, _ = _limit(said)
        return "rate_limit" if said.hashed and self._window(said)[1] >= most else None

    def _remember(self, said: _Said) -> None:
        self.used.add((said.nonce, said.measure))
        if said.hashed:
            began, events = self._window(said)
            self.windows[_whose(said)] = (began, events + 1)

    def _window(self, said: _Said) -> tuple[int, int]:
        began, events = self.windows.get(_whose(said), (said.at, 0))
        _, length = _limit(said)
        return (began, events) if abs(said.at - began) < length else (said.at, 0)


def _said(fields: list[str]) -> _Said:
    kind, at, socket, line_item, creative = fields[1], *(int(word) for word in fields[2:6])
    issued = int(fields[7])
    nonce, hashed, host, flags, agent = ("" if word == "-" else word for word in (fields[6], *fields[8:]))
    return _Said(MEASURES[kind], at, socket, line_item, creative, nonce, at - issued, hashed, host, flags, agent)


def _fault(said: _Said, home: str, robots: set[str]) -> str | None:
    has_token, life = said.measure != "request", (24 if said.measure == "click" else 4) * HOUR
    if "b" in said.flags or (has_token and not said.nonce):
        return "bad_token"
    if "x" in said.flags or (has_token and said.age > life):
        return "stale_token"
    if said.host not in {home, f"www.{home}"} and (said.host or not has_token):
        return "wrong_domain"
    if "p" in said.flags:
        return "prefetch"
    if not said.agent or said.agent in robots:
        return "known_bot"
    return "data_centre" if "d" in said.flags else None


def _limit(said: _Said) -> tuple[int, int]:
    return THREE_CLICKS if said.measure == "click" else FIVE_VIEWS


def _whose(said: _Said) -> tuple[str, ...]:
    if said.measure == "click":
        return (said.measure, said.hashed, str(said.line_item or ("none", said.creative)))
    return (said.measure, said.hashed, str(said.socket), said.agent)
