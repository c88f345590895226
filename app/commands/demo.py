"""The one place that loads the demo market, which stands beside the application: by name, when somebody asks for it."""

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

import click
from flask import Flask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config import Config


class DemoShown(Protocol):
    """What there is to say of a demo that is loaded here."""

    @property
    def page_port(self) -> int | None:
        """Where its publisher's pages listen; None when they stand elsewhere."""

    @property
    def page_problem(self) -> str | None:
        """Why its publisher's pages cannot answer; None when they can."""

    def tell(self) -> None:
        """Prints where its pages are and how to sign in."""


class _LazyCommands(click.Group):
    """Commands of a module that is imported when one of them is asked for."""

    def __init__(self, app: Flask, name: str, *, module: str, words: str) -> None:
        super().__init__(name, help=words)
        self._app, self._module = app, module

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of its commands."""
        del ctx
        return sorted(self._loaded())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, or None."""
        del ctx
        return self._loaded().get(cmd_name)

    def _loaded(self) -> dict[str, click.Command]:
        commands: Sequence[click.Command] = import_module(self._module).commands_of(self._app)
        return {command.name: command for command in commands if command.name is not None}


def register(app: Flask) -> None:
    """Puts ``flask demo`` and ``flask traffic`` on the app."""
    words = "A market to look at: sites, auctions, flights, and a month of readers."
    app.cli.add_command(_LazyCommands(app, "demo", module="demo.commands", words=words))
    words = "Readers for the sites of a market on this machine."
    app.cli.add_command(_LazyCommands(app, "traffic", module="demo.traffic_commands", words=words))


def demo_shown(app: Flask, port: int) -> DemoShown | None:
    """What there is to say of a demo, or None: without one, and in production, where nobody of it is let in.

    Args:
        app: its context need not be pushed.
        port: where the market itself will listen.
    """
    config: Config = app.config["ISOCKET"]
    if not config.is_local:
        return None
    return cast("DemoShown | None", import_module("demo.shown").demo_shown(app, port))


def serve_demo_page(app: Flask) -> None:
    """Serves the pages of the demo's publisher, until somebody asks the process to end."""
    import_module("demo.commands").page(app)
