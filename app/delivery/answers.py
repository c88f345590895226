"""Answers of the ad server: their headers, made once, and how one is given."""

import hashlib
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Headers = list[tuple[str, str]]
SHORT_LIFE = "public, max-age=3600, stale-while-revalidate=86400"
FOR_EVER = "public, max-age=31536000, immutable"
PREFLIGHT_SECONDS = "86400"
HSTS = ("Strict-Transport-Security", "max-age=31536000")
GZIP_WINDOW = 31  # the widest window, in gzip's own wrapping, which carries no time of day
# What every answer says: any page may use it, no page needs to be known, and nobody may guess another type.
OPEN: Headers = [
    ("Access-Control-Allow-Origin", "*"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
    ("Timing-Allow-Origin", "*"),
    ("X-Content-Type-Options", "nosniff"),
]
NO_STORE = ("Cache-Control", "no-store")


class WsgiApp(Protocol):
    """A WSGI app whose arguments have the names that Flask gives them."""

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        """Answers one request."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, headers and a body."""

    status: str
    headers: Headers
    body: bytes = b""

    def give(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        """Sends it; to HEAD without the body."""
        start_response(self.status, self.headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [self.body]


class FixedAnswers:
    """The answers that are the same every time."""

    def __init__(self, *, is_https: bool) -> None:
        self._always: Headers = [*OPEN, HSTS] if is_https else OPEN
        self.decision_headers: Headers = [*self._always, ("Content-Type", "application/json"), NO_STORE]
        self.noted = Answer("204 No Content", [*self._always, NO_STORE])
        self.broken = self.text("503 Service Unavailable", "The ad server has a fault. Nothing is shown for now.")
        self.nowhere = self.text("404 Not Found", "There is nothing at this address.")

    def text(self, status: str, words: str, *more: tuple[str, str]) -> Answer:
        """A short sentence for whoever reads it: developers and the curious."""
        body = f"{words}\n".encode()
        headers = [*self._always, NO_STORE, ("Content-Type", "text/plain; charset=utf-8"), *more]
        return Answer(status, [*headers, ("Content-Length", str(len(body)))], body)

    def mistaken(self, words: str) -> Answer:
        """The request cannot be understood."""
        return self.text("400 Bad Request", words)

    def wrong_method(self, allowed: Sequence[str]) -> Answer:
        """The address takes other methods."""
        return self.text("405 Method Not Allowed", "This address does not take that.", ("Allow", ", ".join(allowed)))

    def preflight(self, allowed: Sequence[str]) -> Answer:
        """What a browser asks before a request it finds unusual."""
        methods = ", ".join(allowed)
        more: Headers = [
            ("Access-Control-Allow-Methods", methods),
            ("Access-Control-Allow-Headers", "Content-Type"),
            ("Access-Control-Max-Age", PREFLIGHT_SECONDS),
            ("Allow", methods),
        ]
        return Answer("204 No Content", [*self._always, NO_STORE, *more])

    def secure(self, address: str) -> Answer:
        """The same address over https."""
        return self.text("308 Permanent Redirect", "Use https.", ("Location", address))

    def landing(self, address: str) -> Answer:
        """On to the landing page, which is told where the reader comes from but not from which page."""
        more: Headers = [
            ("Location", address),
            ("Referrer-Policy", "origin"),
            ("X-Robots-Tag", "noindex, nofollow"),
            ("Content-Length", "0"),
        ]
        return Answer("302 Found", [*self._always, NO_STORE, *more])

    def creative(self, content: bytes, media_type: str, name: str) -> Answer:
        """A creative's file, which never changes under its name and may be nothing but a picture."""
        more: Headers = [
            ("Content-Type", media_type),
            ("Cache-Control", FOR_EVER),
            ("ETag", f'"{name}"'),
            ("Content-Security-Policy", "default-src 'none'; sandbox"),
            ("Content-Length", str(len(content))),
        ]
        return Answer("200 OK", [*self._always, *more], content)

    def unchanged(self, tag: str, cached: str) -> Answer:
        """What the browser has is what there is."""
        return Answer("304 Not Modified", [*self._always, ("ETag", tag), ("Cache-Control", cached)])

    def script(self, source: str) -> "TagAnswers":
        """The tag, plain and compressed."""
        plain = source.encode()
        compressor = zlib.compressobj(9, zlib.DEFLATED, GZIP_WINDOW)
        packed = compressor.compress(plain) + compressor.flush()
        tag = hashlib.sha256(plain).hexdigest()[:20]
        return TagAnswers(
            plain=self._script(plain, f'"{tag}"'),
            packed=self._script(packed, f'"{tag}-gz"', ("Content-Encoding", "gzip")),
            unchanged={f'"{tag}{ending}"': self.unchanged(f'"{tag}{ending}"', SHORT_LIFE) for ending in ("", "-gz")},
        )

    def _script(self, body: bytes, tag: str, *more: tuple[str, str]) -> Answer:
        headers: Headers = [
            *self._always,
            ("Content-Type", "text/javascript; charset=utf-8"),
            ("Cache-Control", SHORT_LIFE),
            ("Vary", "Accept-Encoding"),
            ("ETag", tag),
            ("Content-Length", str(len(body))),
            *more,
        ]
        return Answer("200 OK", headers, body)


@dataclass(frozen=True, slots=True)
class TagAnswers:
    """The answers that carry the tag."""

    plain: Answer
    packed: Answer
    unchanged: dict[str, Answer]

    def answer(self, environ: "WSGIEnvironment") -> Answer:
        """The one that this browser can use."""
        for known in environ.get("HTTP_IF_NONE_MATCH", "").split(","):
            if known.strip().removeprefix("W/") in self.unchanged:
                return self.unchanged[known.strip().removeprefix("W/")]
        return self.packed if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "") else self.plain
