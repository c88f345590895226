"""A load: a few connections that are kept open, each of which asks again as soon as it is answered.

It runs in a process of its own, knows its requests beforehand and reads of an answer only what tells its end, so
that it takes as little as it can of the machine it measures.
"""

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle

RECEIVE_BYTES = 65_536
END_OF_HEAD = b"\r\n\r\n"
LENGTH = b"content-length: "
PATIENCE_S = 60.0
PER_CENT_99 = 0.99


@dataclass(frozen=True, slots=True)
class Load:
    """What one round asks for."""

    port: int
    requests: Sequence[bytes]
    status: bytes
    """How each answer has to begin: anything else ends the benchmark."""
    seconds: float
    connections: int = 16


@dataclass(frozen=True, slots=True)
class Found:
    """What a round found."""

    per_s: float
    p50_ms: float
    p99_ms: float


class Connection:
    """One connection; it asks, waits for the whole answer, and asks again."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.asked_at_s = 0.0
        self._received = b""

    def ask(self, request: bytes) -> None:
        """Sends a request."""
        self.asked_at_s = time.perf_counter()
        self.socket.sendall(request)

    def receive(self, status: bytes) -> bool:
        """Takes what has come; says whether the answer is whole.

        Raises:
            RuntimeError: the answer is not the one expected.
        """
        self._received += self.socket.recv(RECEIVE_BYTES)
        head_end = self._received.find(END_OF_HEAD)
        if head_end < 0:
            return False
        if not self._received.startswith(status):
            message = f"unexpected answer: {self._received[:300]!r}"
            raise RuntimeError(message)
        found = self._received.find(LENGTH, 0, head_end)
        length = int(self._received[found + len(LENGTH) :].split(b"\r", 1)[0]) if found >= 0 else 0
        if len(self._received) < head_end + len(END_OF_HEAD) + length:
            return False
        self._received = b""
        return True


def drive(load: Load) -> Found:
    """Asks for so many seconds and says how it went."""
    requests = cycle(load.requests)
    with selectors.EpollSelector() as selector:
        connections = [Connection(load.port) for _ in range(load.connections)]
        for connection in connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.ask(next(requests))
        started = time.perf_counter()
        waits = _ask_until(selector, requests, load, started + load.seconds)
        spent = time.perf_counter() - started
        for connection in connections:
            connection.socket.close()
    waits.sort()
    return Found(len(waits) / spent, waits[len(waits) // 2] * 1000, waits[int(len(waits) * PER_CENT_99)] * 1000)


def _ask_until(selector: selectors.BaseSelector, requests: Iterator[bytes], load: Load, end_s: float) -> list[float]:
    """Keeps every connection busy; gives how long each answer took, in seconds."""
    waits: list[float] = []
    now_s = 0.0
    while now_s < end_s:
        ready = selector.select(PATIENCE_S)
        if not ready:
            message = "the server does not answer any more"
            raise RuntimeError(message)
        for key, _ in ready:
            connection: Connection = key.data
            if connection.receive(load.status):
                now_s = time.perf_counter()
                waits.append(now_s - connection.asked_at_s)
                connection.ask(next(requests))
    return waits
