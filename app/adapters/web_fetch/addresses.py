"""Which addresses may be asked at all: names are resolved here, and what they stand for is checked."""

import ipaddress
import queue
import re
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit

from app.adapters.web_fetch.port import FetchRefused, Unreachable
from app.foundation.messages import N_

Resolver = Callable[[str, int], Sequence[str]]

DEFAULT_PORTS = {"http": 80, "https": 443}
ADDRESSES_TRIED_MAX = 3
HOST_NAME = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?", re.ASCII)
HOST_CHARACTERS_MAX = 253
SAFE_IN_PATHS = "/%:@!$&'()*+,;=~-._"

# Addresses that carry another, possibly private, address in themselves.
CARRIERS = tuple(
    ipaddress.ip_network(network)
    for network in ("::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16", "192.88.99.0/24")
)

NOT_AN_ADDRESS = N_("This is not a web address that starts with http:// or https://.")
PRIVATE = N_("This address leads to a private or reserved network. We look at public sites only.")
WRONG_PORT = N_("We look at the usual ports only: 80 for http and 443 for https.")
NO_SUCH_NAME = N_("There is no site of this name. Check the spelling.")
SLOW = N_("The site did not answer within 5 seconds.")


@dataclass(frozen=True, slots=True)
class FetchTarget:
    """One address taken apart, ready to be asked."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        """The host as the request names it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def read_target(url: str, *, any_port: bool) -> FetchTarget:
    """Takes an address apart.

    Raises:
        FetchRefused: it is no web address, carries a password, or names an unusual port.
    """
    parts, named_port = _split(url)
    port = DEFAULT_PORTS[parts.scheme] if named_port is None else named_port
    if not any_port and port not in DEFAULT_PORTS.values():
        raise FetchRefused(WRONG_PORT)
    path = quote(parts.path or "/", safe=SAFE_IN_PATHS)
    query = f"?{quote(parts.query, safe=SAFE_IN_PATHS + '?')}" if parts.query else ""
    return FetchTarget(scheme=parts.scheme, host=_host(parts.hostname or ""), port=port, path=path + query)


def system_addresses(host: str, port: int) -> Sequence[str]:
    """The numeric addresses of a name; numbers written as a name (decimal, octal) are read as the system reads them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def resolve_in_time(resolve: Resolver, target: FetchTarget, timeout_s: float) -> Sequence[str]:
    """Asks the resolver, but waits no longer than this: the system's own resolver knows no limit.

    Raises:
        Unreachable: there is no such name, or nobody said so in time.
    """
    answers: queue.SimpleQueue[Sequence[str]] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(resolve(target.host, target.port))
        except (OSError, UnicodeError):
            answers.put(())

    threading.Thread(target=ask, daemon=True, name="resolve").start()
    try:
        found = answers.get(timeout=max(timeout_s, 0))
    except queue.Empty:
        raise Unreachable(SLOW) from None
    if not found:
        raise Unreachable(NO_SUCH_NAME)
    return found[:ADDRESSES_TRIED_MAX]


def check_address(text: str, *, allows_loopback: bool) -> None:
    """Raises if an address is not public; loopback passes where it is allowed.

    Raises:
        FetchRefused: it is private, link-local, multicast, reserved, or carries another address in itself.
    """
    address = ipaddress.ip_address(text.partition("%")[0])
    if allows_loopback and address.is_loopback:
        return
    is_carrier = any(address in network for network in CARRIERS if network.version == address.version)
    is_special = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_link_local
    if is_carrier or is_special or not address.is_global:
        raise FetchRefused(PRIVATE)


def _split(url: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise FetchRefused(NOT_AN_ADDRESS) from None
    # A backslash is a slash to some readers and a letter to others.
    is_odd = "\\" in url or any(character.isspace() or not character.isprintable() for character in url)
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc or is_odd:
        raise FetchRefused(NOT_AN_ADDRESS)
    return parts, port


def _host(name: str) -> str:
    if ":" in name:
        try:
            return str(ipaddress.IPv6Address(name.partition("%")[0]))
        except ValueError:
            raise FetchRefused(NOT_AN_ADDRESS) from None
    try:
        host = name.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise FetchRefused(NOT_AN_ADDRESS) from None
    if not HOST_NAME.fullmatch(host) or len(host) > HOST_CHARACTERS_MAX:
        raise FetchRefused(NOT_AN_ADDRESS)
    return host
