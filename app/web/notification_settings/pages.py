"""Rows and words of the notices pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask import url_for

from app.domain.notifications.models import Notification
from app.domain.notifications.queries import Switch, market_words, notices, page_of, switches
from app.domain.notifications.states import Category, NotificationKind
from app.foundation.paging import Page
from app.web.notification_settings.forms import CHANNEL_LABELS, field_name
from app.web.shell.forms import Form


@dataclass(frozen=True, slots=True)
class Wording:
    """What a notice says, and where it leads."""

    title: str
    text: str
    endpoint: str
    link: str


WORDINGS: dict[NotificationKind, Wording] = {
    NotificationKind.EMAIL_ALREADY_REGISTERED: Wording(
        "Somebody tried to sign up with your address",
        "No second account was made, and they were not told that you have one.",
        "account.security",
        "Your security settings",
    ),
    NotificationKind.PASSWORD_CHANGED: Wording(
        "Your password was changed",
        "If it was not you, choose a new one at once.",
        "account.security",
        "Your security settings",
    ),
    NotificationKind.EMAIL_CHANGED: Wording(
        "Your e-mail address was changed",
        "The old address was told. If it was not you, write to us.",
        "legal.contact",
        "Contact us",
    ),
    NotificationKind.NEW_SIGN_IN: Wording(
        "New sign-in",
        "From {browser} at {address}. If it was not you, end that session and change your password.",
        "account.sessions",
        "Your sessions",
    ),
    NotificationKind.SESSIONS_ENDED: Wording(
        "All your sessions were ended",
        "Every browser that was signed in had to sign in again.",
        "account.sessions",
        "Your sessions",
    ),
    NotificationKind.POLICY_CHANGED: Wording(
        "New version of our terms or privacy policy",
        "Read what changed. You are asked to agree before you go on.",
        "legal.terms",
        "Read the terms",
    ),
    NotificationKind.PAYOUT_ACCOUNT_CHANGED: Wording(
        "Your payout account was changed",
        "Your earnings go to the new one from now on. If it was not you, change your password and write to us at once.",
        "account.payout",
        "Your payout account",
    ),
    NotificationKind.PRODUCT_NEWS: Wording(
        "Getting started",
        "Your address is confirmed. Look around, or write your public profile.",
        "account.public_profile",
        "Your public profile",
    ),
}


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One notice as the page shows it, with the form that marks it as read."""

    notice_id: int
    title: str
    text: str
    url: str
    link: str
    created_at: datetime
    is_unread: bool
    form: Form


@dataclass(frozen=True, slots=True)
class KindRow:
    """One kind on the preferences page: its boxes, and what is fixed about it."""

    title: str
    explanation: str
    boxes: tuple[tuple[str, str], ...]
    fixed: tuple[str, ...]


CATEGORY_TITLES = {
    Category.SECURITY: ("The safety of your account", "These are always sent, because you must be able to act."),
    Category.SERVICE: (
        "Your account and transactions",
        "Notices here stay on. The mail is up to you where it says so.",
    ),
    Category.MARKETING: ("Tips and offers", "Off until you ask for it. You can stop it at any time."),
}


def notices_page(user_id: int, number: int) -> Page[NoticeRow]:
    """One page of a person's notices, newest first."""
    found = notices(user_id, number)
    return Page(rows=[_notice_row(notice) for notice in found.rows], number=found.number, total=found.total)


def chosen_now(user_id: int) -> dict[str, bool]:
    """What each box shows before anything is sent."""
    return {field_name(row.kind, row.channel): row.is_on for row in switches(user_id) if row.can_switch}


def kinds_by_category(user_id: int) -> list[tuple[str, str, list[KindRow]]]:
    """Categories with title, sentence and kinds; security first."""
    rows = switches(user_id)
    return [
        (*CATEGORY_TITLES[category], [_kind_row(list(same)) for _, same in groupby(own, key=lambda row: row.kind)])
        for category in Category
        if (own := [row for row in rows if row.category is category])
    ]


def _kind_row(rows: list[Switch]) -> KindRow:
    return KindRow(
        title=rows[0].title,
        explanation=rows[0].explanation,
        boxes=tuple((field_name(row.kind, row.channel), CHANNEL_LABELS[row.channel]) for row in rows if row.can_switch),
        fixed=tuple(CHANNEL_LABELS[row.channel] for row in rows if not row.can_switch),
    )


def _notice_row(notice: Notification) -> NoticeRow:
    words = market_words(notice.kind)
    if words is not None:
        endpoint, parts = page_of(words, notice.params)
        title, text, link = words.subject, words.sentence, words.link
        url = url_for(endpoint, **parts)
    else:
        wording = WORDINGS[notice.kind]
        title, text, link, url = wording.title, wording.text, wording.link, url_for(wording.endpoint)
    return NoticeRow(
        notice_id=notice.id,
        title=title.format_map(_Shown(notice.params)),
        text=text.format_map(_Shown(notice.params)),
        url=url,
        link=link,
        created_at=notice.created_at,
        is_unread=notice.read_at is None,
        form=Form(),
    )


class _Shown(dict[str, object]):
    """What a sentence may name; a detail an older notice does not have is called unknown."""

    def __init__(self, params: Mapping[str, object]) -> None:
        super().__init__(params)

    def __missing__(self, key: str) -> str:
        return {"address": "an unknown place", "browser": "an unknown browser"}.get(key, "unknown")
