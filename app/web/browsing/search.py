"""Reads what somebody looks for from an address; what makes no sense is said and left out, never an error page."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from flask import url_for

from app.domain.catalogue.queries import SocketQuery, has_words
from app.domain.catalogue.states import SearchOrder, WayToBuy
from app.foundation.messages import N_
from app.foundation.money import AmountRefused, parse_amount
from app.web.browsing.words import categories, languages, size_words
from app.web.shell.choices import country_name
from app.web.words.dates import run_words
from app.web.words.messages import _, translated
from app.web.words.money import amount_words
from app.web.words.refusals import refusal_sentence
from app.web.words.states.catalogue import SORTS, WAYS

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

FIELDS = (
    "q",
    "category",
    "country",
    "language",
    "size",
    "way",
    "price_min",
    "price_max",
    "free_from",
    "free_until",
    "sort",
)
TEXT_CHARACTERS_MAX = 100
DAYS_MAX = 366
DAY = timedelta(days=1)
SIZE = re.compile(r"([1-9]\d{0,3})x([1-9]\d{0,3})", re.ASCII)
SIDE_PX_MAX = 2000
NOT_KNOWN = N_("We do not know this choice, so it was left out.")


@dataclass(slots=True)
class Search:
    """What was searched for: as a query, as typed for the form, and what was not understood."""

    query: SocketQuery
    typed: Mapping[str, str]
    problems: dict[str, str]
    terms: dict[str, str]
    """The part that was understood, as it stands in an address worth sharing."""

    @property
    def narrows(self) -> bool:
        """Whether more was asked for than words, a way to buy and an order."""
        return any(self.typed[name] for name in FIELDS if name not in {"q", "way", "sort"})

    def address(self, page: int = 1, *, without: Sequence[str] = ()) -> str:
        """The address that asks for this, some of it perhaps taken out."""
        terms = {name: value for name, value in self.terms.items() if name not in without}
        return list_address(terms | ({"page": str(page)} if page > 1 else {}))


@dataclass(slots=True)
class _Reading:
    typed: Mapping[str, str]
    currency: str
    today: date
    problems: dict[str, str] = field(default_factory=dict)

    def choice(self, name: str, is_known: Callable[[str], bool]) -> str | None:
        """A value of a list."""
        value = self.typed[name]
        if not value or is_known(value):
            return value or None
        self.problems[name] = translated(NOT_KNOWN)
        return None

    def amount(self, name: str) -> int | None:
        """An amount in minor units."""
        if not self.typed[name]:
            return None
        try:
            return parse_amount(self.typed[name], self.currency)
        except AmountRefused as refusal:
            self.problems[name] = refusal_sentence(refusal)
            return None

    def day(self, name: str) -> date | None:
        """A day from yesterday (it may still be today somewhere) to a year ahead."""
        if not self.typed[name]:
            return None
        try:
            day = date.fromisoformat(self.typed[name])
        except ValueError:
            self.problems[name] = _("Write the day as year, month and day, like 2027-03-01.")
            return None
        if not self.today - DAY <= day <= self.today + DAYS_MAX * DAY:
            self.problems[name] = _("Choose a day from today to a year ahead.")
            return None
        return day


def list_address(terms: Mapping[str, Any]) -> str:
    """The address of the list of sockets with these terms."""
    return url_for("browsing.sockets", **terms)


def has_blanks(arguments: "MultiDict[str, str]") -> bool:
    """Whether an address has fields left blank, as a browser sends them; the shared one is without."""
    return any(not value.strip() for name, value in arguments.items(multi=True) if name in FIELDS)


def filled(arguments: "MultiDict[str, str]") -> dict[str, str]:
    """The fields that are not blank."""
    return {name: value for name, value in _typed(arguments).items() if value}


def read_search(arguments: "MultiDict[str, str]", *, currency: str, today: date) -> Search:
    """Reads an address.

    Args:
        arguments: the query of the address.
        currency: that of the prices.
        today: in UTC.
    """
    reading = _Reading(_typed(arguments), currency, today)
    text = _text(reading)
    price_min, price_max = _prices(reading)
    starts_on, ends_on = _days(reading)
    query = SocketQuery(
        text=text,
        category=reading.choice("category", categories().__contains__),
        country=reading.choice("country", lambda code: bool(country_name(code))),
        language=reading.choice("language", languages().__contains__),
        size=reading.choice("size", _is_size),
        way=WayToBuy(reading.choice("way", WAYS.__contains__) or WayToBuy.ON_SALE),
        price_min_minor=price_min,
        price_max_minor=price_max,
        starts_on=starts_on,
        ends_before=ends_on + DAY if ends_on else None,
        sort=SearchOrder(reading.choice("sort", SORTS.__contains__) or SearchOrder.ENDING),
    )
    terms = {name: value for name, value in reading.typed.items() if value and name not in reading.problems}
    return Search(query=query, typed=reading.typed, problems=reading.problems, terms=terms)


def chips(search: Search, currency: str) -> list[tuple[str, tuple[str, ...]]]:
    """What narrows the list, each in words and with the fields that would have to go."""
    query, terms = search.query, search.terms
    words = {
        "q": f"“{query.text}”",
        "category": categories()[query.category].name if query.category else "",
        "country": country_name(query.country),
        "language": languages().get(query.language or "", ""),
        "size": size_in_words(query.size),
        "way": WAYS[query.way].label,
        "price_min": _("From %(price)s", price=amount_words(query.price_min_minor or 0, currency)),
        "price_max": _("Up to %(price)s", price=amount_words(query.price_max_minor or 0, currency)),
    }
    found: list[tuple[str, tuple[str, ...]]] = [(words[name], (name,)) for name in words if name in terms]
    if query.starts_on and query.ends_before:
        days = run_words(query.starts_on, query.ends_before)
        found.append((_("Free on %(days)s", days=days), ("free_from", "free_until")))
    return found


def size_in_words(size: str | None) -> str:
    """A size as it stands in an address, in words."""
    width, _by, height = (size or "0x0").partition("x")
    return size_words(int(width), int(height))


def _typed(arguments: "MultiDict[str, str]") -> dict[str, str]:
    return {name: arguments.get(name, "").strip() for name in FIELDS}


def _text(reading: _Reading) -> str:
    text = reading.typed["q"][:TEXT_CHARACTERS_MAX]
    if text and not has_words(text):
        reading.problems["q"] = _("Type at least one letter or digit to search by.")
        return ""
    return text


def _prices(reading: _Reading) -> tuple[int | None, int | None]:
    low, high = reading.amount("price_min"), reading.amount("price_max")
    if low is not None and high is not None and low > high:
        reading.problems["price_min"] = reading.problems["price_max"] = _(
            "The lowest price is above the highest, so both were left out."
        )
        return None, None
    return low, high


def _days(reading: _Reading) -> tuple[date | None, date | None]:
    """The first and the last day; one alone stands for both."""
    first, last = reading.day("free_from"), reading.day("free_until")
    if reading.problems.keys() & {"free_from", "free_until"}:
        return None, None
    first, last = first or last, last or first
    if first is not None and last is not None and last < first:
        reading.problems["free_until"] = _("The last day is before the first, so the days were left out.")
        reading.problems["free_from"] = reading.problems["free_until"]
        return None, None
    return first, last


def _is_size(text: str) -> bool:
    sides = SIZE.fullmatch(text)
    return sides is not None and max(int(sides[1]), int(sides[2])) <= SIDE_PX_MAX
