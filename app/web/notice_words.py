"""What a message says: its sentences, with prices, times and names of its moment put in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.events.rules import BrowserName, EventAmount, EventDays, EventMoment, SocketName, from_json
from app.domain.notifications.rules import NoticeTexts
from app.foundation.messages import N_
from app.web.words.dates import at_words, from_to_words, limit_words
from app.web.words.messages import translated
from app.web.words.money import amount_words
from app.web.words.names import browser_words, socket_words

VARIANT = "variant"
# A detail that the row of an earlier time does not have.
UNKNOWN = {"address": N_("an unknown place"), "browser": N_("an unknown browser")}


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """What a message says, ready to be read: its subject, its sentence, and the words on its button."""

    subject: str
    sentence: str
    link: str


def notice_texts(words: NoticeTexts, params: Mapping[str, Any]) -> NoticeWords:
    """What a message says of one event.

    Args:
        words: of its kind.
        params: what it names, as it is stored; a row of an earlier time holds words already.
    """
    shown = _SentenceParams({name: _said(words, name, kept) for name, kept in params.items()})
    return NoticeWords(
        subject=translated(words.subject) % shown,
        sentence=translated(words.sentence_for(str(params.get(VARIANT, "")))) % shown,
        link=translated(words.link),
    )


def value_words(kept: object) -> str:
    """A value that an event keeps, in words.

    Args:
        kept: as it is stored.
    """
    value = from_json(kept)
    if isinstance(value, EventAmount):
        return amount_words(value.minor, value.currency)
    if isinstance(value, EventMoment):
        zone = ZoneInfo(value.time_zone)
        return limit_words(value.at, zone) if value.is_limit else at_words(value.at, zone)
    if isinstance(value, EventDays):
        return from_to_words(value.starts_on, value.ends_before)
    if isinstance(value, SocketName):
        return socket_words(value.socket, value.site)
    return browser_words(value.browser, value.system) if isinstance(value, BrowserName) else str(value)


class _SentenceParams(dict[str, str]):
    """What a sentence may name."""

    def __missing__(self, name: str) -> str:
        return translated(UNKNOWN.get(name, N_("unknown")))


def _said(words: NoticeTexts, name: str, kept: object) -> str:
    label = words.labels.get(name, {}).get(str(kept))
    return translated(label) if label is not None else value_words(kept)
