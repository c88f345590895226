"""Readers of a running ad: what they do comes through the gate or as lines of its log, and the mover counts it."""

import json
from datetime import datetime, timedelta

from flask import Flask
from werkzeug.test import Client

from app.delivery.event_log import EventFlag, EventKind
from app.jobs import run_flights, settle_days
from config import Config
from tests.factories.delivery import OnAir
from tests.factories.events import AGENT, Told, events_directory, move_events, write_log
from tests.support.event_lines import forget_events
from tests.support.mail_jobs import RecordingMailer, advance, job_context


def come_by(app: Flask, config: Config, on_air: OnAir, *, readers: int = 1) -> list[str]:
    """Readers whose browsers ask the gate, show the ad, see it and follow its link; their tokens."""
    browser = Client(app, use_cookies=False)
    tokens = []
    for number in range(readers):
        sent = {"Origin": on_air.origin, "Referer": f"{on_air.origin}/", "User-Agent": f"{AGENT} reader/{number}"}
        (answer,) = json.loads(browser.get(f"/d?s={on_air.slug}", headers=sent).data)
        token = answer["token"]
        browser.post(f"/e/i?t={token}&m=1", headers=sent)
        browser.post(f"/e/v?t={token}", headers=sent)
        if number == 0:
            browser.get(f"/c/{token}", headers=sent)
        tokens.append(token)
    count_all(app, config)
    return tokens


def count_all(app: Flask, config: Config) -> None:
    """The gate's file is ended and everything in the log is counted."""
    app.wsgi_app._log.close()  # type: ignore[attr-defined]  # the gate keeps it to itself
    move_events(app, config)
    forget_events(app)


def visit_lines(on_air: OnAir, at: datetime, *, sees: bool = True, clicks: bool = False, who: int = 0) -> str:
    """The log of one reader at a moment of the past: asked, shown, seen and followed."""
    told = Told(
        at=at,
        socket_id=on_air.booking.socket_id,
        line_item_id=on_air.booking.line_item_id,
        creative_id=on_air.creative_id,
        address_hash=f"{who:022d}",
        host=on_air.domain,
        nonce=f"n{in_seconds(at)}-{who}",
        issued_at=at,
    )
    steps = [(EventKind.DECISION, 0, ""), (EventKind.IMPRESSION, 1, EventFlag.MEASURABLE.value)]
    steps += [(EventKind.VIEWABLE, 3, "")] if sees else []
    steps += [(EventKind.CLICK, 9, "")] if clicks else []
    moments = ((kind, at + timedelta(seconds=after), flags) for kind, after, flags in steps)
    return "".join(told.but(kind=kind, at=moment, flags=flags).line for kind, moment, flags in moments)


def count_lines(app: Flask, config: Config, lines: str) -> None:
    """Counts these lines of the log."""
    write_log(events_directory(config), lines)
    move_events(app, config)


def in_seconds(at: datetime) -> int:
    """Seconds since the epoch."""
    return int(at.timestamp())


def pass_days(app: Flask, config: Config, days: int) -> None:
    """So many days go by; what was read is counted, flights begin and end, and days that are over are settled."""
    for _ in range(days):
        advance(app, timedelta(days=1))
        move_events(app, config)
        with app.app_context():
            run_flights.run(job_context(RecordingMailer()))
            settle_days.run(job_context(RecordingMailer()))
