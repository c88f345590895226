"""The demo publisher's pages, on a port of their own: a small site that carries the tags of its sockets.

It knows nothing of the market but what its publisher would paste in: the script's address and the sockets' names.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Flask

from app.domain.accounts.models import Membership, User
from app.domain.inventory.models import Site, Socket
from app.domain.inventory.rules import WELL_KNOWN_PATH
from app.domain.inventory.states import PagePosition, SocketState
from app.foundation.clock import database_now
from app.foundation.db import db, reading_connection
from config import Config
from demo.front_words import FOOT, MASTHEAD, MOTTO, PIECES, Piece
from demo.people import NORA
from demo.sites import FRONT_HOST

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HTML, CSS, TEXT = "text/html; charset=utf-8", "text/css; charset=utf-8", "text/plain; charset=utf-8"
SVG = "image/svg+xml"
FRIDAY = 4
OK, NOWHERE, NOT_TAKEN = "200 OK", "404 Not Found", "405 Method Not Allowed"
# Where a socket stands; one of another position, added by whoever tries the demo, stands at the foot of each page.
UNDER_THE_MASTHEAD, BESIDE, BETWEEN, IN_THE_ARCHIVE = (
    PagePosition.HEADER,
    PagePosition.ABOVE_FOLD,
    PagePosition.IN_CONTENT,
    PagePosition.SIDEBAR,
)
# A token, as a driver carries it.
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.5" fill="none" '
    'stroke="#a8752a" stroke-width="3"/></svg>'
)
STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1060px; padding: 0 16px 48px; background: #fffdf8; color: #22211e;
  font: 18px/1.6 Georgia, "Times New Roman", serif; }
header { border-bottom: 3px double #22211e; margin-bottom: 20px; padding: 20px 0 12px; text-align: center; }
header p { margin: 0; }
header .motto { font-style: italic; }
.masthead { font-size: clamp(28px, 5vw, 48px); line-height: 1.15; margin: 0; }
.masthead a, h2 a, h1 a { color: inherit; text-decoration: none; }
nav { font-size: 16px; padding-top: 8px; }
nav a { color: #7c2020; margin: 0 8px; }
main { display: grid; gap: 32px; grid-template-columns: minmax(0, 1fr); }
h1, h2 { line-height: 1.2; }
article > :first-child { margin-top: 0; }
.when { color: #5d5a52; font-size: 15px; }
.isocket { display: block; margin: 0 auto 20px; max-width: 100%; overflow: hidden; }
.own { color: #5d5a52; font-size: 15px; margin: 0; padding: 8px; text-align: center; }
footer { border-top: 1px solid #22211e; font-size: 15px; margin-top: 32px; padding-top: 12px; }
@media (min-width: 860px) { main.wide { grid-template-columns: minmax(0, 1fr) 300px; } }
"""


@dataclass(frozen=True, slots=True)
class FrontSocket:
    """A socket of the site, as its publisher pastes it in."""

    slug: str
    position: PagePosition
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True)
class FrontSite:
    """The demo's site that runs on this machine."""

    domain: str
    proof_token: str
    today: date
    sockets: tuple[FrontSocket, ...]

    @property
    def address(self) -> str:
        """Where its pages are."""
        return f"http://{self.domain}"

    @property
    def port(self) -> int | None:
        """The port it answers on; None when its publisher has moved it elsewhere."""
        parts = urlsplit(self.address)
        return parts.port if parts.hostname == FRONT_HOST else None


def front_site() -> FrontSite | None:
    """The site as it is at this moment; None when the demo is not loaded. Wants the app's context."""
    with reading_connection() as connection:
        site = connection.execute(
            sa.select(Site.id, Site.domain, Site.proof_token)
            .join(Membership, Membership.account_id == Site.account_id)
            .join(User, User.id == Membership.user_id)
            .where(User.email == NORA.email, Site.domain.startswith(f"{FRONT_HOST}:", autoescape=True))
            .order_by(Site.id)
            .limit(1)
        ).one_or_none()
        if site is None:
            return None
        open_ones = sa.select(Socket.slug, Socket.position, Socket.width_px, Socket.height_px).where(
            Socket.site_id == site.id, Socket.state == SocketState.OPEN, Socket.position != PagePosition.NEWSLETTER
        )
        sockets = tuple(FrontSocket(*row) for row in connection.execute(open_ones.order_by(Socket.id)))
        return FrontSite(site.domain, site.proof_token, database_now(connection).date(), sockets)


