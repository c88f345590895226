"""Makes a mail's subject, text, HTML and links when it is sent; signed links exist only from here on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

from flask import current_app

from app.adapters.mail.port import OutgoingMail
from app.domain.notifications.kinds import NOTICES
from app.domain.notifications.service.sending import ClaimedMail
from app.domain.notifications.states import PageTarget
from app.foundation.errors import InvariantBroken
from app.foundation.signing import Purpose, Signer
from app.web.notice_words import notice_texts, value_words
from app.web.targets import page_of
from app.web.words.dates import moment_words
from app.web.words.messages import translated

if TYPE_CHECKING:
    from config import Config

MARKET_TEMPLATE = "market"


@dataclass(frozen=True, slots=True)
class MailRecipient:
    """The person a mail speaks to."""

    first_name: str
    email: str


@dataclass(frozen=True, slots=True)
class _MailParts:
    """What is particular to a mail: its subject, its template with what it names, and where its button leads."""

    subject: str
    template: str
    params: Mapping[str, Any]
    target: PageTarget


def render_mail(mail: ClaimedMail, now: datetime) -> OutgoingMail:
    """The mail, ready to go. A mail that can be switched off says how, to people and to their mailboxes."""
    config: Config = current_app.config["ISOCKET"]
    letter = _letter(mail)
    unsubscribe_url = _unsubscribe_url(mail) if mail.can_unsubscribe else None
    context = {
        "person": MailRecipient(first_name=mail.first_name, email=mail.to),
        "base_url": config.base_url,
        "url": _button_url(letter, mail),
        "params": letter.params,
        "unsubscribe_url": unsubscribe_url,
        "preferences_url": None if mail.is_address_bound else _url("notification_settings.preferences"),
    }
    return OutgoingMail(
        to=mail.to,
        subject=letter.subject,
        text=_rendered(f"email/{letter.template}.txt", context),
        html=_rendered(f"email/{letter.template}.html", context),
        message_id=f"<{mail.message_id}@{parseaddr(config.mail_from)[1].rpartition('@')[2]}>",
        sent_at=now,
        headers=_list_headers(unsubscribe_url),
    )


def _letter(mail: ClaimedMail) -> _MailParts:
    notice = NOTICES[mail.kind]
    if notice.mail_words is not None:
        own = notice.mail_words
        return _MailParts(translated(own.subject), own.template, _printable(mail), own.target)
    if notice.words is None:
        message = f"a mail of kind {mail.kind} has nothing to say"
        raise InvariantBroken(message)
    spoken = notice_texts(notice.words, mail.params)
    params = {"subject": spoken.subject, "sentence": spoken.sentence, "link": spoken.link}
    return _MailParts(spoken.subject, MARKET_TEMPLATE, params, notice.words.target)


def _printable(mail: ClaimedMail) -> dict[str, Any]:
    # Only the mail about a repeated sign-up names it.
    return {name: value_words(kept) for name, kept in mail.params.items()} | {
        "at": moment_words(datetime.fromisoformat(mail.params["at"]), UTC),
        "reset_url": _url("signup.forgot_password"),
    }


def _button_url(letter: _MailParts, mail: ClaimedMail) -> str:
    params = mail.params
    if NOTICES[mail.kind].link_purpose is not None:
        params = params | {letter.target.value: _signer().sign(Purpose.EMAIL_LINK, mail.link_public_id or "")}
    endpoint, parts = page_of(letter.target, params)
    return _url(endpoint, **parts)


def _rendered(template: str, context: Mapping[str, object]) -> str:
    # Straight from the environment: a page's context (who is signed in, its CSRF token) has no place in a mail.
    return current_app.jinja_env.get_template(template).render(context).strip() + "\n"


def _list_headers(unsubscribe_url: str | None) -> dict[str, str]:
    """The one-click headers that mailboxes turn into a button. Source: RFC 8058."""
    headers = {}
    if unsubscribe_url is not None:
        headers = {"List-Unsubscribe": f"<{unsubscribe_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return headers


def _unsubscribe_url(mail: ClaimedMail) -> str:
    token = _signer().sign(Purpose.UNSUBSCRIBE, [mail.user_id, mail.kind])
    return _url("notification_settings.unsubscribe", token=token)


def _signer() -> Signer:
    signer: Signer = current_app.extensions["isocket_signer"]
    return signer


def _url(endpoint: str, **values: str) -> str:
    # A job serves no request, so the address starts with the one that people reach us by.
    config: Config = current_app.config["ISOCKET"]
    return config.base_url + current_app.url_map.bind("").build(endpoint, values)
