"""Faults on purpose, for drills: the gateway fails at a named point before or after its work is done.

They stand in a JSON file, so that a drill can set them for every process at once::

    [{"point": "after_capture", "mode": "drop", "times": 2}]

A point is ``before_`` or ``after_`` and one of ``OPERATIONS``. The mode ``drop`` cuts the connection,
``hang`` answers after ``seconds`` (25), ``error`` answers 500. Each use counts ``times`` down in the file.
"""

import fcntl
import json
import os
from dataclasses import dataclass
from pathlib import Path

MODES = frozenset({"drop", "hang", "error"})
OPERATIONS = frozenset(
    {
        *("capture", "submit", "void", "refund", "settle", "find", "search"),
        *("customer", "store_card", "remove_card", "card", "nonce", "verification", "client_token", "tokenize"),
    }
)
HANG_S = 25.0


class Dropped(Exception):  # noqa: N818 - named after what happened
    """The connection ends without an answer."""


class TimedOut(Dropped):
    """The answer comes later than the caller waits for it."""


@dataclass(frozen=True)
class Fault:
    """What goes wrong this time."""

    mode: str
    seconds: float = HANG_S


class FaultsUnreadable(Exception):  # noqa: N818 - named after what happened
    """The faults in the file are not what a drill can mean."""


class Faults:
    """The faults waiting in a file; without the file there are none."""

    def __init__(self, path: Path | None) -> None:
        """The file need not exist."""
        self._path = path

    def take(self, point: str) -> Fault | None:
        """The fault for this point, used up once; None when nothing is to go wrong here."""
        if self._path is None or not self._path.exists():
            return None
        with self._path.with_suffix(".lock").open("w") as lock:
            # Two workers must not use up the same fault.
            fcntl.flock(lock, fcntl.LOCK_EX)
            waiting = _waiting(self._path)
            for entry in waiting:
                if entry["point"] == point and int(str(entry.get("times", 1))) > 0:
                    entry["times"] = int(str(entry.get("times", 1))) - 1
                    self._write(self._path, waiting)
                    return Fault(str(entry["mode"]), float(str(entry.get("seconds", HANG_S))))
        return None

    def set(self, *faults: dict[str, object]) -> None:
        """Replaces what waits; without arguments nothing goes wrong any more.

        Raises:
            FaultsUnreadable: a point or a mode is unknown.
        """
        if self._path is None:
            message = "This gateway has no file for faults."
            raise FaultsUnreadable(message)
        _check(list(faults))
        self._write(self._path, list(faults))

    def _write(self, path: Path, faults: list[dict[str, object]]) -> None:
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.write_text(json.dumps(faults, indent=1) + "\n")
        draft.replace(path)


def _waiting(path: Path) -> list[dict[str, object]]:
    content = json.loads(path.read_text() or "[]")
    waiting: list[dict[str, object]] = content if isinstance(content, list) else [content]
    _check(waiting)
    return waiting


def _check(faults: list[dict[str, object]]) -> None:
    for fault in faults:
        when, _, operation = str(fault.get("point", "")).partition("_")
        if when not in {"before", "after"} or operation not in OPERATIONS or fault.get("mode") not in MODES:
            message = f"Not a fault: {fault}"
            raise FaultsUnreadable(message)