class FrontPage:
    """The site as a WSGI app. Reads its sockets for each page, so that a new one stands there at once."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        config: Config = app.config["ISOCKET"]
        self._config = config

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answers one reader."""
        status, kind, body = self._answer(environ["REQUEST_METHOD"], environ["PATH_INFO"])
        content = body.encode()
        headers = [("Content-Type", kind), ("Content-Length", str(len(content))), ("Cache-Control", "no-store")]
        start_response(status, [*headers, ("Content-Security-Policy", policy(self._config))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [content]

    def _answer(self, method: str, path: str) -> tuple[str, str, str]:
        if method not in {"GET", "HEAD"}:
            return NOT_TAKEN, TEXT, "These pages can only be read.\n"
        if path == "/icon.svg":
            return OK, SVG, ICON
        with self._app.app_context():
            site = self._site()
        if site is None:
            return NOWHERE, TEXT, "The demo's site is not on this market any more.\n"
        if path == "/page.css":
            return OK, CSS, STYLE + size_rules(site.sockets)
        if path == WELL_KNOWN_PATH:
            return OK, TEXT, f"{site.proof_token}\n"
        return self._page(site, path)

    def _site(self) -> FrontSite | None:
        try:
            return front_site()
        finally:
            db.session.remove()

    def _page(self, site: FrontSite, path: str) -> tuple[str, str, str]:
        writer = _Writer(site, self._config.delivery_url)
        if path == "/":
            return OK, HTML, writer.front()
        if path == "/archive":
            return OK, HTML, writer.archive()
        for piece in PIECES:
            if path == f"/{piece.slug}":
                return OK, HTML, writer.piece(piece)
        return NOWHERE, HTML, writer.nowhere()


def policy(config: Config) -> str:
    """A content policy as strict as a careful publisher's: our two hosts, and nothing else from elsewhere."""
    delivery, creatives = config.delivery_url, config.creatives_url
    return (
        f"default-src 'none'; script-src {delivery}; connect-src {delivery}; img-src 'self' {delivery} {creatives}; "
        "style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def size_rules(sockets: Iterable[FrontSocket]) -> str:
    """The style that keeps each socket's room, so that nothing moves when an ad comes."""
    return "".join(
        f'[data-socket="{one.slug}"] {{ width: {one.width_px}px; min-height: {one.height_px}px; }}\n' for one in sockets
    )


class _Writer:
    """Writes the pages of one moment."""

    def __init__(self, site: FrontSite, delivery_url: str) -> None:
        self._site = site
        self._script = f'<script async src="{escape(delivery_url)}/t.js"></script>'
        known = {UNDER_THE_MASTHEAD, BESIDE, BETWEEN, IN_THE_ARCHIVE}
        self._elsewhere = [one for one in site.sockets if one.position not in known]

    def front(self) -> str:
        lead, *others = (piece for piece in PIECES if not piece.is_archived)
        first = f"<h1>{self._link(lead)}</h1>{self._when(lead)}<p>{escape(lead.line)}</p>"
        text = f"{first}<p>{escape(lead.paragraphs[0])}</p>{self._list(others)}"
        return self._sheet(MASTHEAD, text, self._places(BESIDE))

    def archive(self) -> str:
        pieces = sorted(PIECES, key=lambda piece: piece.weeks_old, reverse=True)
        return self._sheet("Archive", f"<h1>Archive</h1>{self._list(pieces)}", self._places(IN_THE_ARCHIVE))

    def piece(self, piece: Piece) -> str:
        middle = len(piece.paragraphs) // 2
        before, after = ("".join(f"<p>{escape(text)}</p>" for text in part) for part in _halves(piece, middle))
        head = f"<h1>{escape(piece.title)}</h1>{self._when(piece)}<p><em>{escape(piece.line)}</em></p>"
        beside = self._places(IN_THE_ARCHIVE if piece.is_archived else BESIDE)
        return self._sheet(piece.title, f"{head}{before}{self._places(BETWEEN)}{after}", beside)

    def nowhere(self) -> str:
        words = '<h1>No such page</h1><p>The line to this page is closed. <a href="/">To the front page</a></p>'
        return self._sheet("No such page", words, "")

    def _sheet(self, title: str, text: str, beside: str) -> str:
        name = MASTHEAD if title == MASTHEAD else f"{title} - {MASTHEAD}"
        aside = f"<div>{beside}</div>" if beside else ""
        return (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<title>{escape(name)}</title><link rel="icon" href="/icon.svg"><link rel="stylesheet" href="/page.css">'
            f'{self._script}</head><body><header><p class="masthead"><a href="/">{MASTHEAD}</a></p>'
            f'<p class="motto">{MOTTO}</p>'
            '<nav aria-label="Pages"><a href="/">Front page</a><a href="/archive">Archive</a></nav></header>'
            f"{self._places(UNDER_THE_MASTHEAD)}"
            f'<main class="{"wide" if beside else "narrow"}"><article>{text}</article>{aside}</main>'
            f"{_boxes(self._elsewhere)}<footer>{FOOT}</footer></body></html>\n"
        )

    def _places(self, position: PagePosition) -> str:
        return _boxes([one for one in self._site.sockets if one.position is position])

    def _list(self, pieces: Iterable[Piece]) -> str:
        return "".join(
            f"<h2>{self._link(piece)}</h2>{self._when(piece)}<p>{escape(piece.line)}</p>" for piece in pieces
        )

    def _link(self, piece: Piece) -> str:
        return f'<a href="/{piece.slug}">{escape(piece.title)}</a>'

    def _when(self, piece: Piece) -> str:
        since_friday = timedelta(days=(self._site.today.weekday() - FRIDAY) % 7)
        friday = self._site.today - since_friday - timedelta(weeks=piece.weeks_old)
        return f'<p class="when">{friday.day} {friday:%B %Y}</p>'


def _halves(piece: Piece, middle: int) -> tuple[Sequence[str], Sequence[str]]:
    return piece.paragraphs[:middle], piece.paragraphs[middle:]


def _boxes(sockets: Iterable[FrontSocket]) -> str:
    own = '<p class="own">This place is empty today.</p>'
    return "".join(f'<div class="isocket" data-socket="{escape(one.slug)}">{own}</div>' for one in sockets)
