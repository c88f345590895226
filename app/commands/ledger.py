"""``flask ledger``: proves that the books hold."""

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from app.domain.ledger.queries import ledger_findings

ledger_group = AppGroup("ledger", help="Check the books.")


def register(app: Flask) -> None:
    """Puts ``flask ledger`` on the app."""
    app.cli.add_command(ledger_group)


@ledger_group.command("verify")
def verify_ledger_command() -> None:
    """Check every entry and account; exit code 1 and what is wrong when something is."""
    findings = ledger_findings(current_app.config["ISOCKET"].currency)
    if not findings:
        click.echo("The ledger holds.")
        return
    for finding in findings:
        click.echo(finding, err=True)
    click.echo(f"The ledger does not hold: {len(findings)} findings.", err=True)
    raise SystemExit(1)
