"""Rows and words of the notices pages."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from flask import url_for

from app.domain.notifications.kinds import NOTICES
from app.domain.notifications.queries import ChannelPreference, notices, switches, title_of
from app.domain.notifications.states import NoticeCategory
from app.foundation.errors import InvariantBroken
from app.foundation.paging import RowsPage
from app.web.notice_words import notice_texts
from app.web.notification_settings.forms import field_name
from app.web.shell.forms import Form
from app.web.targets import page_of
from app.web.words.messages import translated
from app.web.words.states.notifications import CATEGORIES, CHANNELS

if TYPE_CHECKING:
    from app.domain.notifications.models import Notification


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
class NoticeKindRow:
    """One kind on the preferences page: its boxes, and what is fixed about it."""

    title: str
    explanation: str
    boxes: tuple[tuple[str, str], ...]
    fixed: tuple[str, ...]


def notices_page(user_id: int, number: int) -> RowsPage[NoticeRow]:
    """One page of a person's notices, newest first."""
    found = notices(user_id, number)
    return RowsPage(rows=[_notice_row(notice) for notice in found.rows], number=found.number, total=found.total)


def chosen_now(user_id: int) -> dict[str, bool]:
    """What each box shows before anything is sent."""
    return {field_name(row.kind, row.channel): row.is_on for row in switches(user_id) if row.can_switch}


def kinds_by_category(user_id: int) -> list[tuple[str, str, list[NoticeKindRow]]]:
    """Categories with title, sentence and kinds; security first."""
    rows = switches(user_id)
    return [
        (CATEGORIES[category].label, CATEGORIES[category].sentence, _kind_rows(own))
        for category in NoticeCategory
        if (own := [row for row in rows if row.category is category])
    ]


def kind_title(kind: str) -> str:
    """What pages call a kind of message."""
    return translated(title_of(kind))


def _kind_rows(own: list[ChannelPreference]) -> list[NoticeKindRow]:
    return [_kind_row(list(same)) for _kind, same in groupby(own, key=lambda row: row.kind)]


def _kind_row(rows: list[ChannelPreference]) -> NoticeKindRow:
    return NoticeKindRow(
        title=translated(rows[0].title),
        explanation=translated(rows[0].explanation),
        boxes=tuple((field_name(row.kind, row.channel), CHANNELS[row.channel].label) for row in rows if row.can_switch),
        fixed=tuple(CHANNELS[row.channel].label for row in rows if not row.can_switch),
    )


def _notice_row(notice: "Notification") -> NoticeRow:
    words = NOTICES[notice.kind].words
    if words is None:
        message = f"notice {notice.id} of kind {notice.kind} has nothing to say"
        raise InvariantBroken(message)
    spoken = notice_texts(words, notice.params)
    endpoint, parts = page_of(words.target, notice.params)
    return NoticeRow(
        notice_id=notice.id,
        title=spoken.subject,
        text=spoken.sentence,
        url=url_for(endpoint, **parts),
        link=spoken.link,
        created_at=notice.created_at,
        is_unread=notice.read_at is None,
        form=Form(),
    )
