"""After a detour people come back to a page of this site, whatever the address bar was made to say."""

from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.web.shell.next_url import NEXT_CHARACTERS_MAX, is_local_path, safe_next

OURS = "https://isocket.example"
GOOD = [
    "/",
    "/people/ann-3f2a1c",
    "/account/security",
    "/staff/people?page=2",
    "/terms/2026-11-22",
    "/search?q=news%20letters&size=300x250&from=2026-12-01",
    "/search?back=https://elsewhere.example/",
    "/search?q=a%2F%2Fb",
]
BAD = [
    "",
    "people",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/ /evil.example",
    " //evil.example",
    "\x00/evil.example",
    "https://evil.example/",
    "HTTPS:evil.example",
    "https:/evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "mailto:a@evil.example",
    "@evil.example",
    ".evil.example",
    "/%2fevil.example",
    "/%2F%2Fevil.example",
    "/%5cevil.example",
    "/%255cevil.example",
    "/%252fevil.example",
    "/%25252fevil.example",
    "/%09/evil.example",
    "/%0d%0aLocation:%20https://evil.example",
    "/a?b=%0d%0aSet-Cookie:x",
    "/%00",
    "/%E2%80%A8",
    "/.//evil.example",
    "/..//evil.example",
    "/a/../b",
    "/%2e%2e/b",
    "/a//b",
    "/%zz",
    "/%",
    "/a%ff",
    "/pé",
    "/a#b",
    "/a b",
    "/a<b>",
    '/a"b',
    "/\u2028",
    "/\uff0fevil.example",
    "?next=/a",
    "/" + "a" * NEXT_CHARACTERS_MAX,
]

SIGNS = ("/", "\\", ".", "..", "//", ":", "@", "?", "#", "%", "[", "]", "&", "=", " ", "\t", "\n", "\r", "\x00")
ENCODED = ("%2f", "%5c", "%252f", "%09", "%0a", "%2e", "\u2028", "\uff0f")
WORDS = ("https", "javascript", "evil.example", "a", "é")
pieces = st.sampled_from(SIGNS + ENCODED + WORDS)
addresses = st.one_of(st.text(max_size=60), st.lists(pieces, max_size=10).map("".join))


@pytest.mark.parametrize("path", GOOD)
def test_our_own_paths_are_kept(path: str) -> None:
    assert is_local_path(path)


@pytest.mark.parametrize("address", BAD)
def test_everything_else_is_refused(address: str) -> None:
    assert not is_local_path(address)


@given(addresses)
def test_what_is_kept_stays_on_our_site_in_every_reading(address: str) -> None:
    if not is_local_path(address):
        return
    reading = address
    for _ in range(6):
        as_browsers_mend_it = reading.translate({9: None, 10: None, 13: None}).replace("\\", "/")
        landed = urlsplit(urljoin(OURS + "/sign-in", as_browsers_mend_it))
        assert (landed.scheme, landed.netloc) == ("https", "isocket.example")
        assert not landed.path.startswith("//")
        reading = unquote(reading)


@given(st.lists(st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=12), max_size=5))
def test_plain_paths_are_never_lost(segments: list[str]) -> None:
    assert is_local_path("/" + "/".join(segments))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "/home"),
        ("next=", "/home"),
        ("next=/people/ann", "/people/ann"),
        (f"next={quote('/staff/people?page=2', safe='')}", "/staff/people?page=2"),
        ("next=//evil.example", "/home"),
        ("next=%2F%2Fevil.example", "/home"),
        ("next=/%255Cevil.example", "/home"),
        ("next=/a&next=//evil.example", "/home"),
        ("next=/a&next=/b", "/home"),
    ],
)
def test_the_address_in_the_query_is_used_only_when_it_is_ours(query: str, expected: str) -> None:
    with Flask(__name__).test_request_context(f"/sign-in?{query}"):
        assert safe_next("/home") == expected
