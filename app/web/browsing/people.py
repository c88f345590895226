"""What public profiles show."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from app.domain.accounts.queries import PublicProfile, public_profile_at
from app.domain.catalogue.queries import public_sites_of
from app.domain.creatives.queries import answer_record
from app.foundation.errors import NotFound
from app.web.shell.choices import country_name
from app.web.words.dates import span_words
from app.web.words.messages import _
from app.web.words.numbers import count_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.inventory.models import Site

# What an account's address can look like; nothing else is looked up, a NUL that PostgreSQL would refuse least of all.
SLUG = re.compile(r"[a-z0-9-]{1,80}")
WEB_SCHEMES = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One contact detail that a member switched on; the address to follow is empty for mere words."""

    label: str
    text: str
    href: str = ""


def shown_profile(slug: str) -> PublicProfile:
    """The public profile at an address.

    Raises:
        NotFound: nobody has this address.
    """
    return public_profile_at(known_slug(slug))


def known_slug(slug: str) -> str:
    """An address of ours, if it can be one.

    Raises:
        NotFound: nothing of ours is called so.
    """
    if not SLUG.fullmatch(slug):
        raise NotFound
    return slug


def sites_of(profile: PublicProfile) -> "Sequence[tuple[Site, int]]":
    """The member's proved sites, each with its number of sockets on sale."""
    return public_sites_of(profile.slug)


def contact_rows(profile: PublicProfile) -> list[ContactRow]:
    """The contact details that are switched on; empty when none is."""
    rows = []
    if profile.email:
        rows.append(ContactRow(_("E-mail"), profile.email, f"mailto:{profile.email}"))
    if profile.phone:
        rows.append(ContactRow(_("Phone"), profile.phone))
    if profile.website:
        rows.append(ContactRow(_("Website"), profile.website, _followable(profile.website)))
    place = ", ".join(filter(None, (profile.location, country_name(profile.country_code))))
    if place:
        rows.append(ContactRow(_("Location"), place))
    return rows


def answer_facts(slug: str) -> list[tuple[str, str]]:
    """How a publisher has answered ads lately: how fast, how often with a refusal, how often not; empty for none."""
    record = answer_record(slug)
    if record.median_hours is None:
        return []
    answers, taken = count_words(record.answers), span_words(timedelta(hours=record.median_hours))
    return [
        (
            _("Time to an answer"),
            _("%(span)s: the middle one of %(answers)s, counted here", span=taken, answers=answers),
        ),
        (
            _("Ads refused"),
            _(
                "%(number)s of %(answers)s (%(percent)s %%), counted here",
                number=count_words(record.refused),
                answers=answers,
                percent=record.refused_percent,
            ),
        ),
        (
            _("No answer in time"),
            _("%(number)s of %(answers)s, counted here", number=count_words(record.silent), answers=answers),
        ),
    ]


def no_answers() -> list[tuple[str, str]]:
    """What stands in place of ``answer_facts`` when there are none."""
    return [(_("Answers to ads"), _("None yet, counted here"))]


def _followable(website: str) -> str:
    """A member typed it: only a web address becomes a link, never a script."""
    return website if website.lower().startswith(WEB_SCHEMES) else ""
