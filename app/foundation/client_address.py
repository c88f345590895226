"""Where a request really came from, behind a known number of proxies.

Only the last ``trusted_hops`` entries of the forwarding headers were written by our own proxies;
everything before them is whatever the client chose to send, and is ignored.
"""

import ipaddress
from collections.abc import Mapping
from typing import Any

UNKNOWN = "0.0.0.0"  # noqa: S104 - the address of nobody, not a socket to bind


def client_address(environ: Mapping[str, Any], trusted_hops: int) -> str:
    """The client's IP address as text; ``0.0.0.0`` when there is none."""
    return _parsed(_hop(environ, "HTTP_X_FORWARDED_FOR", trusted_hops) or str(environ.get("REMOTE_ADDR", "")))


def client_network(address: str) -> str:
    """What one household or office shares: the address itself for IPv4, its /64 for IPv6."""
    parsed = ipaddress.ip_address(address)
    if parsed.version == 4:  # noqa: PLR2004 - the version's name is its number
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)


def coarse_network(address: str) -> str:
    """A client's surroundings, too coarse to point at a person: the /24 for IPv4, the /48 for IPv6."""
    parsed = ipaddress.ip_address(address)
    bits = 24 if parsed.version == 4 else 48  # noqa: PLR2004 - the version's name is its number
    return str(ipaddress.ip_network((parsed, bits), strict=False))


def client_scheme(environ: Mapping[str, Any], trusted_hops: int) -> str:
    """``https`` or ``http`` as the client spoke it."""
    return _hop(environ, "HTTP_X_FORWARDED_PROTO", trusted_hops) or str(environ.get("wsgi.url_scheme", "http"))


def _hop(environ: Mapping[str, Any], header: str, trusted_hops: int) -> str:
    if trusted_hops == 0:
        return ""
    values = [value.strip() for value in str(environ.get(header, "")).split(",") if value.strip()]
    return values[-trusted_hops] if len(values) >= trusted_hops else ""


def _parsed(text: str) -> str:
    try:
        address = ipaddress.ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return UNKNOWN
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)
