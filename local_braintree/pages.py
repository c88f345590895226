"""The card fields' own pages and scripts, read once; each frame has a policy of its own."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

STATIC = Path(__file__).with_name("static")
PREFIX = "/v1/"
MEDIA_TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}
POLICY = "; ".join(  # noqa: FLY002 - one directive a line is what one reads
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "frame-ancestors 'self'",
        "base-uri 'none'",
        "form-action 'none'",
    )
)


@dataclass(frozen=True)
class Page:
    """One file as it is sent."""

    content: bytes
    headers: tuple[tuple[str, str], ...]


def page_at(path: str) -> Page | None:
    """The file at an address such as ``/v1/card-fields.js``, or None."""
    return _pages().get(path)


@cache
def _pages() -> dict[str, Page]:
    return {f"{PREFIX}{file.name}": _page(file) for file in STATIC.iterdir() if file.suffix in MEDIA_TYPES}


def _page(file: Path) -> Page:
    headers = (
        ("Content-Type", f"{MEDIA_TYPES[file.suffix]}; charset=utf-8"),
        ("Content-Security-Policy", POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cache-Control", "no-cache"),
    )
    return Page(file.read_bytes(), headers)
