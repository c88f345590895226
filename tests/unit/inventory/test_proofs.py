"""The proof of a domain: where it is looked for, and what counts as one."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters.web_fetch import Fetched, FetchRefused, Unreachable
from app.adapters.web_fetch.addresses import PRIVATE
from app.adapters.web_fetch.guarded import COMPRESSED, TOO_MANY_REDIRECTS
from app.domain.inventory.errors import SiteRefused
from app.domain.inventory.queries import ProofTarget
from app.domain.inventory.rules import (
    ads_txt_proves,
    file_proves,
    is_on_domain,
    meta_proves,
    place_of_proof,
    proof_line,
    site_domain,
)
from app.domain.inventory.service.proofs import look_for_proof, our_domain
from app.domain.inventory.states import ProofMethod
from app.foundation.messages import from_stored
from app.web.words.stored import stored_message_words

TOKEN = "isocket-abc_DEF-123"
OURS = "isocket.example"
KEY = "ada-1a2b3c"
LINE = f"{OURS}, {KEY}, DIRECT"
TARGET = ProofTarget(
    site_id=1, address="https://site.example/blog", domain="site.example", token=TOKEN, account_key=KEY
)


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("https://example.com", "example.com"),
        ("https://EXAMPLE.com./", "example.com"),
        ("http://example.com:80/blog", "example.com"),
        ("https://example.com:443", "example.com"),
        ("https://example.com:80", "example.com:80"),
        ("http://127.0.0.1:5001", "127.0.0.1:5001"),
        ("https://bücher.example", "xn--bcher-kva.example"),
        ("http://localhost", "localhost"),
    ],
)
def test_the_domain_of_an_address(address: str, domain: str) -> None:
    assert site_domain(address) == domain


@pytest.mark.parametrize(
    "address",
    [
        *("", "example.com", "ftp://example.com", "https://", "https:///x", "https://a b", "https://example.com:x"),
        *("https://u@example.com", "https://u:p@example.com", "https://example.com?x", "https://example.com#x"),
        *("https://[::1]", "https://[", "https://example.com:99999", "https://é..x", f"https://{'x' * 64}.example"),
        *(
            f"https://{'x.' * 125}example",
            "https://example.com\\@evil.example",
            "https://exa\nmple.com",
            "https://\u2028",
        ),
    ],
)
def test_what_is_no_address_of_a_home_page(address: str) -> None:
    with pytest.raises(SiteRefused) as refused:
        site_domain(address)
    assert refused.value.field == "address"


@given(st.text() | st.builds("http{}".format, st.text()) | st.builds("https://{}".format, st.text()))
def test_no_text_breaks_the_reading_of_an_address(text: str) -> None:
    try:
        domain = site_domain(text)
    except SiteRefused:
        return
    assert domain == domain.lower()
    assert len(domain) <= 253
    assert domain.isascii()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "line",
    [
        LINE,
        f"{OURS},{KEY},direct",
        f"  {OURS.upper()} ,\t{KEY} , Direct  ",
        f"{LINE}, f08c47fec0942fa0",
        f"{LINE} # ours",
        f"{LINE}; extension=1",
        f"{LINE}, cert ;ext # comment, with, commas",
    ],
)
def test_a_line_of_ads_txt_that_proves(line: str, end: str) -> None:
    others = (f"# {LINE}", "CONTACT=ads@site.example", f"{OURS}, {KEY}, RESELLER", "other.example, 1, DIRECT")
    assert ads_txt_proves(end.join((*others, line, *others)), OURS, KEY)
    assert ads_txt_proves(f"\ufeff{line}", OURS, KEY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"# {LINE}",
        f"{OURS}, {KEY}, RESELLER",
        f"{OURS}, {KEY.upper()}, DIRECT",
        f"{OURS}, other, DIRECT",
        f"x.{OURS}, {KEY}, DIRECT",
        f"{OURS}, {KEY}",
        f"{OURS}, {KEY}, DIRECT, cert, more",
        f"{OURS}, {KEY}; DIRECT",
        f"{OURS},\n{KEY}, DIRECT",
        f"<p>{LINE}</p>",
    ],
)
def test_a_text_of_ads_txt_that_does_not(text: str) -> None:
    assert not ads_txt_proves(text, OURS, KEY)


def test_the_line_that_is_shown_is_one_that_proves() -> None:
    assert ads_txt_proves(proof_line(OURS, KEY), OURS, KEY)


def test_the_file_holds_the_token_on_a_line_of_its_own() -> None:
    for text in (TOKEN, f"\ufeff{TOKEN}\r\n", f"hello\n  {TOKEN}\t\nbye"):
        assert file_proves(text, TOKEN)
    for text in ("", f"x{TOKEN}", f"{TOKEN} and more", TOKEN.upper()):
        assert not file_proves(text, TOKEN)


@pytest.mark.parametrize(
    "tag",
    [
        f'<meta name="isocket-verify" content="{TOKEN}">',
        f"<META content='{TOKEN}' NAME=Isocket-Verify />",
        f'<meta\n  name = "isocket-verify"\n  content = " {TOKEN} "\n>',
        f"<meta name=isocket-verify content={TOKEN}>",
    ],
)
def test_a_meta_tag_that_proves(tag: str) -> None:
    assert meta_proves(f"<!doctype html><html><head><title>x</title>{tag}</head><body>", TOKEN)
    assert meta_proves(f'<meta name="isocket-verify" content="isocket-other">{tag}', TOKEN)
    assert not meta_proves(f"<html><head></head><BODY class=x>{tag}", TOKEN)


@pytest.mark.parametrize(
    "text",
    [
        "",
        TOKEN,
        f'<meta name="other" content="{TOKEN}">',
        f'<meta name="isocket-verify" content="{TOKEN}x">',
        f'&lt;meta name="isocket-verify" content="{TOKEN}"&gt;',
        f'<metadata name="isocket-verify" content="{TOKEN}">',
    ],
)
def test_a_page_that_does_not(text: str) -> None:
    assert not meta_proves(text, TOKEN)


@given(st.text(alphabet="<>!-=\"'/ meta\n[]a", max_size=300))
def test_no_page_breaks_the_search(text: str) -> None:
    assert not meta_proves(text, TOKEN)


@pytest.mark.parametrize("part", ["<meta ", "<meta a=", "<!--", "<![x", '<meta name="', "a=" * 200 + "<meta "])
def test_no_page_keeps_the_search_busy(part: str) -> None:
    started = time.perf_counter()
    meta_proves(part * (512 * 1024 // len(part)), TOKEN)
    assert time.perf_counter() - started < 3


@pytest.mark.parametrize(
    ("final", "is_home"),
    [
        ("https://site.example/x?y#z", True),
        ("http://www.site.example/", True),
        ("https://blog.site.example/", False),
        ("https://other.example/", False),
        ("https://site.example:8443/", False),
        ("https://site.example.evil.example/", False),
    ],
)
def test_an_answer_counts_when_it_comes_from_the_domain_itself(final: str, is_home: bool) -> None:  # noqa: FBT001 - a case
    assert is_on_domain("site.example", final) is is_home
    assert is_on_domain("www.site.example", final) is is_home


class Pages:
    """A fetcher that knows some pages."""

    allows_loopback = False

    def __init__(self, pages: dict[str, Fetched | FetchRefused]) -> None:
        self.pages = pages
        self.asked: list[str] = []

    def fetch(self, url: str) -> Fetched:
        self.asked.append(url)
        found = self.pages.get(url, Fetched(404, "", url, "text/html"))
        if isinstance(found, FetchRefused):
            raise found
        return found


def page(text: str, *, at: str, content_type: str = "text/plain", status: int = 200) -> Fetched:
    return Fetched(status, text, at, content_type)


FILE, HOME, ADS = (place_of_proof(TARGET.address, method) for method in ProofMethod)
TAG = f'<meta name="isocket-verify" content="{TOKEN}">'
Case = tuple[dict[str, Fetched | FetchRefused], ProofMethod | None, str]

CASES: dict[str, Callable[[], Case]] = {
    "file": lambda: ({FILE: page(TOKEN, at=FILE)}, ProofMethod.WELL_KNOWN_FILE, ""),
    "tag": lambda: ({HOME: page(TAG, at=HOME, content_type="text/html")}, ProofMethod.META_TAG, ""),
    "line": lambda: ({ADS: page(LINE, at=ADS)}, ProofMethod.ADS_TXT, ""),
    "file as a web page": lambda: ({FILE: page(TOKEN, at=FILE, content_type="text/html")}, None, "plain text"),
    "lines as a web page": lambda: ({ADS: page(LINE, at=ADS, content_type="text/html")}, None, "plain text"),
    "elsewhere": lambda: ({FILE: page(TOKEN, at="https://other.example/")}, None, "another site"),
    "error page": lambda: ({FILE: page(TOKEN, at=FILE, status=500)}, None, "answers 500"),
    "other token": lambda: ({FILE: page(f"{TOKEN}x", at=FILE)}, None, "does not hold the token"),
    "too large": lambda: ({FILE: FetchRefused("Too large."), ADS: page(LINE, at=ADS)}, ProofMethod.ADS_TXT, ""),
    "down": lambda: ({FILE: Unreachable("No answer."), ADS: page(LINE, at=ADS)}, None, "No answer."),
}


@pytest.mark.parametrize("name", CASES)
def test_what_a_look_at_a_site_finds(name: str) -> None:
    pages, method, words = CASES[name]()
    check = look_for_proof(Pages(pages), TARGET, OURS)
    assert (check.method, check.token) == (method, TOKEN)
    assert words in stored_message_words(check.explanation)
    assert len(check.explanation) <= 300


def test_a_look_that_finds_nothing_says_so_of_each_place_in_whole_sentences() -> None:
    pages = {FILE: page("", at=FILE, status=503), HOME: page("", at=HOME), ADS: page("", at="https://other.example/")}
    check = look_for_proof(Pages({**pages}), TARGET, OURS)
    assert stored_message_words(check.explanation) == (
        "File: the site answers 503. Home page: its head has no meta tag with the token. "
        "ads.txt: it leads to another site."
    )
    assert [message.message_id for message in from_stored(check.explanation)] == [
        "File: the site answers %(status)s.",
        "Home page: its head has no meta tag with the token.",
        "ads.txt: it leads to another site.",
    ]


def test_the_longest_findings_are_stored_whole() -> None:
    long_ones = {FILE: page("", at=FILE), HOME: page("", at=HOME), ADS: page("", at=ADS, content_type="text/html")}
    refused = {FILE: FetchRefused(PRIVATE), HOME: FetchRefused(PRIVATE)}
    cases: list[dict[str, Fetched | FetchRefused]] = [{**long_ones}, {**long_ones, **refused}]
    for pages in cases:
        check = look_for_proof(Pages(pages), TARGET, OURS)
        assert len(check.explanation) <= 300
        assert len(from_stored(check.explanation)) == 3
        assert stored_message_words(check.explanation).endswith("ads.txt: it is not sent as plain text (text/plain).")


def test_what_keeps_us_from_every_place_is_said_once() -> None:
    check = look_for_proof(Pages(dict.fromkeys((FILE, HOME, ADS), FetchRefused(PRIVATE))), TARGET, OURS)
    assert stored_message_words(check.explanation) == PRIVATE


def test_of_three_long_reasons_those_are_said_that_can_be_stored() -> None:
    pages: dict[str, Fetched | FetchRefused] = {
        FILE: FetchRefused(PRIVATE),
        HOME: FetchRefused(COMPRESSED),
        ADS: FetchRefused(TOO_MANY_REDIRECTS),
    }
    check = look_for_proof(Pages(pages), TARGET, OURS)
    assert len(check.explanation) <= 300
    assert stored_message_words(check.explanation) == f"File: {PRIVATE} Home page: {COMPRESSED}"


def test_a_host_that_does_not_answer_is_asked_once() -> None:
    pages = Pages({FILE: Unreachable("No answer.")})
    look_for_proof(pages, TARGET, OURS)
    assert pages.asked == ["https://site.example/.well-known/isocket.txt"]


def test_our_name_in_ads_txt() -> None:
    assert our_domain("https://Isocket.Example") == "isocket.example"
    assert our_domain("http://127.0.0.1:5000") == "127.0.0.1:5000"
