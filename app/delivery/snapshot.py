"""What may run now, as small objects in memory: the only thing a decision reads. Built by ``publish``, swapped whole.

What a line of an answer says about a creative is written here once, when the snapshot is made, and not in each answer.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.delivery.tokens import token_head


@dataclass(frozen=True, slots=True)
class CreativeEntry:
    """A creative as a page shows it: addresses of its file and its still frame, its words, and where a click goes.

    The width and height are those of the socket; a file with twice as many pixels is shown at this size too.
    """

    id: int
    image_url: str
    still_url: str | None
    width_px: int
    height_px: int
    alt_text: str
    click_through_url: str


@dataclass(frozen=True, slots=True)
class Filling:
    """One way to fill a socket: what the answer says, and what the log notes.

    ``opening`` is the JSON up to where the token stands, or all of it when there is no token.
    """

    opening: str
    line_item_id: int = 0
    creative_id: int = 0
    token_head: bytes = b""


@dataclass(frozen=True, slots=True)
class LiveLineItem:
    """A line item that runs on a place from ``starts_ms`` up to, and without, ``ends_ms`` (since the epoch, UTC)."""

    place: int
    starts_ms: int
    ends_ms: int
    filling: Filling


@dataclass(frozen=True, slots=True)
class SocketEntry:
    """A socket: its bookings by place, what stands in for them, and whose turn it is."""

    id: int
    domain: str
    places: Sequence[Sequence[LiveLineItem]]
    otherwise: Filling
    nothing: Filling
    turns: Iterator[int]
    """Counts the requests of this process for this socket; goes on counting when the snapshot is swapped."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything the ad server knows at a moment."""

    version: int
    sockets: Mapping[str, SocketEntry] = field(default_factory=dict)
    landing_pages: Mapping[int, str] = field(default_factory=dict)
    """By creative."""
    salts: Mapping[int, str] = field(default_factory=dict)
    """By UTC day, counted from the epoch."""


EMPTY = Snapshot(version=-1)
UNKNOWN_SOCKET = '{"kind":"nothing"}'


def filled_by_line_item(slug: str, socket_id: int, line_item_id: int, creative: CreativeEntry) -> Filling:
    """The creative of a line item."""
    return _filled("ad", slug, (socket_id, line_item_id), creative)


def filled_by_house_ad(slug: str, socket_id: int, creative: CreativeEntry) -> Filling:
    """The publisher's own creative."""
    return _filled("house", slug, (socket_id, 0), creative)


def filled_by_invitation(slug: str, page_url: str, *, width_px: int, height_px: int) -> Filling:
    """A link to the socket's page, in the socket's box."""
    return Filling(_json(socket=slug, kind="here", link=page_url, width=width_px, height=height_px))


def filled_by_nothing(slug: str) -> Filling:
    """Nothing: the publisher's own content stays."""
    return Filling(_json(socket=slug, kind="nothing"))


def _filled(kind: str, slug: str, ids: tuple[int, int], creative: CreativeEntry) -> Filling:
    socket_id, line_item_id = ids
    said = _json(
        socket=slug,
        kind=kind,
        image=creative.image_url,
        **({"still": creative.still_url} if creative.still_url else {}),
        width=creative.width_px,
        height=creative.height_px,
        alt=creative.alt_text,
    )
    head = token_head(socket_id, line_item_id, creative.id)
    return Filling(said.removesuffix("}") + ',"token":"', line_item_id, creative.id, head)


def _json(**members: str | int) -> str:
    return json.dumps(members, separators=(",", ":"))
