"""Sign-up and the confirmation of the address. No answer tells whether an address is known."""

import hmac
from collections.abc import Callable

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.domain.accounts.queries import link_is_open
from app.domain.accounts.rules import PostalAddress, check_password, normalized_postal_address
from app.domain.accounts.service.registration import Registration, ask_confirmation_again, confirm_email
from app.domain.accounts.service.registration import sign_up as open_account
from app.domain.accounts.states import LinkPurpose
from app.web.shell.access import public, signed_in
from app.web.shell.answers import render, submit, submit_prepared
from app.web.shell.client import request_address
from app.web.shell.forms import Form
from app.web.shell.mailed_links import read_link
from app.web.shell.principal import me, request_now, visitor
from app.web.shell.rate_limits import limited
from app.web.shell.sessions import begin_session, set_session_cookie
from app.web.shell.tools import hasher
from app.web.signup.blueprint import blueprint
from app.web.signup.cookies import browser_proof_hash, new_browser_proof
from app.web.signup.forms import SignUpForm
from app.web.words.messages import _


@blueprint.get("/sign-up")
@public
def sign_up() -> Response:
    """The form that opens an account."""
    return render("signup/sign_up.html", form=SignUpForm())


@blueprint.post("/sign-up")
@public
@limited("20/hour")
def create_account() -> Response:
    """Opens an account and mails the link that confirms its address."""
    form = SignUpForm()
    return submit_prepared(form, lambda: _registration_work(form), "signup/sign_up.html")


@blueprint.get("/sign-up/check-mail")
@public
def check_mail() -> Response:
    """Says that a mail is on its way, whoever the address belongs to."""
    return render("signup/check_mail.html")


@blueprint.get("/confirm/<token>")
@public
def confirm(token: str) -> Response:
    """Shows the button that confirms; opening the link alone changes nothing (mail scanners open links)."""
    is_open = link_is_open(read_link(token), LinkPurpose.CONFIRM_EMAIL, now=request_now())
    response = render("signup/confirm.html", form=Form(), token=token, is_open=is_open)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@blueprint.post("/confirm/<token>")
@public
@limited("30/hour")
def confirm_address(token: str) -> Response:
    """Confirms the address; signs in the browser that typed the password at sign-up."""
    form, now, sessions = Form(), request_now(), []

    def work() -> str:
        link = confirm_email(read_link(token), now=now)
        if hmac.compare_digest(link.browser_hash or "", browser_proof_hash()) and visitor() is None:
            sessions.append(begin_session(link.user_id, now=now))
            return url_for("account.overview")
        return url_for("account.overview" if visitor() else "signup.sign_in")

    context = {"token": token, "is_open": False}
    response = submit(form, work, "signup/confirm.html", context)
    if sessions:
        set_session_cookie(response, sessions[-1])
    if response.status_code < 400:  # noqa: PLR2004 - anything but an error
        flash(_("Your e-mail address is confirmed."), "success")
    return response


@blueprint.get("/confirmation")
@signed_in
def resend_confirmation() -> Response:
    """Offers to mail the confirmation link again."""
    return render("signup/resend_confirmation.html", form=Form())


@blueprint.post("/confirmation")
@signed_in
@limited("5/hour")
def send_confirmation() -> Response:
    """Mails the confirmation link again."""
    person, now = me(), request_now()

    def work() -> str:
        ask_confirmation_again(person.user_id, now=now)
        return url_for("signup.check_mail")

    return submit(Form(), work, "signup/resend_confirmation.html")


def _registration_work(form: SignUpForm) -> Callable[[], str]:
    password = form.text("password")
    context = (form.text("email"), form.text("first_name"), form.text("last_name"))
    check_password(password, context=context, field="password")
    address = normalized_postal_address(
        PostalAddress(
            country_code=form.text("country_code"),
            street_address=form.text("street_address"),
            city=form.text("city"),
            city_area=form.text("city_area"),
            country_area=form.text("country_area"),
            postal_code=form.text("postal_code"),
        )
    )
    registration = Registration(
        first_name=form.text("first_name"),
        last_name=form.text("last_name"),
        email=form.text("email"),
        password_hash=hasher().hash(password),
        address=address,
        wants_marketing=bool(form.wants_marketing.data),
        client_address=request_address(),
        browser_hash=new_browser_proof(),
    )
    now = request_now()

    def work() -> str:
        open_account(registration, now=now)
        return url_for("signup.check_mail")

    return work
