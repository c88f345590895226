"""Sign-in and sign-out.

A sign-in has no request key: each answer carries a session of its own, which a stored answer could
not give again. Two clicks make two sessions of the same person, and both are in their list.
"""

from datetime import timedelta

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.domain.accounts.errors import TooManyAttempts, WrongCredentials
from app.domain.accounts.service.credentials import refresh_password_hash
from app.domain.accounts.service.sessions import end_session
from app.domain.accounts.service.signing_in import Attempt, begin_attempt, clear_attempts
from app.domain.accounts.states import SessionEnd
from app.foundation.db import in_transaction
from app.foundation.log import get_logger
from app.web.shell.access import public, signed_in
from app.web.shell.answers import go, invalid, render
from app.web.shell.client import coarse_client_network, request_address
from app.web.shell.forms import Form
from app.web.shell.next_url import safe_next
from app.web.shell.principal import me, request_now
from app.web.shell.sessions import begin_session, clear_session_cookie, set_session_cookie
from app.web.shell.tools import config, hasher
from app.web.signup.blueprint import blueprint
from app.web.signup.cookies import remember_email, remembered_email
from app.web.signup.forms import SignInForm
from app.web.words.dates import span_words
from app.web.words.messages import _
from app.web.words.refusals import refusal_sentence

MINUTE_S = 60
TEMPLATE = "signup/sign_in.html"
log = get_logger(__name__)


@blueprint.get("/sign-in")
@public
def sign_in() -> Response:
    """The sign-in form, with the remembered address when this browser was asked to keep one."""
    email = remembered_email()
    form = SignInForm(email=email, remember_email=bool(email))
    return render(TEMPLATE, form=form, is_remembered=bool(email), forget_form=Form())


@blueprint.post("/sign-in")
@public
def start_session() -> Response:
    """Signs in: the try is counted first, the password checked after, outside any transaction."""
    form, now = SignInForm(), request_now()
    if not form.validate_on_submit():
        return invalid(TEMPLATE, form=form)
    key = config().secret_key.encode()
    email, address = form.text("email"), request_address()
    try:
        attempt = in_transaction(
            lambda: begin_attempt(email, client_address=address, key=key, now=now, lets_demo_in=config().is_local)
        )
    except TooManyAttempts as refusal:
        return _slowed_down(form, refusal)
    password = form.text("password")
    if not hasher().matches(password, attempt.credentials.password_hash):
        log.warning("sign_in_failed", client_network=coarse_client_network())
        form.take(WrongCredentials())
        return invalid(TEMPLATE, form=form)
    return _welcome(form, attempt, _rehashed(password, attempt))


@blueprint.post("/sign-in/forgotten-email")
@public
def forget_email() -> Response:
    """Forgets the remembered address ("not you?")."""
    form = Form()
    if not form.validate_on_submit():
        shown = SignInForm(formdata=None)
        shown.form_errors = form.form_errors
        return invalid(TEMPLATE, form=shown)
    response = go(url_for("signup.sign_in"))
    remember_email(response, None)
    return response


@blueprint.post("/sign-out")
@signed_in
def sign_out() -> Response:
    """Ends this session on the server and takes the cookie back."""
    person, now = me(), request_now()
    in_transaction(lambda: end_session(person.user_id, person.session_id, reason=SessionEnd.SIGNED_OUT, now=now))
    log.info("signed_out", user_id=person.user_id)
    response = go(url_for("browsing.home"))
    clear_session_cookie(response)
    flash(_("You are signed out."), "success")
    return response


def _welcome(form: SignInForm, attempt: Attempt, new_hash: str | None) -> Response:
    now, user_id = request_now(), attempt.credentials.user_id or 0

    def work() -> str:
        clear_attempts(attempt)
        if new_hash is not None:
            refresh_password_hash(user_id, new_hash)
        return begin_session(user_id, now=now)

    token = in_transaction(work)
    log.info("signed_in", user_id=user_id)
    response = go(safe_next(url_for("account.overview")))
    set_session_cookie(response, token)
    remember_email(response, form.text("email") if form.remember_email.data else None)
    return response


def _rehashed(password: str, attempt: Attempt) -> str | None:
    stored = attempt.credentials.password_hash or ""
    return hasher().hash(password) if hasher().is_outdated(stored) else None


def _slowed_down(form: SignInForm, refusal: TooManyAttempts) -> Response:
    log.warning("sign_in_slowed_down", retry_after_s=refusal.retry_after_s)
    seconds = refusal.retry_after_s
    wait = timedelta(seconds=seconds if seconds < MINUTE_S else -(-seconds // MINUTE_S) * MINUTE_S)
    again = _("You can try again in %(wait)s.", wait=span_words(wait))
    form.form_errors = [f"{refusal_sentence(refusal)} {again}"]
    response = invalid(TEMPLATE, form=form)
    response.status_code = refusal.status
    response.headers["Retry-After"] = str(refusal.retry_after_s)
    return response
