"""Forms come from our own pages only: a token bound to the form cookie, and the browser's own word."""

from urllib.parse import urlsplit

from flask import Flask, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.wrappers import Response

from app.foundation.errors import Refusal
from app.foundation.log import get_logger
from app.web.shell.error_pages import show_refusal

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITES = frozenset({"same-origin", "none"})

csrf = CSRFProtect()
log = get_logger(__name__)


class CookiesOff(Refusal):
    """Your browser did not send our cookie, and without it no form can be trusted. Allow cookies for this site."""

    status = 400


class StaleForm(Refusal):
    """This page was open for too long or in two windows. Go back, reload it, and send the form again."""

    status = 400


class ForeignForm(Refusal):
    """This form was sent from another site. Open the page here and send it again."""

    status = 400


def initialize_csrf(app: Flask) -> None:
    """Checks every form; ``csrf.exempt`` marks the few endpoints that prove themselves otherwise."""
    app.before_request(refuse_foreign_forms)
    csrf.init_app(app)
    app.register_error_handler(CSRFError, _explain)


def refuse_foreign_forms() -> None:
    """Refuses a change that the browser itself says comes from another site.

    Raises:
        ForeignForm: Sec-Fetch-Site or Origin names another site.
    """
    view_is_exempt = request.endpoint in exempt_endpoints()
    if request.method in SAFE_METHODS or view_is_exempt:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    is_foreign = (site is not None and site not in OWN_SITES) or (
        origin not in (None, "null") and urlsplit(origin).netloc != request.host
    )
    if is_foreign:
        log.warning("foreign_form_refused", endpoint=request.endpoint)
        raise ForeignForm


def exempt_endpoints() -> frozenset[str]:
    """Endpoints that take a signed token instead of a form cookie (RFC 8058 unsubscribe)."""
    return frozenset({"notification_settings.unsubscribe"})


def _explain(error: CSRFError) -> Response:
    log.warning("csrf_refused", endpoint=request.endpoint, reason=error.description)
    return show_refusal(StaleForm() if request.cookies else CookiesOff())
