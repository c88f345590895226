"""Friendly error pages: what happened, what to do, and a reference that staff can look up."""

from dataclasses import dataclass

from flask import Flask, current_app, g, make_response, render_template
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app.foundation.db import db
from app.foundation.errors import Refusal, TooMany
from app.foundation.log import get_logger
from app.foundation.messages import N_
from app.web.shell.principal import treat_as_visitor
from app.web.words.messages import translated
from app.web.words.refusals import refusal_sentence

SERVER_ERROR = 500
UNAVAILABLE = 503

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ErrorTexts:
    """What an error page says: message ids."""

    title: str
    what_happened: str
    what_to_do: str


WORDINGS = {
    400: ErrorTexts(
        N_("This request could not be read"), N_("Something in it was not complete."), N_("Go back and try again.")
    ),
    401: ErrorTexts(N_("Sign in first"), N_("This needs an account."), N_("Sign in, then come back to this page.")),
    403: ErrorTexts(
        N_("This is not open to you"), N_("You may not do this."), N_("If you think you should, write to us.")
    ),
    404: ErrorTexts(
        N_("Nothing here"), N_("There is nothing at this address."), N_("Check the address, or start at the home page.")
    ),
    405: ErrorTexts(
        N_("That does not work here"), N_("This address does not take that."), N_("Go back and use the page's buttons.")
    ),
    409: ErrorTexts(
        N_("Something changed"),
        N_("Somebody was faster, or it changed."),
        N_("Go back, reload the page and try again."),
    ),
    413: ErrorTexts(
        N_("That is too large"),
        N_("What you sent is larger than allowed. A file can have 1 MB at most."),
        N_("Go back, where what you typed still stands, and send something smaller."),
    ),
    422: ErrorTexts(N_("That did not fit"), N_("What you sent could not be accepted."), N_("Go back and try again.")),
    429: ErrorTexts(N_("That was too often"), N_("You reached a limit."), N_("Wait a little and try again.")),
    500: ErrorTexts(
        N_("Something broke on our side"),
        N_("Nothing you sent was lost half-way: it was done fully or not at all."),
        N_("Try again in a moment. If it happens again, write to us with the reference below."),
    ),
    503: ErrorTexts(
        N_("We are busy right now"), N_("The service cannot answer at this moment."), N_("Try again in a minute.")
    ),
}
BUSY_RETRY_S = 30


def initialize_error_pages(app: Flask) -> None:
    """Maps each family of error once to its page."""
    app.register_error_handler(Refusal, show_refusal)
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(OperationalError, show_unavailable)
    app.register_error_handler(PoolTimeout, show_unavailable)
    app.register_error_handler(Exception, show_broken)


def show_refusal(refusal: Refusal) -> Response:
    """A refusal that belongs to no form field, on a page of its own."""
    retry_after_s = refusal.retry_after_s if isinstance(refusal, TooMany) else None
    title = translated(WORDINGS.get(refusal.status, WORDINGS[422]).title)
    return _page(refusal.status, retry_after_s=retry_after_s, title=title, what_happened=refusal_sentence(refusal))


def show_http_error(error: HTTPException) -> Response:
    """An error of HTTP itself."""
    if isinstance(error.response, Response):
        return error.response
    response = _page(error.code if error.code in WORDINGS else (400 if (error.code or 500) < SERVER_ERROR else 500))
    for name, value in error.get_headers():
        if name.lower() == "allow":
            response.headers[name] = value
    return response


def show_unavailable(error: Exception) -> Response:
    """The database is away or overloaded: nothing was changed."""
    log.error("database_unavailable", kind=type(error).__name__)
    return _page(UNAVAILABLE, retry_after_s=BUSY_RETRY_S)


def show_broken(error: Exception) -> Response:
    """A bug: logged in full, shown without any detail."""
    log.error("unexpected_error", kind=type(error).__name__, exc_info=error)
    if current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    return _page(SERVER_ERROR)


def _page(code: int | None, *, retry_after_s: int | None = None, **texts: str) -> Response:
    code = code or SERVER_ERROR
    wording = WORDINGS.get(code, WORDINGS[422])
    context = {
        "code": code,
        "title": translated(wording.title),
        "what_happened": translated(wording.what_happened),
        "what_to_do": translated(wording.what_to_do),
        "reference": g.get("request_id", ""),
        "retry_after_s": retry_after_s,
        **texts,
    }
    response = make_response(_rendered(code, context))
    response.status_code = code
    if retry_after_s is not None:
        response.headers["Retry-After"] = str(retry_after_s)
    return response


def _rendered(code: int, context: dict[str, object]) -> str:
    try:
        db.session.rollback()
        if code < SERVER_ERROR:
            return render_template("errors/error.html", **context)
    except (DBAPIError, PoolTimeout):
        log.warning("error_page_without_database")
    treat_as_visitor()
    return render_template("errors/plain.html", **context)
