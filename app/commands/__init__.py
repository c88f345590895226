"""What an operator types: the commands of ``flask --app wsgi``, one file each."""

from flask import Flask

from app.commands import audit, books, catalogue, clock, demo, events, jobs, ledger, serve, staff


def register_commands(app: Flask) -> None:
    """Puts every command of the house on the app."""
    for room in (serve, demo, jobs, events, staff, clock, audit, ledger, books, catalogue):
        room.register(app)
