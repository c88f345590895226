"""Pure rules of creatives: what makes two of them the same, where a click may go, who is asked, what follows."""

import ipaddress
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from urllib.parse import SplitResult, urlsplit

from app.domain.creatives.errors import ClickThroughUrlRefused
from app.domain.creatives.states import RefusalGround
from app.domain.inventory.states import ApprovalRule
from app.foundation.messages import N_

ADDRESS_CHARACTERS_MAX = 1000
ALT_CHARACTERS_MAX = 125
NOTE_CHARACTERS_MAX = 1000
REFUSALS_UNTIL_MONEY_BACK = 2
CHANGES_UNTIL_MONEY_BACK = 2
REMIND_BEFORE_FLIGHT = timedelta(hours=72)
SCALES = (1, 2)
FORBIDDEN = frozenset(' "<>\\^`{|}')
LOOPBACK_NAMES = frozenset({"localhost"})

NO_ADDRESS = N_("Enter the whole address of the page that a click opens, like https://example.com/offer.")
NOT_PLAIN = N_(
    "Copy the address from your browser: here it can hold plain letters, digits and signs only, and no spaces."
)
NOT_HTTPS = N_("The landing page has to start with https://, so that readers reach it safely.")
NOT_A_NAME = N_("Enter the landing page with its name, like https://example.com, not with a number.")
WITH_PASSWORD = N_("A landing page cannot carry a name and a password in its address. Leave them out.")
TOO_LONG = N_("An address can have %(characters)s characters at most.")


@dataclass(frozen=True, slots=True)
class Material:
    """What a creative is made of: the rebuilt files by their SHA-256, the words, and where a click goes."""

    file_sha256: str
    still_sha256: str | None
    format: str
    width_px: int
    height_px: int
    animation_ms: int
    alt_text: str
    click_through_url: str
    product_code: str


def content_hash(material: Material) -> str:
    """The SHA-256 of everything that makes a creative what it is: one letter changed makes another creative."""
    parts = [
        material.file_sha256,
        material.still_sha256 or "",
        material.alt_text,
        material.click_through_url,
        material.product_code,
    ]
    return sha256(json.dumps(parts).encode()).hexdigest()


def scale_of(material: Material, width_px: int, height_px: int) -> int | None:
    """1 for exactly the socket's size, 2 for exactly twice it, None for any other."""
    fitting = (
        scale for scale in SCALES if (width_px * scale, height_px * scale) == (material.width_px, material.height_px)
    )
    return next(fitting, None)


def normalized_click_through_url(typed: str, *, allows_loopback: bool) -> str:
    """A landing page's address as it is stored: https, a host with a name, no password.

    Local mode also takes pages of this machine, over http, for try-outs.

    Raises:
        AddressRefused: it is none; says what to change.
    """
    parts = _taken_apart(typed)
    host = parts.hostname or ""
    if parts.username is not None or parts.password is not None:
        raise ClickThroughUrlRefused(WITH_PASSWORD)
    if allows_loopback and _is_loopback(host):
        return typed
    if parts.scheme != "https":
        raise ClickThroughUrlRefused(NOT_HTTPS)
    if _is_number(host) or "." not in host.strip("."):
        raise ClickThroughUrlRefused(NOT_A_NAME)
    return typed


def runs_at_once(rule: ApprovalRule, *, is_known_buyer: bool) -> bool:
    """Whether a creative runs without the publisher's look."""
    return rule is ApprovalRule.APPROVE_ALL or (rule is ApprovalRule.KNOWN_BUYERS and is_known_buyer)


def grounds_of(blocked_products: Sequence[str], taste_rules: str) -> tuple[RefusalGround, ...]:
    """The grounds on which this publisher may refuse: the market's, and what was written down with the socket."""
    grounds = [RefusalGround.TECHNICAL_FAULT, RefusalGround.SIZE, RefusalGround.LANDING_PAGE]
    if blocked_products:
        grounds.append(RefusalGround.CATEGORY)
    if taste_rules.strip():
        grounds.append(RefusalGround.TASTE_RULES)
    return tuple(grounds)


def gives_back_by_itself(refusals: int) -> bool:
    """Whether so many refusals of one line item bring the money back without being asked."""
    return refusals >= REFUSALS_UNTIL_MONEY_BACK


def is_money_back_open(*, refusals: int, changes: int) -> bool:
    """Whether so many refusals and requests for a change let the buyer ask for the money back.

    A request for a change is no refusal; but who asks for one again and again would else be paid for
    days on which nothing was ever shown.
    """
    return refusals > 0 or changes >= CHANGES_UNTIL_MONEY_BACK


def _taken_apart(typed: str) -> SplitResult:
    if len(typed) > ADDRESS_CHARACTERS_MAX:
        raise ClickThroughUrlRefused(TOO_LONG, characters=ADDRESS_CHARACTERS_MAX)
    if not (typed.isascii() and typed.isprintable()) or any(character in FORBIDDEN for character in typed):
        raise ClickThroughUrlRefused(NOT_PLAIN)
    try:
        parts = urlsplit(typed)
        is_whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise ClickThroughUrlRefused(NO_ADDRESS) from error
    if not is_whole:
        raise ClickThroughUrlRefused(NO_ADDRESS)
    return parts


def _is_loopback(host: str) -> bool:
    if host in LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_number(host: str) -> bool:
    """Whether a host is an address instead of a name, in any of the ways browsers read one."""
    last = host.rstrip(".").rpartition(".")[2]
    return ":" in host or last.isdigit() or last.lower().startswith("0x")
