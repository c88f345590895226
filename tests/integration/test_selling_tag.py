"""The page of a socket's tag: what to paste, and whether we see it, as the page says it and as its script asks."""

import json
from datetime import timedelta

from flask import Flask

from app.domain.inventory.models import Socket
from app.domain.inventory.states import PagePosition
from app.foundation.clock import database_now
from app.foundation.db import db
from config import Config
from tests.factories.accounts import make_person, sign_in
from tests.factories.events import Told, make_tagged_socket
from tests.factories.inventory import account_of, make_socket
from tests.factories.readers import count_lines
from tests.support.mail_jobs import advance
from tests.support.page_client import PageClient


def state(client: PageClient, socket_id: int) -> dict[str, object]:
    """What the page's script is told."""
    answer = client.get(f"/selling/sockets/{socket_id}/tag/state")
    assert answer.headers["Cache-Control"] == "no-store"
    found: dict[str, object] = json.loads(answer.body)
    return found


def test_the_tag_is_there_to_be_copied(app: Flask, client: PageClient) -> None:
    offered = make_tagged_socket(app)
    other = make_socket(app, offered.account_id, offered.site_id, name="Sidebar", width_px=160, height_px=600)
    sign_in(client, offered.publisher)
    client.get(f"/selling/sockets/{offered.socket_id}")
    page = client.follow("The tag for your pages")
    with app.app_context():
        slug = db.session.get_one(Socket, offered.socket_id).slug
        db.session.remove()
    script, box, others, policy, style = ("".join(text.itertext()) for text in page.elements("pre", class_="copyable"))
    assert script == '<script async src="http://localhost/t.js"></script>'
    assert f'<div class="isocket" data-socket="{slug}" style="width:300px;max-width:100%;min-height:250px">' in box
    assert f'data-socket="{other.slug}" style="width:160px;max-width:100%;min-height:600px"' in others
    assert policy == "script-src http://localhost; connect-src http://localhost; img-src http://localhost"
    assert style.startswith(f'.isocket[data-socket="{slug}"]')
    assert client.follow("Sidebar").heading == "Tag of Sidebar"


def test_it_says_whether_the_tag_was_seen_and_where(app: Flask, config: Config, client: PageClient) -> None:
    offered = make_tagged_socket(app)
    address = f"/selling/sockets/{offered.socket_id}/tag"
    with app.app_context():
        at = database_now()
        db.session.remove()
    seen = Told(at=at, socket_id=offered.socket_id)
    sign_in(client, offered.publisher)
    steps = (
        (None, "neutral", "Not seen yet"),
        (seen.but(host="elsewhere.example"), "error", "Seen on another site only"),
        (seen, "live", "We see your tag"),
    )
    for told, kind, badge in steps:
        count_lines(app, config, told.line if told else "")
        assert badge in client.get(address)
        found = state(client, offered.socket_id)
        assert (found["kind"], found["badge"]) == (kind, badge)
    assert "elsewhere.example, not your site, does not count; last seen" in client.get(address)
    assert "news.example, last seen" in client.page
    advance(app, timedelta(hours=25))
    page = sign_in(PageClient(app), offered.publisher).get(address)
    assert "Not seen for a day The last request came 1 day ago. Is the tag still on your pages?" in page


def test_a_tag_page_is_its_publishers_alone(app: Flask, client: PageClient) -> None:
    offered = make_tagged_socket(app)
    sign_in(client, make_person(app))
    for name in ("tag", "tag/state"):
        client.get(f"/selling/sockets/{offered.socket_id}/{name}", expect=404)


def test_the_page_of_a_newsletters_socket_says_where_the_tag_works(app: Flask, client: PageClient) -> None:
    offered = make_tagged_socket(app)
    letter = make_socket(app, account_of(app, offered.publisher), offered.site_id, position=PagePosition.NEWSLETTER)
    sign_in(client, offered.publisher)
    assert "E-mail programs run no scripts" in client.get(f"/selling/sockets/{letter.id}/tag")
    assert "E-mail programs" not in client.get(f"/selling/sockets/{offered.socket_id}/tag")
    never = "In a newsletter itself nothing can be counted yet, so days sold there come back to the buyer."
    assert never in client.get(f"/selling/sockets/{letter.id}")
    assert never not in client.get(f"/selling/sockets/{offered.socket_id}")
    assert never in client.get(f"/selling/sites/{offered.site_id}/sockets/new")
