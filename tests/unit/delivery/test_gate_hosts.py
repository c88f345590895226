"""Host names of the ad server: tags and creatives may have names of their own, on which nothing else is served."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from werkzeug.test import Client

from app.delivery.creative_files import CreativeFiles
from app.delivery.event_log import EventLog
from app.delivery.gate import DeliveryGate
from app.delivery.snapshot import EMPTY, Snapshot
from tests.support.databases import make_config

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

NAME = f"{'ab' * 32}.png"


class EmptyFeed:
    def look(self) -> tuple[Snapshot, int]:
        return EMPTY, 0


def site(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    assert environ["REQUEST_METHOD"] == "GET"
    start_response("200 OK", [])
    return [b"the site"]


@pytest.fixture
def client(tmp_path: Path) -> Client:
    config = replace(
        make_config("sqlite://", tmp_path),
        environment="production",
        trusted_hops=1,
        base_url="https://market.example",
        delivery_url="https://ads.example",
        creatives_url="https://pictures.example",
    )
    CreativeFiles(tmp_path).keep(NAME, b"a picture")
    return Client(DeliveryGate(site, config, feed=EmptyFeed(), event_log=EventLog(tmp_path)), use_cookies=False)


@pytest.mark.parametrize(
    ("host", "path", "answer"),
    [
        ("pictures.example", f"/creatives/{NAME}", b"a picture"),
        ("ads.example", "/d?s=unknown", b'[{"kind":"nothing"}]'),
        ("ads.example", "/account", b"There is nothing at this address.\n"),
        ("pictures.example", "/", b"There is nothing at this address.\n"),
        ("market.example", "/account", b"the site"),
        ("elsewhere.example", "/d?s=unknown", b"the site"),  # which refuses hosts that are not ours
    ],
)
def test_each_host_serves_what_it_is_for(client: Client, host: str, path: str, answer: bytes) -> None:
    found = client.get(path, headers={"Host": host, "X-Forwarded-Proto": "https"})
    assert found.data == answer


def test_plain_http_is_sent_to_https(client: Client) -> None:
    found = client.get("/d?s=unknown", headers={"Host": "ads.example", "X-Forwarded-Proto": "http"})
    assert (found.status_code, found.location) == (308, "https://ads.example/d?s=unknown")


def test_the_tag_asks_the_host_of_the_ad_server(client: Client) -> None:
    found = client.get("/t.js", headers={"Host": "ads.example", "X-Forwarded-Proto": "https"})
    assert b"var HOST = 'https://ads.example';" in found.data
