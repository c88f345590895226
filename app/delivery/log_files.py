"""Files of the event log, as the one who counts them sees them."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.delivery.event_log import DRAFT_SUFFIX, SUFFIX

EVENTS = "events"
MOVER_LOCK = ".mover"
STRETCH_BYTES = 1024 * 1024
DRAFTS_KEPT_S = 3600


class AnotherMover(Exception):  # noqa: N818 - it says who is there, not what went wrong
    """Another process is counting the events of this directory; there can be one only."""


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Whole lines of a file from one byte to another."""

    begins_at_byte: int
    ends_at_byte: int
    lines: list[bytes]
    is_torn: bool = False
    """A last line without its end is left out: its writer died in the middle of it."""
    is_last: bool = False
    """Nothing will be written behind it."""


@contextmanager
def sole_mover(directory: Path) -> Iterator[None]:
    """Is the one mover of this directory while the block runs.

    Raises:
        AnotherMover: somebody else is.
    """
    directory.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(directory / MOVER_LOCK, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        if not _is_free(descriptor):
            raise AnotherMover(directory)
        yield
    finally:
        os.close(descriptor)


def log_files(directory: Path) -> list[Path]:
    """The files of the log by name, which begins with the time they were begun."""
    return sorted(path for path in directory.glob(f"*{SUFFIX}") if not path.name.startswith("."))


def stretches(path: Path, begins_at_byte: int) -> Iterator[ByteRange]:
    """What a file holds from a byte on, a megabyte or so at a time; nothing when there is nothing new.

    A file that can be locked has no writer any more: then the last stretch says so, and is given even when it is
    empty. The lock is tried before reading, so that nothing can be written behind the end that is found.
    """
    with path.open("rb") as file:
        is_over = _is_free(file.fileno())
        size = os.fstat(file.fileno()).st_size
        at = begins_at_byte
        while at < size:
            stretch = _read(file, at, size, is_over=is_over)
            if stretch.ends_at_byte == at:
                return  # half a line, whose writer is still at it
            yield stretch
            at = stretch.ends_at_byte
            if stretch.is_last:
                return
        if is_over:
            yield ByteRange(at, at, [], is_last=True)


def backlog_bytes(directory: Path, counted: dict[str, int]) -> int:
    """How much is written and not counted yet.

    Args:
        directory: where the log is.
        counted: up to which byte each file is counted.
    """
    sizes = {path.name: path.stat().st_size for path in log_files(directory) if path.exists()}
    return sum(max(0, size - counted.get(name, 0)) for name, size in sizes.items())


def remove_old_drafts(directory: Path) -> None:
    """Takes away files that a process made and died before it gave them their name: nothing was written to them."""
    for path in directory.glob(f".*{DRAFT_SUFFIX}"):
        try:
            if time.time() - path.stat().st_mtime > DRAFTS_KEPT_S:
                path.unlink()
        except FileNotFoundError:
            continue


def _read(file: BinaryIO, at: int, size: int, *, is_over: bool) -> ByteRange:
    file.seek(at)
    content = file.read(min(STRETCH_BYTES, size - at))
    ends_here = at + len(content) >= size
    whole = content.rfind(b"\n") + 1
    if whole == 0 and not ends_here:
        # A megabyte without a line end: no line of ours. It is passed over as one that cannot be read.
        return ByteRange(at, at + len(content), [content])
    lines = content[:whole].split(b"\n")[:-1]
    if is_over and ends_here:
        return ByteRange(at, size, lines, is_torn=whole < len(content), is_last=True)
    return ByteRange(at, at + whole, lines)


def _is_free(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
