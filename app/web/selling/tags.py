"""The tag of a socket: what to paste, whether we see it, and what stands there while nothing is sold."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import jsonify, url_for
from werkzeug.wrappers import Response

from app.domain.inventory.queries import own_socket, sockets_of
from app.domain.inventory.states import PagePosition, SocketState
from app.domain.measurement.queries.statistics import Sighting, tag_sightings
from app.foundation.access import Permission
from app.foundation.db import db
from app.web.selling.blueprint import SOCKET, blueprint
from app.web.shell.access import requires
from app.web.shell.answers import render
from app.web.shell.principal import me, request_now
from app.web.shell.tools import config
from app.web.words.dates import ago_words
from app.web.words.messages import _
from app.web.words.states.inventory import FALLBACKS

if TYPE_CHECKING:
    from app.domain.inventory.models import Site, Socket

QUIET_AFTER = timedelta(hours=24)
HOSTS_SHOWN_MAX = 10
# What people paste into their pages and settings, which is no language.
SCRIPT = '<script async src="{server}/t.js"></script>'
PLACE = '<div class="isocket" data-socket="{slug}" style="{style}">\n  <!-- your own content -->\n</div>'
STYLE = "width:{width_px}px;max-width:100%;min-height:{height_px}px"
RULE = '.isocket[data-socket="{slug}"] {{ width: {width_px}px; max-width: 100%; min-height: {height_px}px; }}'
POLICY = "script-src {server}; connect-src {server}; img-src {images}"


@dataclass(frozen=True, slots=True)
class TagStatus:
    """Whether a tag is seen: a badge's kind and words, a sentence, and where it was seen."""

    kind: str
    badge: str
    words: str
    hosts: list[dict[str, str]]


@blueprint.get(f"{SOCKET}/tag")
@requires(Permission.SELL)
def tag(socket_id: int) -> Response:
    """What to paste into the pages for a socket, and whether we see it there."""
    socket, site = own_socket(me().account_id, socket_id)
    others = [one for one in sockets_of(site.id) if one.state is SocketState.OPEN and one.id != socket.id]
    settings = config()
    return render(
        "selling/tag.html",
        socket=socket,
        site=site,
        script=script_line(settings.delivery_url),
        place=place_line(socket),
        style=style_rule(socket),
        is_newsletter=socket.position is PagePosition.NEWSLETTER,
        others=others,
        other_places="\n\n".join(place_line(one) for one in others),
        policy=policy_lines(settings.delivery_url, settings.creatives_url),
        fallback=FALLBACKS[socket.fallback].label,
        sight=sight_of(tag_sightings(socket.id), site, request_now()),
        state_url=url_for("selling.tag_state", socket_id=socket.id),
    )


@blueprint.get(f"{SOCKET}/tag/state")
@requires(Permission.SELL)
def tag_state(socket_id: int) -> Response:
    """Whether a tag is seen, for the page's script; asked every few seconds, holds nobody up."""
    socket, site = own_socket(me().account_id, socket_id)
    sight = sight_of(tag_sightings(socket.id), site, request_now())
    response = jsonify(sight)
    db.session.remove()
    response.headers["Cache-Control"] = "no-store"
    return response


def script_line(delivery_url: str) -> str:
    """The line that stands once on each page, whatever sockets it has."""
    return SCRIPT.format(server=delivery_url)


def place_line(socket: "Socket") -> str:
    """The box of a socket: it has its size before anything is loaded, so that nothing on the page moves."""
    style = STYLE.format(width_px=socket.width_px, height_px=socket.height_px)
    return PLACE.format(slug=socket.slug, style=style)


def style_rule(socket: "Socket") -> str:
    """The same size as a rule of a style sheet, for pages whose policy lets no style stand in the markup."""
    return RULE.format(slug=socket.slug, width_px=socket.width_px, height_px=socket.height_px)


def policy_lines(delivery_url: str, creatives_url: str) -> str:
    """What a content security policy has to let in: the script, its requests, and the pictures."""
    server, pictures = _origin(delivery_url), _origin(creatives_url)
    images = server if server == pictures else f"{pictures} {server}"
    return POLICY.format(server=server, images=images)


def sight_of(sightings: list[Sighting], site: "Site", now: datetime) -> TagStatus:
    """What is known of a socket's tag, in words."""
    hosts = [{"host": one.host, "words": _seen(one, now)} for one in sightings[:HOSTS_SHOWN_MAX]]
    expected = [one.last_seen_at for one in sightings if one.is_expected]
    if expected:
        ago = ago_words(max(expected), now)
        if now - max(expected) < QUIET_AFTER:
            return TagStatus("live", _("We see your tag"), _("The last request came %(ago)s.", ago=ago), hosts)
        words = _("The last request came %(ago)s. Is the tag still on your pages?", ago=ago)
        return TagStatus("neutral", _("Not seen for a day"), words, hosts)
    if sightings:
        words = _(
            "The tag is on pages that are not on %(domain)s. Requests from there do not count.", domain=site.domain
        )
        return TagStatus("error", _("Seen on another site only"), words, hosts)
    words = _("Put it on a page, then open that page in a browser. It takes up to a minute until we know.")
    return TagStatus("neutral", _("Not seen yet"), words, hosts)


def _seen(sighting: Sighting, now: datetime) -> str:
    ago = ago_words(sighting.last_seen_at, now)
    if sighting.is_expected:
        return _("last seen %(ago)s", ago=ago)
    return _("not your site, does not count; last seen %(ago)s", ago=ago)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
