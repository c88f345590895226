"""What the log may know of a reader: a hash of the day, the page's host, some flags, and the browser's name."""

import pytest

from app.delivery.readers import ReaderHasher
from app.foundation.address_hash import address_hash

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def fields(environ: dict[str, str] | None = None, *, salt: str = "salt", hops: int = 0, flags: str = "") -> list[str]:
    sent = {"REMOTE_ADDR": "192.0.2.7", "HTTP_USER_AGENT": AGENT} | (environ or {})
    readers = ReaderHasher(trusted_hops=hops)
    return readers.fields(sent, salt, readers.host(sent), flags).split("\t")


def test_a_reader_is_a_hash_of_the_day_and_a_browser() -> None:
    assert fields() == [address_hash("salt", "192.0.2.7"), "-", "-", AGENT]
    assert len(fields()[0]) == 22
    assert fields(salt="another day")[0] != fields()[0]


def test_no_address_is_written_when_the_day_has_no_salt() -> None:
    assert fields(salt="")[0] == "-"


def test_whoever_objects_to_being_recognised_has_no_hash() -> None:
    assert fields({"HTTP_SEC_GPC": "1"})[0::2] == ["-", "g"]
    assert fields({"HTTP_SEC_GPC": "0"})[2] == "-"


def test_a_household_behind_one_ipv6_network_is_one_reader() -> None:
    hashes = {fields({"REMOTE_ADDR": f"2001:db8:1:2::{number}"})[0] for number in range(1, 9)}
    assert len(hashes) == 1
    assert fields({"REMOTE_ADDR": "2001:db8:1:3::1"})[0] not in hashes


@pytest.mark.parametrize("gpc", [{}, {"HTTP_SEC_GPC": "1"}])
def test_a_network_of_servers_is_flagged_whatever_else_is_known(gpc: dict[str, str]) -> None:
    in_cloud = fields({"HTTP_X_FORWARDED_FOR": "192.0.2.9, 3.5.0.1"} | gpc, hops=1, flags="m")
    assert in_cloud[2] == ("mdg" if gpc else "md")
    assert fields({"REMOTE_ADDR": "3.5.0.1"}, salt="")[0::2] == ["-", "d"]


def test_the_address_is_the_one_that_our_own_proxy_wrote() -> None:
    forged = {"HTTP_X_FORWARDED_FOR": "198.51.100.1, 203.0.113.9"}
    assert fields(forged, hops=0)[0] == address_hash("salt", "192.0.2.7")
    assert fields(forged, hops=1)[0] == address_hash("salt", "203.0.113.9")


@pytest.mark.parametrize(
    "header", [{"HTTP_SEC_PURPOSE": "prefetch;prerender"}, {"HTTP_PURPOSE": "prefetch"}, {"HTTP_X_MOZ": "prefetch"}]
)
def test_what_a_browser_fetches_ahead_is_flagged(header: dict[str, str]) -> None:
    assert fields(header, flags="m")[2] == "mp"


@pytest.mark.parametrize(
    ("sent", "host"),
    [
        ({"HTTP_ORIGIN": "https://news.example"}, "news.example"),
        ({"HTTP_ORIGIN": "https://News.example:8443"}, "news.example:8443"),
        ({"HTTP_ORIGIN": "null", "HTTP_REFERER": "https://news.example/a/b?c=d"}, "news.example"),
        ({"HTTP_REFERER": "http://127.0.0.1:8000/"}, "127.0.0.1:8000"),
        ({"HTTP_ORIGIN": "file://"}, "-"),
        ({"HTTP_REFERER": "https://a\tb/"}, "-"),
        ({"HTTP_ORIGIN": "https://user@news.example"}, "news.example"),
        ({"HTTP_ORIGIN": "https://" + "x" * 300}, "-"),
        ({}, "-"),
    ],
)
def test_the_host_of_the_page(sent: dict[str, str], host: str) -> None:
    assert fields(sent)[1] == host
