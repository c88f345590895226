"""Events as the gate writes them, and the mover that counts them."""

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask

from app.delivery.event_log import NONE, EventDetails, EventKind, event_line, reader_fields
from app.delivery.log_files import EVENTS
from app.delivery.mover import Mover, MoverPass
from config import Config
from tests.factories.inventory import Offered, make_offer

AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
HASHED = "AAAAAAAAAAAAAAAAAAAAAA"
numbers = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An event, field by field; each with a token of its own unless one is given."""

    kind: EventKind = EventKind.DECISION
    at: datetime
    socket_id: int
    line_item_id: int = 0
    creative_id: int = 0
    nonce: str | None = None
    issued_at: datetime | None = None
    address_hash: str = HASHED
    host: str = "news.example"
    flags: str = ""
    agent: str = AGENT

    @property
    def line(self) -> str:
        """As the gate writes it."""
        nonce = f"nonce{next(numbers):07d}" if self.nonce is None else self.nonce
        issued_ms = in_ms(self.issued_at or self.at)
        details = EventDetails(self.socket_id, self.line_item_id, self.creative_id, nonce or NONE, issued_ms)
        reader = reader_fields(self.address_hash, self.host, self.flags, self.agent)
        return event_line(self.kind, in_ms(self.at), details, reader)

    def but(self, **changes: object) -> "Told":
        """The same with something changed."""
        return replace(self, **changes)  # type: ignore[arg-type]  # a test says what


def in_ms(at: datetime) -> int:
    """Milliseconds since the epoch."""
    return round(at.timestamp() * 1000)


def make_tagged_socket(app: Flask, **site: Any) -> Offered:  # noqa: ANN401 - any of the details
    """A socket on the site news.example, whose days are those of UTC unless said otherwise."""
    return make_offer(app, **({"address": "https://news.example", "time_zone": "UTC"} | site))


def events_directory(config: Config) -> Path:
    """Where the gate of this app writes."""
    directory = config.data_dir / EVENTS
    directory.mkdir(exist_ok=True)
    return directory


def write_log(directory: Path, content: str, name: str | None = None) -> Path:
    """A file of the log whose writer is gone."""
    path = directory / (name or f"{next(numbers):013d}-1-00000000.log")
    path.write_text(content, encoding="utf-8")
    return path


def move_events(app: Flask, config: Config) -> MoverPass:
    """Everything in the log is counted."""
    return Mover(app, events_directory(config), source="test").move()
