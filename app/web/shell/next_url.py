"""Where to go on to after a detour: pages of this site only, whatever the address asks for."""

import re
from urllib.parse import unquote

from flask import request

NEXT_CHARACTERS_MAX = 400
DECODINGS_MAX = 3

# One slash, then segments of the characters that RFC 3986 allows, and perhaps a query. Written as what
# is allowed: browsers mend what they are given (a backslash becomes a slash, a tab is dropped), and a
# list of what is forbidden would have to know every such habit.
LOCAL_PATH = re.compile(
    r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@%-]+/)*[A-Za-z0-9._~!$&'()*+,;=:@%-]*(?:\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?"
)
BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffd]")


def safe_next(default: str) -> str:
    """The address that this request's ``?next=`` asks for when it is a page of ours, else the default."""
    targets = request.args.getlist("next")
    return targets[0] if len(targets) == 1 and is_local_path(targets[0]) else default


def is_local_path(text: str) -> bool:
    """Whether a browser, a proxy and this app all read it as a path of this site, encoded or decoded.

    >>> [is_local_path(text) for text in ("/people/ann-3f2a1c?page=2", "//evil.example", "/%2f/evil.example")]
    [True, False, False]
    """
    if len(text) > NEXT_CHARACTERS_MAX or not LOCAL_PATH.fullmatch(text) or BROKEN_ESCAPE.search(text):
        return False
    return all(_keeps_its_meaning(reading) for reading in _readings(text))


def _readings(text: str) -> list[str]:
    """The text as it stands and as each further decoding would read it."""
    readings = [text]
    while len(readings) <= DECODINGS_MAX and (decoded := unquote(readings[-1])) != readings[-1]:
        readings.append(decoded)
    return readings


def _keeps_its_meaning(text: str) -> bool:
    if UNPRINTABLE.search(text):
        return False
    path = text.partition("?")[0]
    has_odd_slash = "//" in path or "\\" in path
    return not has_odd_slash and not {".", ".."} & set(path.split("/"))
