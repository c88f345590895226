"""``flask books``: proves that all books agree with one another."""

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from app.domain.books.queries.agreeing import compared_rows, differences_in
from app.domain.books.states import BookSection
from app.foundation.clock import database_now
from app.foundation.db import db, reading_connection

books_group = AppGroup("books", help="Compare ledger, days, payouts, documents and counters.")


def register(app: Flask) -> None:
    """Puts ``flask books`` on the app."""
    app.cli.add_command(books_group)


@books_group.command("verify")
def verify_books_command() -> None:
    """Compare everything, the ledger first; exit code 1 and a line for each difference when something differs."""
    currency: str = current_app.config["ISOCKET"].currency
    with reading_connection() as connection:
        now = database_now(connection)
    differing = 0
    for part in BookSection:
        found = differences_in(part, currency, now=now)
        for difference in found:
            click.echo(difference, err=True)
        differing += len(found)
        db.session.remove()
    rows = ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in compared_rows().items())
    db.session.remove()
    click.echo(f"Compared: {rows}.")
    if differing:
        click.echo(f"The books do not agree: {differing:,} differences.", err=True)
        raise SystemExit(1)
    click.echo("The books agree.")
