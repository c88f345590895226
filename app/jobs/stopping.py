"""How a long-lived process hears that it should end: signals become something it can wait for and ask."""

import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class StopRequest:
    """The wish that this process end; asked once, it stays.

    A pipe and not a ``threading.Event``: an event's lock may be held by the very code that the signal
    interrupts, and setting it in the handler would then wait for itself.
    """

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)
        self._limit_s = 0

    @contextmanager
    def listening(self, *, limit_s: int = 0) -> Iterator[None]:
        """Takes SIGTERM, SIGINT and SIGHUP as the wish to end while the block runs.

        Args:
            limit_s: when given, the system ends this process that many seconds after the first signal,
                whatever it is doing; an open transaction is then rolled back by the database.
        """
        self._limit_s = limit_s
        before = {number: signal.signal(number, self._on_signal) for number in SIGNALS}
        try:
            yield
        finally:
            signal.alarm(0)
            for number, handler in before.items():
                signal.signal(number, handler)

    def ask(self) -> None:
        """Asks the process to end; safe in a signal handler and from any thread."""
        try:
            os.write(self._writer, b".")
        except BlockingIOError:
            return  # the pipe is full of the same wish

    def is_asked(self) -> bool:
        """Whether the end was asked for."""
        return self.wait(0)

    def wait(self, timeout_s: float) -> bool:
        """Sleeps for ``timeout_s`` seconds, or less when the end is asked for; says whether it was."""
        readable, _, _ = select.select([self._reader], [], [], timeout_s)
        return bool(readable)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self._limit_s and not self.is_asked():
            signal.alarm(self._limit_s)
        self.ask()
