"""What ``bench.delivery`` stands on: markets with live line items, servers to ask, and requests to ask with."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import cycle, islice
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import Connection

from app import create_app
from app.delivery.tokens import TokenMint, token_head
from app.domain.creatives.models import Assignment, Creative, CreativeReview
from app.domain.creatives.states import Decider, LandingResult, ReviewState
from app.domain.files.models import StoredFile
from app.domain.inventory.models import Listing, Socket
from app.domain.inventory.queries import socket_terms
from app.domain.inventory.states import CreativeFormat, ListingKind
from app.domain.orders.models import LineItem, Order
from app.domain.orders.states import FlatDays, LineItemState, OrderSource, OrderState, SaleTerms, sale_terms
from app.foundation.clock import database_now
from app.foundation.db import Model, db, in_transaction
from config import Config
from tests.factories.market import Mix, fill_market
from tests.support.databases import disconnect, migrate
from tests.support.run_directory import REPOSITORY, forget_group, note_group
from tests.support.server import free_port

WORKERS = 2
READERS = 5_000
REQUESTS = 8_192
AGENTS = 40
START_TIMEOUT_S = 40
PICTURE = b"not a picture, but as long as one" * 1_000
SECRET_KEY = "bench-secret-of-thirty-two-characters-or-more"  # noqa: S105 - of a market that lives for a minute
KIB_A_MIB = 1024
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: where it answers, and its processes."""

    port: int
    pid: int

    def workers(self) -> list[int]:
        """Its worker processes."""
        found = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [int(one) for one in found if b"python" in Path(f"/proc/{one}/cmdline").read_bytes()]

    def cpu_s(self) -> float:
        """Processor time that its processes have taken so far."""
        spent = 0
        for pid in (self.pid, *self.workers()):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            spent += int(fields[11]) + int(fields[12])
        return spent / TICKS_PER_S

    def peak_rss_mib(self) -> float:
        """The most memory that one of its workers ever had."""
        peaks = []
        for pid in self.workers():
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
            peaks += [int(line.split()[1]) / KIB_A_MIB for line in lines if line.startswith("VmHWM")]
        return max(peaks)


