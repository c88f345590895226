"""A second opinion on the event log: counts the raw lines again, plainly and one by one.

Written from the rules as product and operations state them, not from the code that counts: it knows neither
batches nor transactions nor tables.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

MINUTE = 60_000
HOUR = 60 * MINUTE
FIVE_VIEWS = (5, 5 * MINUTE)
THREE_CLICKS = (3, 10 * MINUTE)

Row = tuple[int, int, int, str, str]
"""Socket, line item, creative, measure, verdict."""


@dataclass
class Ground:
    """What there is besides the log: homes of sockets, owners' addresses, closed days, robots."""

    homes: dict[int, str]
    own: dict[tuple[int, str], int]
    """By socket and address hash: when the owner was signed in there last."""
    closed: set[tuple[int, date]]
    robots: set[str]


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
            fields = line.split("\t")
            if len(fields) != 12 or fields[0] != "1" or fields[1] not in "divc" or not fields[2].isdigit():
                self.unreadable += 1
            elif int(fields[3]) not in self.ground.homes:
                self.strays += 1
            else:
                self._count([None if word == "-" else word for word in fields])

    def _count(self, fields: list[str | None]) -> None:
        kind, at, socket, line_item, creative = fields[1], *(int(word or 0) for word in fields[2:6])
        nonce, issued, hashed, host, flags, agent = fields[6], int(fields[7] or 0), *fields[8:]
        measure = {"d": "request", "i": "impression", "v": "viewable", "c": "click"}[kind or ""]
        verdict = self._fault(measure, at - issued, nonce, host, flags or "", agent, self.ground.homes[socket])
        if verdict is None and at - self.ground.own.get((socket, hashed or ""), -(10**15)) <= 24 * HOUR:
            verdict = "own_view"
        about = (socket, line_item, creative)
        is_closed = (line_item, datetime.fromtimestamp(at / 1000, UTC).date()) in self.ground.closed
        if measure == "request":
            self.rows[socket, 0, 0, measure, verdict or "counted"] += 1
            if line_item:
                self.rows[*about, "filled", verdict or ("late" if is_closed else "counted")] += 1
            return
        if verdict is None:
            verdict = self._repeated((nonce or "", measure), self._whose(measure, hashed, about, agent), at, is_closed)
        self.rows[*about, measure, verdict] += 1
        if measure == "impression" and "m" in (flags or ""):
            self.rows[*about, "measurable", verdict] += 1

    def _fault(
        self, measure: str, age: int, nonce: str | None, host: str | None, flags: str, agent: str | None, home: str
    ) -> str | None:
        has_token, life = measure != "request", (24 if measure == "click" else 4) * HOUR
        if "b" in flags or (has_token and nonce is None):
            return "bad_token"
        if "x" in flags or (has_token and age > life):
            return "stale_token"
        if (host is None and not has_token) or (host is not None and host not in {home, f"www.{home}"}):
            return "wrong_domain"
        if "p" in flags:
            return "prefetch"
        return "known_bot" if agent is None or agent in self.ground.robots else None

    def _whose(
        self, measure: str, hashed: str | None, about: tuple[int, int, int], agent: str | None
    ) -> tuple[str, ...] | None:
        if hashed is None:
            return None
        if measure == "click":
            return (measure, hashed, str(about[1] or ("none", about[2])))
        return (measure, hashed, str(about[0]), agent or "")

    def _repeated(
        self,
        token: tuple[str, str],
        whose: tuple[str, ...] | None,
        at: int,
        is_closed: bool,  # noqa: FBT001
    ) -> str:
        if token in self.used:
            return "duplicate"
        most, length = THREE_CLICKS if token[1] == "click" else FIVE_VIEWS
        began, events = self.windows.get(whose, (at, 0)) if whose else (at, 0)
        if abs(at - began) >= length:
            began, events = at, 0
        if events >= most:
            return "rate_limit"
        if is_closed:
            return "late"
        self.used.add(token)
        if whose:
            self.windows[whose] = (began, events + 1)
        return "counted"
