"""What ``bench.bids`` stands on: a market that takes bids, whose turn it is to bid, and the tape of what was sent."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from app import create_app
from app.domain.auctions.models import Auction
from app.domain.auctions.rules import increment
from app.domain.payments.models import StoredCard
from app.foundation.db import db, in_transaction
from bench.bids_core import Offer, table_of
from tests.factories.market import BIDDERS, SOCKETS_AN_ACCOUNT, Mix, fill_market
from tests.support.databases import Databases, disconnect, make_config

ENDS_IN = timedelta(days=5)


@dataclass(frozen=True, slots=True)
class Call:
    """One statement as the driver was given it."""

    statement: str
    parameters: Any
    is_many: bool


Taped = list[Call]


@dataclass(slots=True)
class Tape:
    """What an engine sends, transaction by transaction; BEGIN and COMMIT are left out."""

    transactions: list[Taped] = field(default_factory=list)

    def listen(self, engine: Engine) -> None:
        """Notes from now on what this engine sends."""
        event.listen(engine, "begin", self._begin)
        event.listen(engine, "before_cursor_execute", self._note)

    def cut(self) -> list[Taped]:
        """The transactions since the last cut."""
        taken, self.transactions = self.transactions, []
        return taken

    def _begin(self, _connection: Connection) -> None:
        self.transactions.append([])

    def _note(self, *given: Any) -> None:  # noqa: ANN401 - the signature is SQLAlchemy's
        _, _, statement, parameters, _, is_many = given
        if not statement.startswith("BEGIN"):
            # Rows that give their ids back may go one by one, though they were asked for together.
            self.transactions[-1].append(Call(statement, parameters, is_many and isinstance(parameters, list)))


@dataclass(slots=True)
class Course:
    """Bids on auctions in turn, each of which takes the lead from somebody else."""

    auctions: Sequence[int]
    bidders: Sequence[int]
    ceilings: dict[int, int]
    taken: int = 0

    def offers(self, number: int) -> Iterator[Offer]:
        """So many more bids, by turns from every bidder."""
        for _ in range(number):
            lap, place = divmod(self.taken, len(self.auctions))
            auction_id = self.auctions[place]
            ceiling = self.ceilings[auction_id] + increment(self.ceilings[auction_id])
            self.ceilings[auction_id] = ceiling
            self.taken += 1
            yield Offer(auction_id, self.bidders[(lap + place) % len(self.bidders)], ceiling)


def open_app(databases: Databases, stack: ExitStack, kind: str) -> Flask:
    """An app on a new database, which the stack takes away."""
    app = create_app(make_config(stack.enter_context(databases.another(kind)), databases.data_dir(kind)))
    stack.callback(disconnect, app)
    return app


def fill(app: Flask, auctions: int, now: datetime) -> None:
    """Makes a market with so many auctions and one more; the same arguments make the same rows."""
    with app.app_context():
        mix = Mix(auctions + 1, with_auction=1.0, busy=0.0)
        in_transaction(lambda: _write(db.session.connection(), mix, now))
        db.session.remove()
        if db.engine.dialect.name == "postgresql":  # what its own housekeeping does within minutes
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(sa.text("VACUUM ANALYZE"))


def courses_on(engine: Engine, auctions: int) -> dict[str, Course]:
    """One auction that everybody bids on, and the others."""
    with engine.connect() as connection:
        query = sa.select(Auction.id, Auction.leader_ceiling_minor)
        ceilings = {row[0]: row[1] or 0 for row in connection.execute(query.order_by(Auction.id))}
    hot, *others = ceilings
    bidders = _bidders(len(ceilings))
    return {"hot": Course([hot], bidders, ceilings), f"{auctions}": Course(others, bidders, ceilings)}


def _bidders(sockets: int) -> list[int]:
    """The accounts that have no site."""
    last = sockets // SOCKETS_AN_ACCOUNT + 1 + BIDDERS
    return list(range(last - BIDDERS + 2, last + 1))


def _write(connection: Connection, mix: Mix, now: datetime) -> None:
    fill_market(connection, mix, now=now)
    end = {"scheduled_end_at": now + ENDS_IN, "ends_at": now + ENDS_IN, "hard_end_at": now + ENDS_IN * 2}
    connection.execute(sa.update(table_of(Auction)), end)
    cards = [
        {
            "account_id": account_id,
            "token_sealed": "sealed",
            "brand": "Visa",
            "last_four": "1111",
            "expires_month": 12,
            "expires_year": 2040,
            "is_default": True,
            "verified_at": now,
        }
        for account_id in _bidders(mix.sockets)
    ]
    connection.execute(sa.insert(table_of(StoredCard)), cards)
