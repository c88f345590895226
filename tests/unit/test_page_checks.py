"""The page inspector sees what it is there to see: each rule of every page, broken once."""

import pytest
from werkzeug.datastructures import Headers

from tests.support.page import Page
from tests.support.page_checks import check_page

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
}
GOOD = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>A page</title><script src="/x.js"></script></head>
<body><main><h1>A page</h1><p>Some <a href="#name">words</a>.</p>
<form method="post" action="/here">
<input type="hidden" name="csrf_token" value="t"><input type="hidden" name="request_key" value="k">
<label for="name">Name</label><input id="name" name="name" value="Ann"><button>Send</button>
</form></main>
<footer><a href="/terms">Terms</a> <a href="/privacy">Privacy</a> <a href="/contact">Contact</a></footer></body></html>
"""
BROKEN = [
    ("<h1>A page</h1>", "<h1>A page</h1><h1>Two</h1>", "2 h1 elements"),
    ("<title>A page</title>", "", "no title"),
    (' lang="en"', "", "no lang"),
    ("<main>", "<main><p><div>in a paragraph</div></p>", "HTML error"),
    ("<p>Some", "<p id=name>Some", "stands 2 times"),
    ('for="name"', 'for="nobody"', "points to nothing"),
    ('href="#name"', 'href="#nobody"', "points to nothing"),
    ('<label for="name">Name</label>', "", "has no label"),
    ('name="csrf_token" value="t"', 'name="csrf_token" value=""', "has no csrf_token"),
    ('name="request_key" value="k"', 'name="other" value="k"', "has no request_key"),
    ('method="post"', 'method="get"', "into an address"),
    ('action="/here"', 'action=""', "empty action"),
    ("<p>Some", '<p style="color:red">Some', "inline style"),
    ("<p>Some", '<p onclick="x()">Some', "inline onclick"),
    ("<main>", "<main><script>x()</script>", "inline script"),
    ("words</a>", "<button>words</button></a>", "inside ['a']"),
    ("<p>Some", "<li>stray</li><p>Some", "<li> inside <main>"),
    ("<p>Some", '<img src="/x.png"><p>Some', "has no alt"),
    ('<a href="/terms">Terms</a>', "", "no link to /terms"),
]


def page_of(body: str, headers: dict[str, str] | None = None) -> Page:
    return Page(path="/a", status=200, headers=Headers(HEADERS if headers is None else headers), body=body)


def test_a_good_page_passes() -> None:
    check_page(page_of(GOOD))


@pytest.mark.parametrize(
    ("good", "bad", "complaint"), BROKEN, ids=[case[2].replace(" ", "_") + case[1][:9] for case in BROKEN]
)
def test_a_broken_page_is_refused(good: str, bad: str, complaint: str) -> None:
    assert good in GOOD
    with pytest.raises(AssertionError) as refusal:
        check_page(page_of(GOOD.replace(good, bad)))
    assert complaint in str(refusal.value)


@pytest.mark.parametrize("missing", HEADERS)
def test_a_missing_header_is_refused(missing: str) -> None:
    headers = {name: value for name, value in HEADERS.items() if name != missing}
    with pytest.raises(AssertionError):
        check_page(page_of(GOOD, headers))


def test_an_unsafe_policy_is_refused() -> None:
    unsafe = HEADERS | {"Content-Security-Policy": HEADERS["Content-Security-Policy"] + "; style-src 'unsafe-inline'"}
    with pytest.raises(AssertionError, match="style-src allows"):
        check_page(page_of(GOOD, unsafe))