def settings(data_dir: Path) -> dict[str, str]:
    """The environment of a server with a market of its own; readers are told apart behind one proxy."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return kept | {
        "ISOCKET_ENV": "local",
        "ISOCKET_DATA": str(data_dir),
        "DATABASE_URL": f"sqlite:///{data_dir / 'isocket.sqlite'}",
        "SECRET_KEY": SECRET_KEY,
        "TRUSTED_HOPS": "1",
        "BCRYPT_COST": "4",
        "LOG_LEVEL": "WARNING",
    }


def make_market(data_dir: Path, line_items: int) -> None:
    """A market in which so many line items run, each on a socket of its own."""
    data_dir.mkdir()
    app = create_app(Config.from_environment(settings(data_dir)))
    migrate(app)
    put_on_air(app, line_items)
    disconnect(app)


def put_on_air(app: Flask, line_items: int) -> None:
    """Fills an empty market with so many line items that run, each on a socket of its own."""
    with app.app_context():
        now = database_now()
        db.session.remove()
        in_transaction(lambda: _fill(db.session.connection(), line_items, now))


def _fill(connection: Connection, line_items: int, now: datetime) -> None:
    fill_market(connection, Mix(line_items, with_auction=0.0, with_rate_card=1.0, busy=0.0), now=now)
    kind = Listing.kind == ListingKind.RATE_CARD
    rows = connection.execute(sa.select(Listing.socket_id, Listing.id).where(kind))
    listings = {row.socket_id: row.id for row in rows}
    terms = {
        socket.id: sale_terms(socket_terms(socket), FlatDays()) for socket in db.session.scalars(sa.select(Socket))
    }
    name = sha256(PICTURE).hexdigest()
    file = {"sha256": name, "media_type": "image/png", "byte_count": len(PICTURE), "content": PICTURE, "stored_at": now}
    _write(connection, StoredFile, [file])
    numbers = range(1, line_items + 1)
    _write(connection, Creative, [_creative(one, name, now) for one in numbers])
    _write(connection, Order, [_order(one, now) for one in numbers])
    _write(connection, LineItem, [_line_item(one, listings[one], terms[one], now) for one in numbers])
    _write(connection, CreativeReview, [_review(one, now) for one in numbers])
    assigned = [
        {"id": one, "line_item_id": one, "creative_id": one, "review_id": one, "began_at": now} for one in numbers
    ]
    _write(connection, Assignment, assigned)


def _write(connection: Connection, model: type[Model], rows: list[dict[str, object]]) -> None:
    connection.execute(sa.insert(model.metadata.tables[model.__tablename__]), rows)


def _creative(one: int, name: str, now: datetime) -> dict[str, object]:
    return {
        "id": one,
        "public_id": f"creative-{one}",
        "account_id": 1,
        "content_hash": sha256(str(one).encode()).hexdigest(),
        "file_sha256": name,
        "format": CreativeFormat.PNG,
        "width_px": 300,
        "height_px": 250,
        "scale": 1,
        "duration_ms": 0,
        "alt_text": f"Number {one}: rain boots that keep dry, from 40 dollars",
        "click_through_url": f"https://shop{one}.example/boots?from=isocket",
        "product_code": "1",
        "created_at": now,
    }


def _order(one: int, now: datetime) -> dict[str, object]:
    return {
        "id": one,
        "public_id": f"order-{one}",
        "buyer_account_id": 1,
        "publisher_account_id": 1,
        "source": OrderSource.RATE_CARD,
        "state": OrderState.PAID,
        "currency": "USD",
        "total_minor": 1_000,
        "credit_minor": 0,
        "commission_bps": 1_500,
        "billing": {},
        "created_at": now,
        "paid_at": now,
    }


def _line_item(one: int, listing_id: int, terms: SaleTerms, now: datetime) -> dict[str, object]:
    return {
        "id": one,
        "public_id": f"line-item-{one}",
        "order_id": one,
        "socket_id": one,
        "place": 1,
        "starts_on": now.date() - timedelta(days=2),
        "ends_before": now.date() + timedelta(days=20),
        "time_zone": ("UTC", "America/Los_Angeles", "Europe/Berlin")[one % 3],
        "price_minor": 1_000,
        "currency": "USD",
        "state": LineItemState.IN_FLIGHT,
        "listing_id": listing_id,
        "terms": terms,
        "created_at": now,
    }


def _review(one: int, now: datetime) -> dict[str, object]:
    return {
        "id": one,
        "public_id": f"review-{one}",
        "line_item_id": one,
        "creative_id": one,
        "publisher_account_id": 1,
        "state": ReviewState.APPROVED,
        "decided_by": Decider.RULE,
        "note": "",
        "landing_state": LandingResult.UNCHECKED,
        "landing_note": "",
        "submitted_at": now,
        "answer_due_at": now,
        "decided_at": now,
    }


@contextmanager
def serving(target: str, environment: dict[str, str], ready: str) -> Iterator[Server]:
    """The shipped server with one of several apps, until the end of the block."""
    port = free_port()
    command = [sys.executable, "-m", "app.commands.web_server", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*command, "--workers", str(WORKERS), "--app", target],
        cwd=REPOSITORY,
        env={**environment, "BASE_URL": f"http://127.0.0.1:{port}", "PORT": str(port)},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    note_group(process.pid)
    try:
        _wait_until_ready(process, port, ready)
        yield Server(port, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
        forget_group(process.pid)


def _wait_until_ready(process: "subprocess.Popen[bytes]", port: int, path: str) -> None:
    deadline_s = time.monotonic() + START_TIMEOUT_S
    while not _answers(port, path):
        if process.poll() is not None or time.monotonic() > deadline_s:
            message = f"the server did not start (exit code {process.poll()})"
            raise RuntimeError(message)
        time.sleep(0.1)


def _answers(port: int, path: str) -> bool:
    command = [sys.executable, "-c", PROBE, f"http://127.0.0.1:{port}{path}"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603 - our own command


PROBE = "import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=2)"


class Asker:
    """Makes requests as browsers send them: many readers, some dozens of browsers, the site's own origin."""

    def __init__(self, line_items: int) -> None:
        self._line_items = line_items
        self._chance = random.Random(1)  # noqa: S311 - a load to measure with
        self._mint = TokenMint(SECRET_KEY)

    def hello(self) -> list[bytes]:
        """What the yardstick is asked; its requests carry the same headers."""
        return [self._request("GET", "/", 1) for _ in range(REQUESTS)]

    def decisions(self, sockets: int) -> list[bytes]:
        """Requests of the tag, each for so many sockets of one site."""
        return [self._decision(sockets) for _ in range(REQUESTS)]

    def pages(self, paths: Sequence[str]) -> list[bytes]:
        """Visits to pages of the market in turn, each by another reader."""
        return [self._request("GET", path, 1) for path in islice(cycle(paths), REQUESTS)]

    def views(self) -> list[bytes]:
        """Beacons of impressions, each with a token of its own."""
        return [self._request("POST", f"/e/i?t={self._token(one)}&m=1", one) for one in self._numbers()]

    def clicks(self) -> list[bytes]:
        """Clicks, each with a token of its own."""
        return [self._request("GET", f"/c/{self._token(one)}", one) for one in self._numbers()]

    def _numbers(self) -> list[int]:
        return [self._chance.randint(1, self._line_items) for _ in range(REQUESTS)]

    def _decision(self, sockets: int) -> bytes:
        first = self._chance.randrange(0, self._line_items, 5) + 1
        names = ",".join(f"socket-{first + number}" for number in range(sockets))
        return self._request("GET", f"/d?s={names}", first)

    def _token(self, one: int) -> str:
        return self._mint.mint(token_head(one, one, one), time.time_ns() // 1_000_000)[0]

    def _request(self, method: str, path: str, socket: int) -> bytes:
        reader, agent = self._chance.randrange(READERS), self._chance.randrange(AGENTS)
        lines = [
            f"{method} {path} HTTP/1.1",
            "Host: 127.0.0.1",
            f"Origin: https://site{(socket - 1) // 5 + 1}.example",
            f"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:{agent}.0) Gecko/20100101 Firefox/{agent}.0",
            f"X-Forwarded-For: 10.1.{reader // 250}.{reader % 250}",
            "Accept: */*",
            *(["Content-Length: 0"] if method == "POST" else []),
        ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()
