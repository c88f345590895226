"""Resetting a forgotten password with a mailed link."""

from collections.abc import Callable

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.domain.accounts.errors import LinkNotValid
from app.domain.accounts.queries import link_is_open, own_words_of_link
from app.domain.accounts.rules import check_password
from app.domain.accounts.service.credentials import ask_password_reset
from app.domain.accounts.service.credentials import reset_password as set_new_password
from app.domain.accounts.states import LinkPurpose
from app.foundation.db import reading_connection
from app.web.shell.access import public
from app.web.shell.answers import render, submit, submit_prepared
from app.web.shell.mailed_links import read_link
from app.web.shell.principal import request_now
from app.web.shell.rate_limits import limited
from app.web.shell.tools import hasher
from app.web.signup.blueprint import blueprint
from app.web.signup.cookies import remembered_email
from app.web.signup.forms import ResetAskForm, ResetForm
from app.web.words.messages import _

TEMPLATE = "signup/reset_password.html"


@blueprint.get("/reset-password")
@public
def forgot_password() -> Response:
    """Asks for the address that gets the link."""
    return render("signup/forgot_password.html", form=ResetAskForm(email=remembered_email()))


@blueprint.post("/reset-password")
@public
@limited("10/hour")
def ask_reset() -> Response:
    """Mails a link when the address is known; the answer is the same when it is not."""
    form, now = ResetAskForm(), request_now()

    def work() -> str:
        ask_password_reset(form.text("email"), now=now)
        return url_for("signup.reset_sent")

    return submit(form, work, "signup/forgot_password.html")


@blueprint.get("/reset-password/sent")
@public
def reset_sent() -> Response:
    """Says that a link was mailed, if there is an account."""
    return render("signup/reset_sent.html")


@blueprint.get("/reset-password/<token>")
@public
def reset_password(token: str) -> Response:
    """The form for the new password, while the link is good."""
    is_open = link_is_open(read_link(token), LinkPurpose.RESET_PASSWORD, now=request_now())
    response = render(TEMPLATE, form=ResetForm(), token=token, is_open=is_open)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@blueprint.post("/reset-password/<token>")
@public
@limited("20/hour")
def set_password(token: str) -> Response:
    """Sets the new password and ends every session; signs nobody in."""
    form = ResetForm()
    response = submit_prepared(form, lambda: _reset_work(form, token), TEMPLATE, {"token": token, "is_open": True})
    if response.status_code < 400:  # noqa: PLR2004 - anything but an error
        flash(_("Your password is changed. Sign in with the new one."), "success")
    return response


def _reset_work(form: ResetForm, token: str) -> Callable[[], str]:
    public_id, password, now = read_link(token), form.text("new_password"), request_now()
    with reading_connection() as connection:
        words = own_words_of_link(connection, public_id)
    if words is None:
        raise LinkNotValid
    check_password(password, context=words.words, is_staff=words.is_staff, field="new_password")
    password_hash = hasher().hash(password)

    def work() -> str:
        set_new_password(public_id, password_hash, now=now)
        return url_for("signup.sign_in")

    return work
