"""Loads the demo market: signs everybody up a month ago, and lets the month pass."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from sqlite3 import Connection

import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event

from app.domain.accounts.models import User
from app.domain.accounts.rules import DEMO_DOMAIN
from app.foundation.clock import set_offset
from app.foundation.db import db
from app.foundation.log import only_warnings
from config import Config
from demo.checks import problems_of_books, problems_of_counts
from demo.clockwork import Clockwork, committed, found, read_now
from demo.market import Market, add_proved_site, add_words, open_account, vouch_for_all
from demo.payouts import tell_bank_accounts
from demo.people import EVERYBODY, PASSWORD
from demo.sites import SITES
from demo.sockets import SOCKETS
from demo.story import Story
from demo.traffic import Traffic

# How often counting and the jobs come round: seldom in days that nobody looks at closely, often towards the end.
TICK, LAST_TICKS, LAST_DAYS = timedelta(hours=12), timedelta(hours=3), timedelta(days=2)
MAILS_SINCE = timedelta(days=3)
DAYS_BETWEEN_WORDS = 5
DAYS = 35
SEED = 20_120_304

Say = Callable[[str], None]


class DemoRefused(Exception):  # noqa: N818 - named after what happened
    """The demo market cannot be loaded here; says why."""


class DemoBroken(Exception):  # noqa: N818 - named after what happened
    """The demo was played, and not everything agrees."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a demo: how many days it plays, how many sites stand in it, which share of their readers come."""

    days: int = DAYS
    sites: int = len(SITES)
    readers: float = 0.5


def has_demo() -> bool:
    """Whether somebody of the demo market has an account here."""
    query = sa.select(User.id).where(User.email_folded.endswith(f"@{DEMO_DOMAIN}", autoescape=True)).limit(1)
    return found(lambda: db.session.scalars(query).first()) is not None


def load_demo(app: Flask, size: Size, *, front_address: str, say: Say) -> None:
    """Plays the demo's days from the past to this moment.

    Args:
        app: in local mode, with its context pushed; nobody else works on its database meanwhile.
        size: how large.
        front_address: where the demo's publisher page answers on this machine.
        say: takes a line about how far it is.

    Raises:
        DemoRefused: this is production, or the market has accounts already.
        JobBroke: a job failed on the way.
        DemoBroken: in the end something did not agree.
    """
    _refuse(app)
    began_s, mark = time.monotonic(), _mark_of(app.config["ISOCKET"])
    # As long as this file is there, the market's clock may stand in the past, and half of everything is missing.
    mark.touch()
    with only_warnings(), _without_waiting_for_the_disk():
        uncounted = _play(app, size, front_address, say)
        problems = uncounted + problems_of_books(app.config["ISOCKET"].currency)
    if problems:
        raise DemoBroken(problems)
    mark.unlink()
    say(f"The demo market is loaded ({time.monotonic() - began_s:.0f} s).")


def is_cut_off(config: Config) -> bool:
    """Whether a demo was begun here and not loaded to its end."""
    return _mark_of(config).exists()


def _mark_of(config: Config) -> Path:
    return config.data_dir / "demo.loading"


def _refuse(app: Flask) -> None:
    if is_cut_off(app.config["ISOCKET"]):
        message = (
            "A demo was begun here and cut off. Its database is of no use: start with an empty one and without the "
            f"file {_mark_of(app.config['ISOCKET'])}."
        )
        raise DemoRefused(message)
    if not app.config["ISOCKET"].is_local:
        message = "The demo market is for local mode only: everybody knows its passwords."
        raise DemoRefused(message)
    if found(lambda: db.session.scalars(sa.select(User.id).limit(1)).first()) is not None:
        message = (
            "This market has accounts already. The demo goes into an empty one: name another folder by ISOCKET_DATA."
        )
        raise DemoRefused(message)


def _play(app: Flask, size: Size, front_address: str, say: Say) -> list[str]:
    chance = random.Random(SEED)  # noqa: S311 - a story, not a secret
    last = _real_time()
    clock = Clockwork(app.extensions["isocket_mailer"], mails_since=last - MAILS_SINCE)
    market = Market(app, front_address, last, app.extensions["isocket_hasher"].hash(PASSWORD))
    begins_at = last - timedelta(days=size.days)
    clock.turn_to(begins_at)
    say(f"Signing up {len(EVERYBODY)} people with {size.sites} sites.")
    _settle_in(market, size)
    clock.run_jobs()
    story = Story(market, clock, chance, begins_at=begins_at)
    at = begins_at + timedelta(minutes=20)
    traffic = Traffic(market, chance, share=size.readers, begins_at=at)
    while at < last:
        until = min(at + (LAST_TICKS if last - at <= LAST_DAYS else TICK), last)
        story.play_until(until, traffic.play_until)
        traffic.count()
        clock.run_jobs()
        if (until - begins_at).days % DAYS_BETWEEN_WORDS < (at - begins_at).days % DAYS_BETWEEN_WORDS:
            say(f"Day {(until - begins_at).days} of {size.days}.")
        at = until
    vouch_for_all()
    clock.set_right()
    clock.run_every_job()
    return problems_of_counts(traffic.sent)


def _real_time() -> datetime:
    committed(lambda: set_offset(0))
    return read_now()


def _settle_in(market: Market, size: Size) -> None:
    for words in EVERYBODY:
        open_account(market, words)
    tell_bank_accounts(market)
    for site in SITES[: size.sites]:
        site_id = add_proved_site(market, site)
        for socket in SOCKETS:
            if socket.site == site.key:
                add_words(market, site_id, socket)


@contextmanager
def _without_waiting_for_the_disk() -> Iterator[None]:
    """Makes SQLite not wait for the disk after each of some thousand steps: a demo that is cut off is made anew."""
    engine = db.engine
    if engine.dialect.name != "sqlite":
        yield
        return
    event.listen(engine, "connect", _skip_the_disk)
    engine.dispose()
    try:
        yield
    finally:
        event.remove(engine, "connect", _skip_the_disk)
        db.session.remove()
        engine.dispose()


def _skip_the_disk(connection: Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")
