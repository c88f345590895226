"""What the event log of an app says, for tests."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from flask import Flask


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log, field by field."""

    version: str
    kind: str
    event_ms: int
    socket_id: int
    line_item_id: int
    creative_id: int
    nonce: str
    issued_ms: int
    address_hash: str
    host: str
    flags: str
    user_agent: str


def event_lines(directory: Path) -> list[Line]:
    """Every line, in the order of files and lines."""
    paths = sorted(directory.glob("*.log"))
    return [_line(text) for path in paths for text in path.read_text().split("\n") if text]


def logged(app: Flask) -> list[Line]:
    """Every line that this app has written since ``forget_events``."""
    return event_lines(app.config["ISOCKET"].data_dir / "events")


def forget_events(app: Flask) -> None:
    """Empties the log of an app that the tests of a worker share."""
    app.wsgi_app._log.close()  # type: ignore[attr-defined]  # the gate keeps it to itself
    shutil.rmtree(app.config["ISOCKET"].data_dir / "events", ignore_errors=True)


def _line(text: str) -> Line:
    version, kind, event_ms, socket, line_item, creative, nonce, issued_ms, *reader = text.split("\t")
    numbers = (int(event_ms), int(socket), int(line_item), int(creative))
    return Line(version, kind, *numbers, nonce, int(issued_ms), *reader)
