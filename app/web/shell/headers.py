"""Security headers on every answer, and https enforced where people reach us by https."""

import secrets
from collections.abc import Mapping, Sequence

from flask import Flask, Response, current_app, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from app.foundation.errors import NotAllowed
from app.foundation.messages import N_
from app.web.shell.client import request_scheme

HSTS = "max-age=31536000; includeSubDomains"
NONCE_BYTES = 16
PROBES = frozenset({"health.healthz", "health.readyz"})
FIXED_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
}


def initialize_headers(app: Flask) -> None:
    """Adds the headers to every answer and the nonce to every template."""
    app.before_request(insist_on_https)
    app.after_request(add_headers)
    app.jinja_env.globals["csp_nonce"] = csp_nonce


def csp_nonce() -> str:
    """This answer's nonce for scripts that stand in the page."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(NONCE_BYTES)
    nonce: str = g.csp_nonce
    return nonce


def insist_on_https() -> AnyResponse | None:
    """Sends a page read over http to https; a form sent over http is refused unread.

    Raises:
        NotAllowed: a change was sent over http.
    """
    config = current_app.config["ISOCKET"]
    if not config.is_https or request_scheme() == "https" or request.endpoint in PROBES:
        return None
    if request.method not in {"GET", "HEAD"}:
        raise NotAllowed(N_("Send this over https."))
    return redirect(config.base_url + request.full_path.rstrip("?"), 301)


def add_headers(response: Response) -> Response:
    """Completes an answer; a header that a view set stays."""
    for name, value in FIXED_HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", content_security_policy())
    if current_app.config["ISOCKET"].is_https:
        response.headers.setdefault("Strict-Transport-Security", HSTS)
    is_static = (request.endpoint or "").endswith("static")
    # A person nobody has looked up is on no page; looking them up here would fail when the database is away.
    knows_the_person = g.get("live_session") is not None
    if not is_static and ("csrf_token" in g or knows_the_person or request.method == "POST"):
        response.headers["Cache-Control"] = "no-store"
    return response


def allow_in_policy(additions: Mapping[str, Sequence[str]]) -> None:
    """Allows this one answer more than our own pages use: sources by directive, for card fields and nothing else."""
    g.csp_additions = additions


def content_security_policy() -> str:
    """The policy of our own pages: nothing from elsewhere, no inline script without this answer's nonce."""
    nonce = (f"'nonce-{g.csp_nonce}'",) if "csp_nonce" in g else ()
    sources: dict[str, tuple[str, ...]] = {
        "default-src": ("'none'",),
        "script-src": ("'self'", *nonce),
        "style-src": ("'self'",),
        "img-src": ("'self'", "data:"),
        "font-src": ("'self'",),
        "connect-src": ("'self'",),
        "form-action": ("'self'",),
        "frame-ancestors": ("'none'",),
        "base-uri": ("'none'",),
        "manifest-src": ("'self'",),
    }
    for directive, more in g.get("csp_additions", {}).items():
        sources[directive] = (*sources.get(directive, ()), *more)
    return "; ".join(f"{directive} {' '.join(allowed)}" for directive, allowed in sources.items())
