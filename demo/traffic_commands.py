"""``flask traffic``: sends readers to the market that runs on this machine, and says what became of them."""

from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click
from flask import Flask
from flask.cli import with_appcontext

from app.domain.measurement.states import Measure, Verdict
from demo.simulated_readers import Crowd, pages_on_the_air
from demo.simulated_report import Tally, counted_so_far, wait_until_counted

if TYPE_CHECKING:
    from config import Config

READERS_MAX, MINUTES_MAX, STAY_S_MAX = 20_000, 60, 600
LOOPBACK = frozenset({"127.0.0.1", "localhost"})
STEPS = (Measure.REQUEST, Measure.IMPRESSION, Measure.VIEWABLE, Measure.CLICK)


def commands_of(app: Flask) -> list[click.Command]:
    """The commands of ``flask traffic``."""
    options: list[click.Parameter] = [
        click.Option(
            ["--readers"], type=click.IntRange(1, READERS_MAX), default=200, show_default=True, help="How many."
        ),
        click.Option(
            ["--minutes"],
            type=click.FloatRange(0, MINUTES_MAX),
            default=1.0,
            show_default=True,
            help="Over how long they come; what they do on a page takes some seconds more.",
        ),
        click.Option(
            ["--stay"],
            type=click.IntRange(1, STAY_S_MAX),
            default=40,
            show_default=True,
            help="Seconds that they stay on a page at most; the shorter, the sooner the last one is gone.",
        ),
        click.Option(["--site"], help="The domain of one site; by default all, each as its hour has it."),
    ]
    callback = with_appcontext(partial(simulate, app))
    words = "Send readers through the ad server's own addresses, and compare with the counters."
    return [click.Command("simulate", params=options, callback=callback, help=words)]


def simulate(app: Flask, *, readers: int, minutes: float, stay: int, site: str | None) -> None:
    """Sends them, waits until they are counted, and prints both; exit code 1 when one got lost."""
    config: Config = app.config["ISOCKET"]
    host = _server_of(config)
    pages = pages_on_the_air(site)
    if not pages:
        message = f"There is no site {site} with an open socket." if site else "No site has an open socket."
        raise click.ClickException(message)
    sockets = [socket.id for page in pages for socket in page.sockets]
    before = counted_so_far(sockets)
    crowd = Crowd(host, pages, stay_s_max=stay)
    try:
        crowd.come(readers, minutes * 60)
    except OSError as error:
        message = f"The ad server at {config.delivery_url} does not answer ({error}). Start it: bin/run"
        raise click.ClickException(message) from None
    click.echo(
        f"{readers:,} readers opened {crowd.pages_opened:,} pages on {len({page.host for page in pages})} sites."
    )
    tally = wait_until_counted(crowd.sent, sockets, before)
    _tell(tally)


def _server_of(config: "Config") -> tuple[str, int]:
    """Where the ad server of this machine listens.

    Raises:
        ClickException: it is not on this machine; strangers' servers get no readers from here.
    """
    parts = urlsplit(config.delivery_url)
    if not config.is_local or parts.scheme != "http" or parts.hostname not in LOOPBACK:
        message = f"Readers are simulated on this machine only, and the ad server is at {config.delivery_url}."
        raise click.ClickException(message)
    return "127.0.0.1", parts.port or 80


def _tell(tally: Tally) -> None:
    click.echo(f"{'':<12}{'sent':>9}{'judged':>9}{'counted':>9}   not counted, and why")
    for measure in STEPS:
        numbers = f"{tally.sent[measure]:>9,}{tally.judged(measure):>9,}{tally.of(measure, Verdict.COUNTED):>9,}"
        click.echo(f"{measure.value:<12}{numbers}   {_reasons(tally, measure) or '-'}")
    if tally.lost:
        message = f"{tally.lost:,} events were answered and not counted. Does the mover run? flask events status"
        raise click.ClickException(message)
    more = f" {tally.of_others:,} came from others meanwhile." if tally.of_others else ""
    click.echo(f"Each event sent is judged once: counted and every reason together are what was sent.{more}")


def _reasons(tally: Tally, measure: Measure) -> str:
    numbers = {verdict: tally.of(measure, verdict) for verdict in Verdict if verdict is not Verdict.COUNTED}
    return ", ".join(f"{verdict.value.replace('_', ' ')} {number:,}" for verdict, number in numbers.items() if number)
