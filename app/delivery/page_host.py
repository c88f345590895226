"""The host of the page that a tag stands on, as the browser tells it, and whether it belongs to the site."""

HOST_CHARACTERS_MAX = 253
WEB = ("https://", "http://")


def page_host(address: str) -> str:
    """The host in an ``Origin`` or ``Referer``, with the port when it is an unusual one; empty when it names none.

    >>> page_host("https://News.example/a?b"), page_host("http://127.0.0.1:8000"), page_host("null")
    ('news.example', '127.0.0.1:8000', '')
    """
    for scheme in WEB:
        if address.startswith(scheme):
            host = address[len(scheme) :].partition("/")[0].partition("?")[0].partition("#")[0]
            host = host.rpartition("@")[2].lower()
            is_sound = len(host) <= HOST_CHARACTERS_MAX and host.isascii() and host.isprintable() and " " not in host
            return host if is_sound else ""
    return ""


def is_host_of_site(host: str, domain: str) -> bool:
    """Whether a page's host is the site's own: its domain, with or without www, or a name below it.

    >>> is_host_of_site("www.news.example", "news.example"), is_host_of_site("evilnews.example", "news.example")
    (True, False)
    """
    home = domain.removeprefix("www.")
    return host == home or host.endswith("." + home)
