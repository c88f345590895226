"""The event log: what was answered, written down before the answer is sent.

A line a kind of event::

    1 <kind> <event ms> <socket> <line item or 0> <creative or 0> <nonce or -> <issued ms or 0>
      <address hash or -> <host or -> <flags or -> <user agent or ->

tab-separated, UTF-8, ended by a line feed. A file belongs to one process, which holds its lock (flock) as long as
it writes to it; a file that can be locked has no writer any more. What has been written outlives the process,
however it ends; it does not outlive the machine's disk.
"""

import fcntl
import os
import secrets
import threading
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

LINE_VERSION = "1"
FILE_BYTES_MAX = 4 * 1024 * 1024
FILE_SECONDS_MAX = 60.0
NAME_HEX_BYTES = 4
SUFFIX = ".log"
DRAFT_SUFFIX = ".draft"
USER_AGENT_CHARACTERS_MAX = 200
NONE = "-"


class EventKind(StrEnum):
    """What a line tells of."""

    DECISION = "d"
    """A socket was asked for, and this was the answer."""
    IMPRESSION = "i"
    """An ad began to render."""
    VIEWABLE = "v"
    """An ad was in view for a second."""
    CLICK = "c"
    """The link of an ad was followed."""


class EventFlag(StrEnum):
    """What else is known of an event; letters that stand together in one field."""

    PREFETCH = "p"
    """The browser fetched ahead of the reader."""
    MEASURABLE = "m"
    """The browser can tell how much of an ad is in view."""
    GPC = "g"
    """The reader objects to being recognised: no hash is written."""
    DATA_CENTRE = "d"
    """The address belongs to a provider of servers; only here it is still known."""
    STALE = "x"
    """The token is too old, or from the future."""
    FORGED = "b"
    """The token is none of ours."""


@dataclass(frozen=True, slots=True)
class EventDetails:
    """What an event is about: the ids and the token behind it."""

    socket_id: int = 0
    line_item_id: int = 0
    creative_id: int = 0
    nonce: str = NONE
    issued_ms: int = 0


NOTHING_KNOWN = EventDetails()


def event_line(kind: EventKind, event_ms: int, details: EventDetails, reader: str) -> str:
    """One line of the log; ``reader`` is what ``reader_fields`` made."""
    return (
        f"{LINE_VERSION}\t{kind.value}\t{event_ms}\t{details.socket_id}\t{details.line_item_id}\t"
        f"{details.creative_id}\t{details.nonce}\t{details.issued_ms}\t{reader}\n"
    )


def reader_fields(hashed: str, host: str, flags: str, user_agent: str) -> str:
    """The last four fields of a line: what is known of who asked."""
    return f"{hashed or NONE}\t{host or NONE}\t{flags or NONE}\t{user_agent or NONE}"


def clean_user_agent(sent: str) -> str:
    """A user agent as the log takes it: at most 200 characters, and none that could end a field or a line."""
    kept = "".join(character if character.isprintable() else " " for character in sent[:USER_AGENT_CHARACTERS_MAX])
    return kept.strip()


class EventLog:
    """Appends to this process's own file; safe for any number of threads, and for a process that was forked."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._opening = threading.Lock()
        self._file: _LogFile | None = None

    def append(self, lines: str) -> None:
        """Writes whole lines; when this returns, they outlive the process.

        Raises:
            OSError: they could not be written, or not all of them.
        """
        content = lines.encode()
        file = self._file
        if file is None or file.is_due(time.monotonic()):
            file = self._open_next()
        # No lock is held: the kernel keeps the order of appended lines, and the file stays open while it is used here.
        written = os.write(file.descriptor, content)
        file.byte_count += written
        if written != len(content):
            # The rest of a file must stay readable: what is torn may only be its end.
            self.close()
            message = "the event log took only part of a line"
            raise OSError(message)

    def close_when_due(self) -> None:
        """Gives a file without recent events free for counting to the end; the next event opens another one."""
        file = self._file
        if file is not None and file.is_due(time.monotonic()):
            self.close()

    def close(self) -> None:
        """Ends the file that is written to; threads that are writing to it finish first."""
        with self._opening:
            self._file = None

    def _open_next(self) -> "_LogFile":
        with self._opening:
            file = self._file
            if file is None or file.is_due(time.monotonic()):
                file = self._file = _LogFile(self._directory)
            return file


class _LogFile:
    """An open file of the log; closed, and so unlocked, when the last thread that uses it lets go of it."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.pid = os.getpid()
        self.byte_count = 0
        self.ends_at_s = time.monotonic() + FILE_SECONDS_MAX
        name = f"{time.time_ns() // 1_000_000:013d}-{self.pid}-{secrets.token_hex(NAME_HEX_BYTES)}{SUFFIX}"
        draft = directory / f".{name}{DRAFT_SUFFIX}"
        self.descriptor = os.open(draft, os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        # It gets its name when it is locked: nobody ever finds a file of the log that waits for its writer.
        fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        draft.rename(directory / name)

    def is_due(self, now_s: float) -> bool:
        """Whether the next line belongs into another file: this one is full, old, or the parent process's."""
        return self.byte_count >= FILE_BYTES_MAX or now_s >= self.ends_at_s or self.pid != os.getpid()

    def __del__(self) -> None:
        if hasattr(self, "descriptor"):
            os.close(self.descriptor)
