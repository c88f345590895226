"""What ``flask serve`` says of a demo that is loaded, and whether its publisher's pages can answer."""

from dataclasses import dataclass

import click
import sqlalchemy as sa
from flask import Flask

from app.commands.ports import port_problem
from app.foundation.db import db
from app.foundation.log import get_logger
from demo.front_page import FrontSite, front_site
from demo.front_server import LOOPBACK
from demo.front_words import MASTHEAD
from demo.loading import has_demo
from demo.people import PASSWORD, sign_ins

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DemoShown:
    """A demo that is loaded here."""

    page_address: str
    page_port: int | None
    page_problem: str | None
    """Why its publisher's pages cannot answer; None when they can."""

    def tell(self) -> None:
        """Prints where its pages are and how to sign in."""
        if self.page_problem is None:
            click.echo(f"A publisher's page: {self.page_address}  ({MASTHEAD}, with live tags)")
        else:
            click.echo(f"The publisher's page of the demo does not answer: {self.page_problem}")
        click.echo(f'Demo sign-ins, each with the password "{PASSWORD}":')
        for sign_in in sign_ins():
            click.echo(f"  {sign_in.email:<24} {sign_in.what}")


def demo_shown(app: Flask, port: int) -> DemoShown | None:
    """What there is to say, or None: without a demo, and in production, where nobody of it is let in.

    Args:
        app: its context need not be pushed.
        port: where the market itself will listen.
    """
    if not app.config["ISOCKET"].is_local:
        return None
    with app.app_context():
        try:
            site = front_site() if has_demo() else None
        except sa.exc.SQLAlchemyError:
            # The server says what is wrong with the database, and better; without it there is nothing to show.
            log.warning("demo_not_looked_for")
            return None
        finally:
            db.session.remove()
            db.engine.dispose()
    return None if site is None else DemoShown(site.address, site.port, _problem(site, port))


def _problem(site: FrontSite, port: int) -> str | None:
    if site.port is None:
        return "its site has moved elsewhere."
    if site.port == port:
        return f"the market itself is on port {port} now."
    return port_problem(LOOPBACK, site.port)
