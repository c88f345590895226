"""Networks of servers: found as the lists say, without the people who read through Apple's relay."""

import ipaddress
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.delivery.networks import DATA_CENTRES_4, DATA_CENTRES_6, PRIVATE_RELAY_4, Ranges, is_data_centre

RANGES = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 30)), max_size=20)


@given(drawn=RANGES, number=st.integers(0, 240))
def test_a_number_is_found_in_ranges_that_overlap_and_touch(drawn: list[tuple[int, int]], number: int) -> None:
    ranges = [(first, first + more) for first, more in drawn]
    assert (number in Ranges(ranges)) == any(first <= number <= last for first, last in ranges)


@pytest.mark.parametrize(
    ("address", "is_listed"),
    [
        ("1.12.0.0", True),  # the first network of the list, from its first address to its last
        ("1.15.255.255", True),
        ("1.11.255.255", False),
        ("2001:310::1", True),
        ("2001:418:1401:4:ffff::", True),
        ("2001:418:1401:5::", False),
        ("127.0.0.1", False),
        ("192.0.2.7", False),
        ("2001:db8::1", False),
        ("0.0.0.0", False),  # noqa: S104 - the address of nobody
    ],
)
def test_an_address_is_in_a_data_centre_when_the_list_says_so(address: str, is_listed: bool) -> None:  # noqa: FBT001
    assert is_data_centre(address) is is_listed


def test_every_network_of_the_lists_is_found_and_none_of_the_relays() -> None:
    relays = [ipaddress.ip_network(line) for line in PRIVATE_RELAY_4.read_text().split()]
    chance = random.Random(7)  # noqa: S311 - a sample
    for path in (DATA_CENTRES_4, DATA_CENTRES_6):
        for line in chance.sample(path.read_text().split(), 100):
            network = ipaddress.ip_network(line)
            for address in (network[0], network[-1]):
                is_relay = any(address in relay for relay in relays)
                assert is_data_centre(str(address)) is not is_relay
    assert not any(is_data_centre(str(relay[0])) for relay in relays)
