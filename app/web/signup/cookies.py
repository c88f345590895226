"""The door's two cookies: the remembered address, and the mark of the browser that signed up."""

from flask import request
from flask import session as form_cookie
from werkzeug.wrappers import Response

from app.foundation.identifiers import fingerprint, new_token
from app.web.shell.tools import config, sealer

EMAIL_COOKIE = "isocket_email"
EMAIL_COOKIE_S = 180 * 24 * 3600
EMAIL_COOKIE_PURPOSE = "remembered-email"
BROWSER_PROOF = "browser_proof"


def remembered_email() -> str:
    """The e-mail address this browser was asked to remember; it signs nobody in."""
    return sealer().unseal(EMAIL_COOKIE_PURPOSE, request.cookies.get(_cookie_name(), "")) or ""


def remember_email(response: Response, email: str | None) -> None:
    """Keeps the address for the sign-in form for 180 days, encrypted; None forgets it."""
    if email is None:
        response.delete_cookie(_cookie_name(), secure=config().is_https, httponly=True, samesite="Lax")
        return
    response.set_cookie(
        _cookie_name(),
        sealer().seal(EMAIL_COOKIE_PURPOSE, email),
        max_age=EMAIL_COOKIE_S,
        secure=config().is_https,
        httponly=True,
        samesite="Lax",
    )


def new_browser_proof() -> str:
    """Marks this browser as the one that typed the password at sign-up; returns the mark's hash.

    The same for known and unknown addresses, so that the cookie tells nothing.
    """
    proof = new_token()
    form_cookie[BROWSER_PROOF] = proof
    return fingerprint(proof)


def browser_proof_hash() -> str:
    """The hash of this browser's mark; of nothing when it has none."""
    return fingerprint(str(form_cookie.get(BROWSER_PROOF, "")))


def _cookie_name() -> str:
    return config().cookie_name(EMAIL_COOKIE)
