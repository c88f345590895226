"""Loads the demo market: signs everybody up a month ago, and lets the month pass."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from sqlite3 import Connection

import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event

from app.commands.demo_market.clockwork import Clockwork, QuietMailer, found, read_now
from app.commands.demo_market.market import Market, add_proved_site, add_words, open_account
from app.commands.demo_market.people import EVERYBODY, PASSWORD
from app.commands.demo_market.plot import SILENT_DAYS
from app.commands.demo_market.sites import SITES
from app.commands.demo_market.sockets import SOCKETS
from app.commands.demo_market.story import Story
from app.commands.demo_market.traffic import Traffic
from app.domain.accounts.models import User
from app.domain.accounts.rules import DEMO_DOMAIN
from app.foundation.db import db

TICK = timedelta(hours=6)
MAILS_SINCE = timedelta(days=3)
SEED = 20_120_304

Say = Callable[[str], None]


class DemoRefused(Exception):  # noqa: N818 - named after what happened
    """The demo market cannot be loaded here; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a demo: how many days it plays, how many sites stand in it, which share of their readers come."""

    days: int = 35
    sites: int = len(SITES)
    readers: float = 0.6


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
    """
    _refuse(app)
    began_s = time.monotonic()
    with _without_waiting_for_the_disk():
        _play(app, size, front_address, say)
    say(f"The demo market is loaded ({time.monotonic() - began_s:.0f} s).")


def _refuse(app: Flask) -> None:
    if not app.config["ISOCKET"].is_local:
        message = "The demo market is for local mode only: everybody knows its passwords."
        raise DemoRefused(message)
    if found(lambda: db.session.scalars(sa.select(User.id).limit(1)).first()) is not None:
        message = (
            "This market has accounts already. The demo goes into an empty one: name another folder by ISOCKET_DATA."
        )
        raise DemoRefused(message)


def _play(app: Flask, size: Size, front_address: str, say: Say) -> None:
    chance = random.Random(SEED)  # noqa: S311 - a story, not a secret
    mailer = QuietMailer(app.extensions["isocket_mailer"])
    clock = Clockwork(mailer)
    clock.set_right()
    last = read_now()
    mailer.since = last - MAILS_SINCE
    market = Market(app, front_address, last, app.extensions["isocket_hasher"].hash(PASSWORD))
    begins_at = last - timedelta(days=size.days)
    clock.turn_to(begins_at)
    say(f"Signing up {len(EVERYBODY)} people with {size.sites} sites.")
    _settle_in(market, size)
    clock.run_jobs()
    story = Story(market, clock, chance, begins_at=begins_at)
    traffic = Traffic(market, chance, share=size.readers, source="")
    at, silent = begins_at + timedelta(minutes=20), _silent_days(market)
    while at < last:
        until = min(at + TICK, last)
        story.play_until(until)
        traffic.play(at, until, silent=silent)
        clock.turn_to(until)
        traffic.count()
        clock.run_jobs()
        if (until - begins_at).days > (at - begins_at).days:
            say(f"Day {(until - begins_at).days} of {size.days}")
        at = until
    clock.set_right()
    clock.run_jobs()


def _settle_in(market: Market, size: Size) -> None:
    for words in EVERYBODY:
        open_account(market, words)
    for site in SITES[: size.sites]:
        site_id = add_proved_site(market, site)
        for socket in SOCKETS:
            if socket.site == site.key:
                add_words(market, site_id, socket)


def _silent_days(market: Market) -> dict[str, frozenset[date]]:
    standing = {socket.words.site: socket for socket in market.sockets.values()}
    return {
        site: frozenset(market.local_day(standing[site], day) for day in days)
        for site, days in SILENT_DAYS.items()
        if site in standing
    }


@contextmanager
def _without_waiting_for_the_disk() -> Iterator[None]:
    """Lets SQLite not wait for the disk after each of some thousand steps: a demo that is cut off is made anew."""
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
