"""What the app writes to its log, line by line as an operator gets it."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from structlog.stdlib import ProcessorFormatter


@dataclass
class LogLines:
    """The lines written while they were collected."""

    stream: io.StringIO = field(default_factory=io.StringIO)

    @property
    def text(self) -> str:
        """Everything, as written."""
        return self.stream.getvalue()

    @property
    def records(self) -> list[dict[str, Any]]:
        """Each line read as the JSON object it must be."""
        return [json.loads(line) for line in self.text.split("\n") if line]

    def about(self, event: str) -> list[dict[str, Any]]:
        """The lines of one event."""
        return [record for record in self.records if record["event"] == event]


@contextmanager
def log_lines(level: str = "INFO") -> Iterator[LogLines]:
    """Collects what goes through the app's own handler and formatter, and nothing else."""
    root = logging.getLogger()
    # Apps made in a test set the log up anew: theirs is the last of these.
    handler = [one for one in root.handlers if isinstance(one.formatter, ProcessorFormatter)][-1]
    assert isinstance(handler, logging.StreamHandler)
    lines, before, quiet = LogLines(), handler.stream, root.level
    # Not by setStream: that flushes the old stream, which pytest may have closed since.
    handler.stream = lines.stream
    root.setLevel(level)
    try:
        yield lines
    finally:
        handler.stream = before
        root.setLevel(quiet)
