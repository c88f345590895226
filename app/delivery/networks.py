"""Networks in which nobody sits in front of a browser: those of hosting and VPN providers, by an open list.

The list says where an address belongs, not that somebody cheats; what comes from there is shown to both sides, and
not counted. People who read through Apple's private relay are people: its addresses are taken out of the list.
"""

import ipaddress
import socket
from array import array
from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "data"
DATA_CENTRES_4, DATA_CENTRES_6 = DATA / "datacenter-ipv4.txt", DATA / "datacenter-ipv6.txt"
PRIVATE_RELAY_4 = DATA / "apple-private-relay.txt"
IPV4_BITS = 32
# The lists name no IPv6 network that is smaller than a /64, so its second half tells nothing.
IPV6_BITS = 64


class Ranges:
    """Ranges of numbers, in which a number is found quickly; ranges may touch and overlap."""

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        """First and last number of each."""
        self._firsts, self._lasts = array("Q"), array("Q")
        for first, last in sorted(ranges):
            if self._lasts and first <= self._lasts[-1] + 1:
                self._lasts[-1] = max(self._lasts[-1], last)
            else:
                self._firsts.append(first)
                self._lasts.append(last)

    def __contains__(self, number: int) -> bool:
        """Whether it is in one of them."""
        at = bisect_right(self._firsts, number) - 1
        return at >= 0 and number <= self._lasts[at]


def is_data_centre(address: str) -> bool:
    """Whether an address belongs to a provider of servers rather than of people.

    Args:
        address: an IP address as ``client_address`` gives it.
    """
    parsed = ipaddress.ip_address(address)
    number = int(parsed)
    if isinstance(parsed, ipaddress.IPv6Address):
        return number >> IPV6_BITS in networks(DATA_CENTRES_6)
    return number in networks(DATA_CENTRES_4) and number not in networks(PRIVATE_RELAY_4)


@lru_cache
def networks(path: Path) -> Ranges:
    """The networks of a list, one a line; read once in a process, which takes a tenth of a second."""
    return Ranges(map(_range_of, path.read_text(encoding="ascii").split()))


def _range_of(network: str) -> tuple[int, int]:
    base, _, length = network.partition("/")
    if ":" in base:
        first, bits = int.from_bytes(socket.inet_pton(socket.AF_INET6, base)) >> IPV6_BITS, IPV6_BITS
    else:
        first, bits = int.from_bytes(socket.inet_aton(base)), IPV4_BITS
    return first, first | (1 << bits - int(length)) - 1
