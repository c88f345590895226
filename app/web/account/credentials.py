"""Changing the password and the e-mail address; both ask for the current password again."""

from collections.abc import Callable

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.domain.accounts.errors import WrongPassword
from app.domain.accounts.queries import link_is_open, own_words, password_hash_of
from app.domain.accounts.rules import check_password
from app.domain.accounts.service.credentials import ask_email_change, change_email, change_password
from app.domain.accounts.states import LinkPurpose
from app.foundation.db import reading_connection
from app.web.account.blueprint import blueprint
from app.web.account.forms import EmailForm, PasswordForm
from app.web.shell.access import signed_in
from app.web.shell.answers import render, submit, submit_prepared
from app.web.shell.forms import Form
from app.web.shell.mailed_links import read_link
from app.web.shell.principal import me, request_now
from app.web.shell.rate_limits import limited
from app.web.shell.sessions import begin_session, set_session_cookie
from app.web.shell.tools import hasher
from app.web.words.messages import _


@blueprint.get("/security")
@signed_in
def security() -> Response:
    """The way to the password, the address and the sessions."""
    return render("account/security.html")


@blueprint.get("/password")
@signed_in
def password() -> Response:
    """The form that changes the password."""
    return render("account/password.html", form=PasswordForm())


@blueprint.post("/password")
@signed_in
@limited("10/hour")
def save_password() -> Response:
    """Changes the password, ends every session and starts a new one here."""
    form, tokens = PasswordForm(), []

    def prepare() -> Callable[[], str]:
        person, now = me(), request_now()
        new_hash = _new_hash(form)

        def work() -> str:
            change_password(person.user_id, new_hash, now=now)
            tokens.append(begin_session(person.user_id, now=now))
            return url_for("account.security")

        return work

    response = submit_prepared(form, prepare, "account/password.html")
    if tokens:
        set_session_cookie(response, tokens[-1])
        flash(_("Your password is changed. Every other session has ended."), "success")
    return response


@blueprint.get("/email")
@signed_in
def email() -> Response:
    """The form that changes the address."""
    return render("account/email.html", form=EmailForm())


@blueprint.post("/email")
@signed_in
@limited("10/hour")
def save_email() -> Response:
    """Mails a link to the new address; nothing changes before it is opened."""
    form = EmailForm()

    def prepare() -> Callable[[], str]:
        person, now = me(), request_now()
        check_current_password(form)

        def work() -> str:
            ask_email_change(person.user_id, form.text("email"), now=now)
            return url_for("account.email_sent")

        return work

    return submit_prepared(form, prepare, "account/email.html")


@blueprint.get("/email/sent")
@signed_in
def email_sent() -> Response:
    """Says that the new address has to be confirmed."""
    return render("account/email_sent.html")


@blueprint.get("/email/confirm/<token>")
@signed_in
def confirm_email_change(token: str) -> Response:
    """Shows the button that puts the new address in place."""
    is_open = link_is_open(read_link(token), LinkPurpose.CHANGE_EMAIL, now=request_now())
    response = render("account/confirm_email.html", form=Form(), token=token, is_open=is_open)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@blueprint.post("/email/confirm/<token>")
@signed_in
@limited("30/hour")
def save_confirmed_email(token: str) -> Response:
    """Puts the new address in place; the old one is told."""
    person, now = me(), request_now()

    def work() -> str:
        change_email(read_link(token), user_id=person.user_id, now=now)
        return url_for("account.overview")

    response = submit(Form(), work, "account/confirm_email.html", {"token": token, "is_open": False})
    if response.status_code < 400:  # noqa: PLR2004 - anything but an error
        flash(_("Your e-mail address is changed."), "success")
    return response


def check_current_password(form: Form) -> None:
    """Asks for the password again; slow on purpose, so outside any transaction.

    Raises:
        WrongPassword: it is not the one of whoever is signed in.
    """
    with reading_connection() as connection:
        stored = password_hash_of(connection, me().user_id)
    if not hasher().matches(form.text("current_password"), stored):
        raise WrongPassword


def _new_hash(form: PasswordForm) -> str:
    check_current_password(form)
    new_password = form.text("new_password")
    with reading_connection() as connection:
        words = own_words(connection, me().user_id)
    context = words.words if words else ()
    check_password(new_password, context=context, is_staff=me().is_staff, field="new_password")
    return hasher().hash(new_password)
