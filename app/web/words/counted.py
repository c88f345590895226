"""How many there are of what lists show: "1 bid", "1,234 bids"."""

from collections.abc import Callable, Mapping

from app.web.words.messages import ngettext
from app.web.words.numbers import count_words

NOUNS: Mapping[str, Callable[[int, str], str]] = {
    "ads": lambda number, total: ngettext("%(total)s ad", "%(total)s ads", number, total=total),
    "auctions": lambda number, total: ngettext("%(total)s auction", "%(total)s auctions", number, total=total),
    "bids": lambda number, total: ngettext("%(total)s bid", "%(total)s bids", number, total=total),
    "days": lambda number, total: ngettext("%(total)s day", "%(total)s days", number, total=total),
    "facts": lambda number, total: ngettext("%(total)s fact", "%(total)s facts", number, total=total),
    "failures": lambda number, total: ngettext("%(total)s failure", "%(total)s failures", number, total=total),
    "files": lambda number, total: ngettext("%(total)s file", "%(total)s files", number, total=total),
    "lines": lambda number, total: ngettext("%(total)s line", "%(total)s lines", number, total=total),
    "mails": lambda number, total: ngettext("%(total)s mail", "%(total)s mails", number, total=total),
    "notices": lambda number, total: ngettext("%(total)s notice", "%(total)s notices", number, total=total),
    "orders": lambda number, total: ngettext("%(total)s order", "%(total)s orders", number, total=total),
    "payments": lambda number, total: ngettext("%(total)s payment", "%(total)s payments", number, total=total),
    "people": lambda number, total: ngettext("%(total)s person", "%(total)s people", number, total=total),
    "records": lambda number, total: ngettext("%(total)s record", "%(total)s records", number, total=total),
    "sites": lambda number, total: ngettext("%(total)s site", "%(total)s sites", number, total=total),
    "sockets": lambda number, total: ngettext("%(total)s socket", "%(total)s sockets", number, total=total),
    "strikes": lambda number, total: ngettext("%(total)s strike", "%(total)s strikes", number, total=total),
}


def counted_words(number: int, noun: str) -> str:
    """A number of things of a kind, named by its plural in English: "1 bid", "1,234 bids"."""
    return NOUNS[noun](number, count_words(number))
