"""The gate: answers tags, browsers and clicks in front of Flask, out of memory, without the database.

It knows six addresses: ``/t.js`` (the tag), ``/d`` (what to show), ``/e/i`` and ``/e/v`` (an ad began to render; it
was in view), ``/c/<token>`` (a click) and ``/creatives/<file>``. Everything else is Flask's, and so are a click and
a file that are not in memory or on this disk any more.

No answer sets a cookie. An event is written down before its answer is sent.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote, unquote, urlsplit

from app.delivery.answers import FOR_EVER, Answer, FixedAnswers, WsgiApp
from app.delivery.creative_files import CreativeFiles, is_file_name, media_type
from app.delivery.decision import choose_for_page
from app.delivery.event_log import NOTHING_KNOWN, EventDetails, EventFlag, EventKind, EventLog, event_line
from app.delivery.readers import ReaderHasher
from app.delivery.snapshot import UNKNOWN_SOCKET, Snapshot
from app.delivery.tag import tag_source
from app.delivery.tokens import Token, TokenMint, is_token_shaped
from app.foundation.client_address import client_scheme
from app.foundation.log import get_logger
from config import Config

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SOCKETS_MAX = 20
QUERY_CHARACTERS_MAX = 2048
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
VIEW_LIFE_MS = 4 * HOUR_MS
CLICK_LIFE_MS = 24 * HOUR_MS
FUTURE_MS = 60_000  # clocks of two machines differ by less
CLICK_PATH = "/c/"
CREATIVE_PATH = "/creatives/"
READS = ("GET", "HEAD", "OPTIONS")
NOTES = ("POST", "GET", "HEAD", "OPTIONS")

log = get_logger(__name__)

Reply = Callable[["WSGIEnvironment", "StartResponse"], Iterable[bytes]]


class GateSources(Protocol):
    """Where the gate gets what it knows."""

    def look(self) -> tuple[Snapshot, int]:
        """What may run, and the market's time in milliseconds since the epoch."""
        ...


@dataclass(frozen=True, slots=True)
class Route:
    """An address of the gate: what answers there, and to which methods."""

    reply: Reply
    methods: tuple[str, ...]


