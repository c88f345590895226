"""Names that are made of two, to stand in a sentence."""

from app.web.words.messages import pgettext


def socket_words(socket: str, site: str) -> str:
    """A socket with its site: "Top box on Example News"."""
    # In a sentence a language may put it otherwise than where it stands alone.
    return pgettext("in a sentence", "%(socket)s on %(site)s") % {"socket": socket, "site": site}


def browser_words(browser: str, system: str) -> str:
    """A browser with what it runs on: "Firefox on Linux"; the one that is known, or that none is."""
    if not (browser and system):
        return browser or system or pgettext("in a sentence", "Unknown browser")
    return pgettext("in a sentence", "%(browser)s on %(system)s") % {"browser": browser, "system": system}
