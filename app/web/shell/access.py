"""Declares and enforces who may open an endpoint. Nothing declared means refused."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Flask, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from app.foundation.access import Permission, allows, lacks_only_confirmation
from app.foundation.errors import InvariantBroken, NotAllowed
from app.foundation.log import get_logger
from app.web.shell.principal import visitor

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"
SIGNED_IN = "signed in"
PUBLIC_FILES = frozenset({"static", "bootstrap.static"})
PAGES_BEFORE_AGREEMENT = frozenset({"legal.accept", "signup.sign_out"})

log = get_logger(__name__)


class ConfirmFirst(NotAllowed):
    """Confirm your e-mail address first: open the link in the mail we sent you, or ask for a new one."""


class SignInFirst(NotAllowed):
    """Sign in first. If you were signed in, the session has ended; go back, and your text is still there."""

    status = 401


def public(view: View) -> View:
    """Anybody may open it."""
    return _declare(view, PUBLIC)


def signed_in(view: View) -> View:
    """Anybody who is signed in may open it."""
    return _declare(view, SIGNED_IN)


def requires(permission: Permission) -> Callable[[View], View]:
    """Only those whom the permission table allows may open it."""
    return lambda view: _declare(view, permission)


def declared_access(endpoint: str | None) -> str | Permission | None:
    """What an endpoint declares, or None when it declares nothing."""
    if endpoint in PUBLIC_FILES:
        return PUBLIC
    view = current_app.view_functions.get(endpoint or "")
    access: str | Permission | None = getattr(view, "access_declared", None)
    return access


def initialize_access(app: Flask) -> None:
    """Checks every request before its view; a view outside this check cannot exist."""
    app.before_request(check_access)


def check_access() -> Response | None:
    """Redirects to the sign-in page or raises if the request is not allowed."""
    if request.endpoint is None:
        return None  # 404 and 405 are raised by the dispatcher
    access = declared_access(request.endpoint)
    if access is None:
        message = f"{request.endpoint} does not declare who may open it"
        raise InvariantBroken(message)
    if access == PUBLIC:
        return None
    principal = visitor()
    if principal is None:
        return _ask_to_sign_in()
    if principal.must_accept_policies and request.endpoint not in PAGES_BEFORE_AGREEMENT:
        return redirect(url_for("legal.accept", next=local_path()), 303)
    if isinstance(access, Permission) and not allows(principal, access):
        log.warning("permission_refused", permission=access.value, user_id=principal.user_id)
        raise ConfirmFirst if lacks_only_confirmation(principal, access) else NotAllowed
    return None


def local_path() -> str:
    """The path and query of this request, for coming back to it."""
    return request.full_path.rstrip("?") if request.method == "GET" else url_for("browsing.home")


def _ask_to_sign_in() -> Response:
    if request.method != "GET":
        raise SignInFirst
    return redirect(f"{url_for('signup.sign_in')}?{urlencode({'next': local_path()})}", 303)


def _declare(view: View, access: str | Permission) -> View:
    view.access_declared = access  # type: ignore[attr-defined]  # the mark that check_access reads
    return view
