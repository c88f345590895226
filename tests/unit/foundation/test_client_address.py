"""Where a request comes from: only what our own proxies wrote counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.client_address import UNKNOWN, client_address, client_network, client_scheme


def test_without_a_proxy_the_header_is_ignored() -> None:
    environ = {"REMOTE_ADDR": "203.0.113.9", "HTTP_X_FORWARDED_FOR": "198.51.100.1"}
    assert client_address(environ, 0) == "203.0.113.9"


@given(spoofed=st.lists(st.ip_addresses().map(str), max_size=5))
def test_whatever_the_client_puts_in_front_the_last_hop_counts(spoofed: list[str]) -> None:
    header = ", ".join([*spoofed, "198.51.100.7"])
    environ = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": header}
    assert client_address(environ, 1) == "198.51.100.7"


def test_two_hops_take_the_second_from_the_end() -> None:
    environ = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "evil, 198.51.100.7, 10.0.0.2"}
    assert client_address(environ, 2) == "198.51.100.7"


def test_fewer_entries_than_hops_fall_back_to_the_peer() -> None:
    assert client_address({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "198.51.100.7"}, 2) == "10.0.0.1"


@pytest.mark.parametrize("junk", ["", "unknown", "<script>", "1.2.3", "a" * 5000])
def test_what_is_no_address_is_nobody(junk: str) -> None:
    assert client_address({"REMOTE_ADDR": junk}, 0) == UNKNOWN


def test_a_mapped_address_is_the_same_client_as_its_ipv4_form() -> None:
    assert client_address({"REMOTE_ADDR": "::ffff:203.0.113.9"}, 0) == "203.0.113.9"


def test_one_household_is_one_network() -> None:
    assert client_network("2001:db8:1:2:3:4:5:6") == client_network("2001:db8:1:2:ffff::1")
    assert client_network("203.0.113.9") != client_network("203.0.113.10")


def test_the_scheme_comes_from_the_trusted_hop_only() -> None:
    environ = {"wsgi.url_scheme": "http", "HTTP_X_FORWARDED_PROTO": "https"}
    assert client_scheme(environ, 1) == "https"
    assert client_scheme(environ, 0) == "http"
