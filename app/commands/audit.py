"""``flask audit``: proves that nobody has changed the record of who did what."""

import click
from flask import Flask
from flask.cli import AppGroup

from app.domain.audit.queries import first_broken_link

audit_group = AppGroup("audit", help="Check the record of who did what.")


def register(app: Flask) -> None:
    """Puts ``flask audit`` on the app."""
    app.cli.add_command(audit_group)


@audit_group.command("verify")
def verify_audit_command() -> None:
    """Check every link of the audit chain; exit code 1 and the place when it is broken."""
    broken = first_broken_link()
    if broken is None:
        click.echo("The audit chain is whole.")
        return
    click.echo(f"The audit chain is broken at sequence number {broken}.", err=True)
    raise SystemExit(1)
