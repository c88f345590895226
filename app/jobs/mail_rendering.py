"""Makes a mail's subject, text, HTML and links when it is sent; signed links exist only from here on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

from flask import current_app

from app.adapters.mail.port import OutgoingMail
from app.domain.notifications.queries import market_words, page_of
from app.domain.notifications.service.sending import ClaimedMail
from app.domain.notifications.states import NotificationKind
from app.foundation.signing import Purpose, Signer

if TYPE_CHECKING:
    from config import Config


@dataclass(frozen=True, slots=True)
class Face:
    """What a kind of mail looks like: its subject, its template, and where its one button leads."""

    subject: str
    template: str
    endpoint: str
    has_link: bool = False


FACES: dict[NotificationKind, Face] = {
    NotificationKind.EMAIL_CONFIRMATION: Face(
        "Confirm your e-mail address for isocket", "email_confirmation", "signup.confirm", has_link=True
    ),
    NotificationKind.EMAIL_ALREADY_REGISTERED: Face(
        "You already have an isocket account", "email_already_registered", "signup.sign_in"
    ),
    NotificationKind.PASSWORD_RESET: Face(
        "Choose a new password for isocket", "password_reset", "signup.reset_password", has_link=True
    ),
    NotificationKind.PASSWORD_CHANGED: Face(
        "Your isocket password was changed", "password_changed", "account.security"
    ),
    NotificationKind.EMAIL_CHANGE_REQUESTED: Face(
        "Confirm your new e-mail address for isocket",
        "email_change_requested",
        "account.confirm_email_change",
        has_link=True,
    ),
    NotificationKind.EMAIL_CHANGED: Face("Your isocket e-mail address was changed", "email_changed", "legal.contact"),
    NotificationKind.NEW_SIGN_IN: Face("New sign-in to your isocket account", "new_sign_in", "account.sessions"),
    NotificationKind.SESSIONS_ENDED: Face("All your isocket sessions were ended", "sessions_ended", "signup.sign_in"),
    NotificationKind.POLICY_CHANGED: Face("New version of our {title}", "policy_changed", "legal.terms"),
    NotificationKind.PAYOUT_ACCOUNT_CHANGED: Face(
        "Your isocket payout account was changed", "payout_account_changed", "account.payout"
    ),
    NotificationKind.PRODUCT_NEWS: Face("Getting started on isocket", "getting_started", "browsing.home"),
}


@dataclass(frozen=True, slots=True)
class Addressee:
    """The person a mail speaks to."""

    first_name: str
    email: str


def render_mail(mail: ClaimedMail, *, now: datetime) -> OutgoingMail:
    """The mail, ready to go. A mail that can be switched off says how, to people and to their mailboxes."""
    config: Config = current_app.config["ISOCKET"]
    face = _face(mail)
    params = _printable(mail)
    unsubscribe_url = _unsubscribe_url(mail) if mail.can_unsubscribe else None
    context = {
        "person": Addressee(first_name=mail.first_name, email=mail.to),
        "base_url": config.base_url,
        "url": _button_url(face, mail),
        "params": params,
        "unsubscribe_url": unsubscribe_url,
        "preferences_url": None if mail.is_address_bound else _url("notification_settings.preferences"),
    }
    return OutgoingMail(
        to=mail.to,
        subject=face.subject.format_map(params) if "{" in face.subject else face.subject,
        text=_rendered(f"email/{face.template}.txt", context),
        html=_rendered(f"email/{face.template}.html", context),
        message_id=f"<{mail.message_id}@{parseaddr(config.mail_from)[1].rpartition('@')[2]}>",
        sent_at=now,
        headers=_list_headers(unsubscribe_url),
    )


def _face(mail: ClaimedMail) -> Face:
    words = market_words(mail.kind)
    if words is None:
        return FACES[mail.kind]
    endpoint, _parts = page_of(words, mail.params)
    return Face(words.subject, "market", endpoint)


def _rendered(template: str, context: Mapping[str, object]) -> str:
    # Straight from the environment: a page's context (who is signed in, its CSRF token) has no place in a mail.
    return current_app.jinja_env.get_template(template).render(context).strip() + "\n"


def _list_headers(unsubscribe_url: str | None) -> dict[str, str]:
    """The one-click headers that mailboxes turn into a button. Source: RFC 8058."""
    if unsubscribe_url is None:
        return {}
    return {"List-Unsubscribe": f"<{unsubscribe_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _printable(mail: ClaimedMail) -> dict[str, Any]:
    params = dict(mail.params)
    if "at" in params:
        at = datetime.fromisoformat(params["at"]).astimezone(UTC)
        params["at"] = f"{at.day} {at:%b %Y, %H:%M} UTC"
    words = market_words(mail.kind)
    if words is not None:
        params |= {
            "subject": words.subject.format_map(params),
            "sentence": words.sentence.format_map(params),
            "link": words.link,
        }
    if mail.kind is NotificationKind.EMAIL_ALREADY_REGISTERED:
        params["reset_url"] = _url("signup.forgot_password")
    return params


def _button_url(face: Face, mail: ClaimedMail) -> str:
    words = market_words(mail.kind)
    if words is not None:
        endpoint, parts = page_of(words, mail.params)
        return _url(endpoint, **parts)
    if not face.has_link:
        return _url(face.endpoint)
    return _url(face.endpoint, token=_signer().sign(Purpose.EMAIL_LINK, mail.link_public_id or ""))


def _unsubscribe_url(mail: ClaimedMail) -> str:
    token = _signer().sign(Purpose.UNSUBSCRIBE, [mail.user_id, mail.kind.value])
    return _url("notification_settings.unsubscribe", token=token)


def _signer() -> Signer:
    signer: Signer = current_app.extensions["isocket_signer"]
    return signer


def _url(endpoint: str, **values: str) -> str:
    # A job serves no request, so the address starts with the one that people reach us by.
    config: Config = current_app.config["ISOCKET"]
    return config.base_url + current_app.url_map.bind("").build(endpoint, values)
