"""The session cookie: a random id that ends with the browser and is worth nothing after sign-out.

Flask's own signed cookie (``isocket_form``) carries only the CSRF token and one-time messages. Who is
signed in is a row on the server, found by the SHA-256 of the id in ``isocket_session``.
"""

from collections.abc import Callable
from datetime import datetime

from flask import Flask, Response, current_app, g, request
from flask import session as form_cookie
from werkzeug.wrappers import Response as AnyResponse

from app.domain.accounts.queries import LiveSession, account_of, find_session
from app.domain.accounts.service.sessions import start_session, touch_session
from app.foundation.db import db, in_transaction, reading_connection
from app.web.shell.client import request_address

SESSION_COOKIE = "isocket_session"
PRESENCE = "isocket_presence"
TOKEN_CHARACTERS_MAX = 100


def initialize_sessions(app: Flask, note_presence: Callable[[int], None]) -> None:
    """Notes at the end of a page that its person was there, a minute apart at the closest.

    Args:
        app: the application.
        note_presence: told an account of which somebody is there, inside the session's own transaction.
    """
    app.extensions[PRESENCE] = note_presence
    app.after_request(_touch)


def load_session() -> LiveSession | None:
    """The session of this request's cookie, on a short connection of its own; None for a visitor."""
    token = request.cookies.get(_cookie_name(), "")
    if not token or len(token) > TOKEN_CHARACTERS_MAX:
        return None
    with reading_connection() as connection:
        found = find_session(connection, token)
    g.live_session = found
    return found


def begin_session(user_id: int, *, now: datetime) -> str:
    """Starts a session inside the caller's transaction; give the token to ``set_session_cookie``."""
    agent = request.user_agent.string
    token = start_session(user_id, client_address=request_address(), user_agent=agent, now=now)
    current_app.extensions[PRESENCE](account_of(user_id))
    return token


def set_session_cookie(response: AnyResponse, token: str) -> None:
    """Hands the browser its new session, and a new form cookie: nothing from before sign-in stays."""
    form_cookie.clear()
    secure = current_app.config["ISOCKET"].is_https
    response.set_cookie(_cookie_name(), token, secure=secure, httponly=True, samesite="Lax", path="/")


def clear_session_cookie(response: AnyResponse) -> None:
    """Takes the cookie back and asks the browser to forget what it kept of the signed-in pages."""
    form_cookie.clear()
    secure = current_app.config["ISOCKET"].is_https
    response.delete_cookie(_cookie_name(), secure=secure, httponly=True, samesite="Lax", path="/")
    response.headers["Clear-Site-Data"] = '"cache"'


def _cookie_name() -> str:
    name: str = current_app.config["ISOCKET"].cookie_name(SESSION_COOKIE)
    return name


def _touch(response: Response) -> Response:
    seen: LiveSession | None = g.get("live_session")
    if seen is not None and seen.wants_touch and response.status_code < 500:  # noqa: PLR2004 - the server's own errors
        # The page's own reads are over; its read transaction ends here.
        db.session.remove()
        in_transaction(lambda: _note_that_seen(seen))
    return response


def _note_that_seen(seen: LiveSession) -> None:
    touch_session(seen.principal.session_id, now=seen.now)
    current_app.extensions[PRESENCE](seen.principal.account_id)
