"""Where drills happen: the shipped server with two workers on a fresh database, and people with cards who may buy."""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.domain.accounts.service.sessions import start_session
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.web.shell.rate_limits import LIMITER
from app.web.shell.sessions import SESSION_COOKIE
from bench.drills.visitor import Visitor
from config import Config
from local_braintree.tables import TRANSACTIONS
from tests.factories.accounts import make_person
from tests.factories.auctions import Bidder, committed, read, wait
from tests.factories.inventory import account_of
from tests.factories.orders import local_gateway, make_card
from tests.support.databases import Databases, disconnect
from tests.support.server import LiveServer, serving

T = TypeVar("T")
WORKERS = "2"
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
LOOK_EVERY_S = 0.1
DONE_WITHIN_S = 60
# At the gateway: asked for and approved, whatever became of it on the way to the bank.
CHARGED = ("authorized", "submitted_for_settlement", "settling", "settled")


@dataclass
class Client:
    """A buyer with a verified card, and a window in which they are signed in."""

    bidder: Bidder
    card_id: int
    visitor: Visitor


@dataclass
class Ground:
    """A running server, the same app in this process for looking at the books, and the clients."""

    database: str
    server: LiveServer
    app: Flask
    clients: list[Client]
    is_short: bool
    storms: int = 1
    """How often R1 is repeated, each time with other amounts."""

    def new_client(self) -> Client:
        """One more buyer with a verified card; not signed in yet."""
        person = make_person(self.app)
        card_id = make_card(self.app, person)
        return Client(Bidder(person, account_of(self.app, person)), card_id, Visitor(self.server.url, {}))

    def sign_in(self, clients: Sequence[Client]) -> None:
        """Signs these people in: a session of the market's own time each, and the form token of a real page."""
        for client in clients:
            token = committed(partial(self._session, client.bidder.person.user_id))
            client.visitor.close()
            client.visitor = Visitor(self.server.url, {SESSION_COOKIE: token}).enter()

    def forget_rate_limits(self) -> None:
        """Resets the rate limits: a drill sends in seconds what people do in hours."""
        self.app.extensions[LIMITER].storage.reset()

    def charges(self) -> dict[str, int]:
        """Every charge that the gateway has made and not taken back: its key, and how often it was made."""
        store = local_gateway(self.app).local.store
        query = sa.select(TRANSACTIONS.c.order_id, sa.func.count()).where(
            TRANSACTIONS.c.type == "sale", TRANSACTIONS.c.status.in_(CHARGED)
        )
        with store.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(query.group_by(TRANSACTIONS.c.order_id))}

    @staticmethod
    def _session(user_id: int) -> str:
        return start_session(user_id, client_address="127.0.0.1", user_agent=AGENT, now=database_now())


@contextmanager
def prepared_ground(
    kind: str, databases: Databases, *, clients: int, is_short: bool, storms: int = 1
) -> Iterator[Ground]:
    """Starts the server on a fresh database of this kind and lets the clients open their accounts."""
    settings = {"WEB_CONCURRENCY": WORKERS, "LOG_LEVEL": "WARNING"}
    with (
        tempfile.TemporaryDirectory(prefix="isocket-drills-") as folder,
        serving(kind, databases, Path(folder), settings) as server,
        ground_on(server, kind, clients=clients, is_short=is_short) as ground,
    ):
        ground.storms = storms
        yield ground


@contextmanager
def ground_on(server: LiveServer, kind: str, *, clients: int, is_short: bool) -> Iterator[Ground]:
    """The ground of a server that runs already."""
    app = create_app(Config.from_environment({**server.environment, "LOG_LEVEL": "ERROR"}))
    ground = Ground(kind, server, app, [], is_short)
    try:
        with app.app_context():
            ground.clients += [ground.new_client() for _ in range(clients)]
            yield ground
    finally:
        for client in ground.clients:
            client.visitor.close()
        local_gateway(app).local.store.close()
        disconnect(app)


def wait_for(look: Callable[[], T | None]) -> T | None:
    """Looks until there is something to see; None when it does not come within a minute."""
    deadline = time.monotonic() + DONE_WITHIN_S
    while time.monotonic() < deadline:
        found = read(look)
        if found:
            return found
        time.sleep(LOOK_EVERY_S)
    return None


def jump(by: timedelta) -> None:
    """Moves the market's clock, in every process."""
    wait(by)


def change(work: Callable[[], T]) -> T:
    """Changes something on the ground itself, in a transaction of its own."""
    done = in_transaction(work)
    db.session.remove()
    return done
