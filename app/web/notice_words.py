"""What a message says: its sentences, with prices, times and names of its moment put in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.events.rules import Amount, Days, Moment, SocketName, from_json
from app.domain.notifications.rules import Words
from app.foundation.messages import N_
from app.web.words.dates import day_words
from app.web.words.messages import _, said
from app.web.words.money import amount_words

VARIANT = "variant"
# A detail that the row of an earlier time does not have.
UNKNOWN = {"address": N_("an unknown place"), "browser": N_("an unknown browser")}
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """What a message says, ready to be read: its subject, its sentence, and the words on its button."""

    subject: str
    sentence: str
    link: str


def words_of(words: Words, params: Mapping[str, Any]) -> NoticeWords:
    """What a message says of one event.

    Args:
        words: of its kind.
        params: what it names, as it is stored; a row of an earlier time holds words already.
    """
    shown = _Shown({name: _value_words(words, name, kept) for name, kept in params.items()})
    return NoticeWords(
        subject=said(words.subject) % shown,
        sentence=said(words.sentence_for(str(params.get(VARIANT, "")))) % shown,
        link=said(words.link),
    )


class _Shown(dict[str, str]):
    """What a sentence may name."""

    def __missing__(self, name: str) -> str:
        return said(UNKNOWN.get(name, N_("unknown")))


def _value_words(words: Words, name: str, kept: object) -> str:
    value = from_json(kept)
    if isinstance(value, Amount):
        return amount_words(value.minor, value.currency)
    if isinstance(value, Moment):
        return _moment_words(value)
    if isinstance(value, Days):
        return _days_words(value)
    if isinstance(value, SocketName):
        return _("%(socket)s on %(site)s", socket=value.socket, site=value.site)
    label = words.labels.get(name, {}).get(str(value))
    return said(label) if label is not None else str(value)


def _moment_words(moment: Moment) -> str:
    """A time on the clocks of its zone: "on 22 Nov 2026 at 14:05 PST"."""
    here = moment.at.astimezone(ZoneInfo(moment.time_zone))
    day, clock = day_words(here.date()), f"{here:%H:%M} {here.tzname()}"
    if moment.is_limit:
        return _("by %(day)s at %(clock)s", day=day, clock=clock)
    return _("on %(day)s at %(clock)s", day=day, clock=clock)


def _days_words(days: Days) -> str:
    """The days of a flight with its last one: "from 3 Dec 2026 to 9 Dec 2026"."""
    first, last = (day_words(day) for day in (days.starts_on, days.ends_before - DAY))
    if first == last:
        return _("on %(day)s", day=first)
    return _("from %(first)s to %(last)s", first=first, last=last)
