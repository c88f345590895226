"""The person behind a request, typed once; flask-login serves it as ``current_user``."""

from datetime import datetime

from flask import Flask, Request, g
from flask_login import AnonymousUserMixin, LoginManager, current_user

from app.foundation.access import Principal
from app.foundation.clock import database_now
from app.foundation.db import reading_connection
from app.foundation.errors import InvariantBroken
from app.web.shell.sessions import load_session


class Anonymous(AnonymousUserMixin):  # type: ignore[misc]  # flask-login carries no types
    """Somebody who is not signed in."""

    is_staff = False
    is_confirmed = False


def initialize_principal(app: Flask) -> None:
    """Has flask-login load the person by our own session cookie; its remember cookie is not used."""
    manager = LoginManager()
    manager.session_protection = None
    manager.anonymous_user = Anonymous
    manager.request_loader(_load)
    manager.init_app(app)


def visitor() -> Principal | None:
    """The signed-in person, or None."""
    person = current_user._get_current_object()  # noqa: SLF001 - werkzeug's documented way to unwrap a proxy
    return person if isinstance(person, Principal) else None


def me() -> Principal:
    """The signed-in person of an endpoint that asks for one."""
    person = visitor()
    if person is None:
        message = "an endpoint without declared access asked who is signed in"
        raise InvariantBroken(message)
    return person


def treat_as_visitor() -> None:
    """For an error page: whoever it is, nobody is looked up any more, for the database may be away."""
    g._login_user = Anonymous()  # noqa: SLF001 - where flask-login keeps the person of a request


def request_now() -> datetime:
    """This request's time in UTC: the database's, read once. Deadlines read the clock after their lock."""
    if "now" not in g:
        with reading_connection() as connection:
            g.now = database_now(connection)
    moment: datetime = g.now
    return moment


def reading_now() -> datetime:
    """This request's time, for a page that only reads: asked on the connection that its other reads go through."""
    if "now" not in g:
        g.now = database_now()
    moment: datetime = g.now
    return moment


def _load(_request: Request) -> Principal | None:
    session = load_session()
    if session is None:
        return None
    g.now = session.now
    return session.principal