class DeliveryGate:
    """The WSGI app in front of Flask."""

    def __init__(self, app: WsgiApp, config: Config, *, feed: GateSources, event_log: EventLog) -> None:
        self._app = app
        self._feed = feed
        self._log = event_log
        self._mint = TokenMint(config.secret_key, config.secret_key_fallbacks)
        self._readers = ReaderHasher(trusted_hops=config.trusted_hops)
        self._files = CreativeFiles(config.data_dir)
        self._answers = FixedAnswers(is_https=config.is_https)
        self._script = self._answers.script(tag_source(config.delivery_url))
        self._is_https, self._trusted_hops = config.is_https, config.trusted_hops
        self._home = urlsplit(config.base_url).netloc
        ours = {urlsplit(url).netloc.lower() for url in (config.base_url, config.delivery_url, config.creatives_url)}
        self._hosts = None if config.is_local else frozenset(ours)
        self._only_delivery = frozenset(ours - {self._home.lower()})
        self._routes = {
            "/d": Route(self._decide, READS),
            "/e/i": Route(partial(self._note, EventKind.IMPRESSION), NOTES),
            "/e/v": Route(partial(self._note, EventKind.VIEWABLE), NOTES),
            "/t.js": Route(self._give_tag, READS),
        }
        self._click_route = Route(self._click, READS)
        self._creative_route = Route(self._give_creative, READS)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answers one request, or lets Flask answer it."""
        route = self._route(environ["PATH_INFO"])
        if route is None or not self._is_ours(environ):
            if route is None and environ.get("HTTP_HOST", "").lower() in self._only_delivery:
                return self._answers.nowhere.give(environ, start_response)
            return self._app(environ, start_response)  # which refuses hosts that are not ours
        refused = self._refusal(environ, route)
        if refused is not None:
            return refused.give(environ, start_response)
        try:
            return route.reply(environ, start_response)
        except Exception:
            # Whatever is wrong with us, the publisher's page goes on.
            log.exception("delivery_failed")
            return self._answers.broken.give(environ, start_response)

    def _route(self, path: str) -> Route | None:
        found = self._routes.get(path)
        if found is not None:
            return found
        if path.startswith(CLICK_PATH):
            return self._click_route
        return self._creative_route if path.startswith(CREATIVE_PATH) else None

    def _is_ours(self, environ: "WSGIEnvironment") -> bool:
        return self._hosts is None or environ.get("HTTP_HOST", "").lower() in self._hosts

    def _refusal(self, environ: "WSGIEnvironment", route: Route) -> Answer | None:
        """What to say before anything else: to a browser that asks first, a method unknown here, or plain http."""
        method = environ["REQUEST_METHOD"]
        if method == "OPTIONS":
            return self._answers.preflight(route.methods)
        if method not in route.methods:
            return self._answers.wrong_method(route.methods)
        if self._is_https and client_scheme(environ, self._trusted_hops) != "https":
            return self._answers.secure(_secure_address(environ))
        return None

    def _decide(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        query = environ.get("QUERY_STRING", "")
        listed = _parameter(query, "s") if len(query) <= QUERY_CHARACTERS_MAX else ""
        slugs = listed.split(",")
        if not listed or len(slugs) > SOCKETS_MAX:
            return self._answers.mistaken(ASK_LIKE_THIS).give(environ, start_response)
        snapshot, now_ms = self._feed.look()
        host = self._readers.host(environ)
        reader = self._readers.fields(environ, _salt(snapshot, now_ms), host)
        is_asked = environ["REQUEST_METHOD"] != "HEAD"
        said, lines = [], []
        for slug in slugs:
            socket = snapshot.sockets.get(slug)
            if socket is None:
                said.append(UNKNOWN_SOCKET)
                continue
            filling = choose_for_page(socket, host, now_ms)
            nonce, issued_ms, words = "-", 0, filling.opening
            if filling.token_head:
                token, nonce = self._mint.mint(filling.token_head, now_ms)
                issued_ms, words = now_ms, f'{words}{token}"}}'
            said.append(words)
            # As event_line would write it, without the call and the object: this is the hottest line of all.
            ids = f"{socket.id}\t{filling.line_item_id}\t{filling.creative_id}"
            lines.append(f"1\td\t{now_ms}\t{ids}\t{nonce}\t{issued_ms}\t{reader}\n")
        if lines and is_asked:
            self._log.append("".join(lines))
        start_response("200 OK", self._answers.decision_headers)
        return [f"[{','.join(said)}]".encode()] if is_asked else []

    def _note(self, kind: EventKind, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Writes down that an ad began to render, or was in view."""
        query = environ.get("QUERY_STRING", "")
        text = _parameter(query, "t") if len(query) <= QUERY_CHARACTERS_MAX else ""
        if not is_token_shaped(text):
            return self._answers.mistaken("This needs the token of an ad.").give(environ, start_response)
        if environ["REQUEST_METHOD"] != "HEAD":
            flags = EventFlag.MEASURABLE.value if _parameter(query, "m") == "1" else ""
            snapshot, now_ms = self._feed.look()
            self._log.append(self._line(kind, environ, self._mint.read(text), (snapshot, now_ms), flags))
        start_response(self._answers.noted.status, self._answers.noted.headers)
        return []

    def _click(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Writes a click down and sends the reader on; however the click is judged, the reader gets there."""
        text = environ["PATH_INFO"][len(CLICK_PATH) :]
        if not is_token_shaped(text):
            return self._answers.mistaken("This is not the address of an ad.").give(environ, start_response)
        snapshot, now_ms = self._feed.look()
        token = self._mint.read(text)
        if environ["REQUEST_METHOD"] != "HEAD":
            try:
                self._log.append(self._line(EventKind.CLICK, environ, token, (snapshot, now_ms)))
            except OSError:
                log.exception("click_not_written")  # the reader wanted to go somewhere, and goes there
        if token is None:
            return self._answers.nowhere.give(environ, start_response)
        landing_page = snapshot.landing_pages.get(token.creative_id)
        if landing_page is None:
            return self._app({**environ, "HTTP_HOST": self._home}, start_response)
        return self._answers.landing(landing_page).give(environ, start_response)

    def _line(
        self,
        kind: EventKind,
        environ: "WSGIEnvironment",
        token: Token | None,
        known: tuple[Snapshot, int],
        flags: str = "",
    ) -> str:
        snapshot, now_ms = known
        details = NOTHING_KNOWN
        if token is None:
            flags += EventFlag.FORGED.value
        else:
            life_ms = CLICK_LIFE_MS if kind is EventKind.CLICK else VIEW_LIFE_MS
            if not -FUTURE_MS <= now_ms - token.issued_ms <= life_ms:
                flags += EventFlag.STALE.value
            details = EventDetails(token.socket_id, token.line_item_id, token.creative_id, token.nonce, token.issued_ms)
        reader = self._readers.fields(environ, _salt(snapshot, now_ms), self._readers.host(environ), flags)
        return event_line(kind, now_ms, details, reader)

    def _give_tag(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        return self._script.answer(environ).give(environ, start_response)

    def _give_creative(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        name = environ["PATH_INFO"][len(CREATIVE_PATH) :]
        if not is_file_name(name):
            return self._answers.nowhere.give(environ, start_response)
        if f'"{name}"' in environ.get("HTTP_IF_NONE_MATCH", ""):
            return self._answers.unchanged(f'"{name}"', FOR_EVER).give(environ, start_response)
        content = self._files.read(name)
        if content is None:
            return self._app({**environ, "HTTP_HOST": self._home}, start_response)
        return self._answers.creative(content, media_type(name), name).give(environ, start_response)


ASK_LIKE_THIS = f"Ask for sockets by name, {SOCKETS_MAX} at most: /d?s=one,two"


def _salt(snapshot: Snapshot, now_ms: int) -> str:
    return snapshot.salts.get(now_ms // DAY_MS, "")


def _parameter(query: str, name: str) -> str:
    """A value of the query; empty when it is not there."""
    for part in query.split("&"):
        key, _, value = part.partition("=")
        if key == name:
            return unquote(value) if "%" in value else value
    return ""


def _secure_address(environ: "WSGIEnvironment") -> str:
    query = environ.get("QUERY_STRING", "")
    path = quote(environ["PATH_INFO"]) + (f"?{query}" if query else "")
    return f"https://{environ.get('HTTP_HOST', '')}{path}"
