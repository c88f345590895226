"""The gate: what a page, a browser and a click get, what is written down, and what none of them can do."""

import json
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse

from app.delivery.event_log import EventLog
from app.domain.creatives.models import Creative
from app.domain.inventory.models import Socket
from app.domain.inventory.states import Fallback
from app.foundation.clock import database_now, set_offset
from app.foundation.db import db, in_transaction
from tests.factories.creatives import LANDING_PAGE, make_house_ad
from tests.factories.delivery import OnAir, make_on_air, pause, resume
from tests.factories.inventory import make_offer
from tests.support.ad_tokens import ad_token
from tests.support.event_lines import forget_events, logged

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
HOUR_MS = 3_600_000
OPEN_TO_ALL = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}


@pytest.fixture
def on_air(app: Flask) -> OnAir:
    forget_events(app)
    return make_on_air(app)


@pytest.fixture
def reader(app: Flask) -> Client:
    return Client(app, use_cookies=False)


def ask(reader: Client, on_air: OnAir, *slugs: str, **headers: str) -> list[dict[str, Any]]:
    names = ",".join(slugs or (on_air.slug,))
    sent = {"Origin": on_air.origin, "User-Agent": AGENT} | headers
    answer = reader.get(f"/d?s={names}", headers=sent)
    assert answer.status_code == 200
    found: list[dict[str, Any]] = json.loads(answer.data)
    return found


def set_fallback(app: Flask, socket_id: int, fallback: Fallback) -> str:
    def work() -> str:
        socket = db.session.get_one(Socket, socket_id)
        socket.fallback = fallback
        return socket.slug

    with app.app_context():
        return in_transaction(work)


def path_of(address: str) -> str:
    return address.removeprefix("http://localhost")


def test_a_running_line_item_is_shown_counted_as_asked_for_and_its_file_is_there(
    app: Flask, reader: Client, on_air: OnAir
) -> None:
    (answer,) = ask(reader, on_air)
    assert (answer["kind"], answer["width"], answer["height"]) == ("ad", 300, 250)
    file = reader.get(path_of(answer["image"]))
    assert (file.status_code, file.mimetype) == (200, "image/png")
    assert file.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    (line,) = logged(app)
    assert (line.version, line.kind, line.socket_id) == ("1", "d", on_air.booking.socket_id)
    assert (line.line_item_id, line.creative_id) == (on_air.booking.line_item_id, on_air.creative_id)
    assert (line.host, line.flags, line.user_agent) == (on_air.domain, "-", AGENT)
    assert len(line.address_hash) == 22
    assert line.nonce in answer["token"]
    assert line.issued_ms == line.event_ms


def test_an_impression_a_view_and_a_click_are_written_down_with_the_token_they_belong_to(
    app: Flask, reader: Client, on_air: OnAir
) -> None:
    token = ask(reader, on_air)[0]["token"]
    impression = reader.post(f"/e/i?t={token}&m=1", headers={"Origin": on_air.origin})
    view = reader.get(f"/e/v?t={token}", headers={"Referer": f"{on_air.origin}/"})
    click = reader.get(f"/c/{token}", headers={"Referer": f"{on_air.origin}/"})
    assert [answer.status_code for answer in (impression, view, click)] == [204, 204, 302]
    assert click.location == LANDING_PAGE
    asked, *events = logged(app)
    assert [event.kind for event in events] == ["i", "v", "c"]
    assert [event.flags for event in events] == ["m", "-", "-"]
    assert {event.nonce for event in events} == {asked.nonce}
    assert {event.issued_ms for event in events} == {asked.issued_ms}
    assert {event.host for event in events} == {on_air.domain}
    assert {(event.socket_id, event.line_item_id, event.creative_id) for event in events} == {
        (on_air.booking.socket_id, on_air.booking.line_item_id, on_air.creative_id)
    }


def test_no_answer_sets_a_cookie_or_may_be_kept_longer_than_it_is_true(reader: Client, on_air: OnAir) -> None:
    token = ask(reader, on_air)[0]["token"]
    answers = {
        "decision": reader.get(f"/d?s={on_air.slug}"),
        "beacon": reader.post(f"/e/i?t={token}"),
        "click": reader.get(f"/c/{token}"),
        "mistake": reader.get("/d"),
        "preflight": reader.options("/d"),
    }
    for name, answer in answers.items():
        assert answer.headers["Cache-Control"] == "no-store", name
        assert {header: answer.headers[header] for header in OPEN_TO_ALL} == OPEN_TO_ALL, name
        assert "Set-Cookie" not in answer.headers, name
        assert "Access-Control-Allow-Credentials" not in answer.headers, name
    assert answers["click"].headers["Referrer-Policy"] == "origin"
    assert answers["click"].headers["X-Robots-Tag"] == "noindex, nofollow"


def test_the_tag_is_small_kept_an_hour_and_not_sent_again(reader: Client, on_air: OnAir) -> None:
    del on_air
    plain = reader.get("/t.js")
    packed = reader.get("/t.js", headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) <= 3_000
    assert plain.mimetype == "text/javascript"
    assert plain.headers["Cache-Control"] == "public, max-age=3600, stale-while-revalidate=86400"
    assert {header: plain.headers[header] for header in OPEN_TO_ALL} == OPEN_TO_ALL
    assert b"http://localhost" in plain.data
    for answer in (plain, packed):
        again = reader.get("/t.js", headers={"If-None-Match": f"W/{answer.headers['ETag']}"})
        assert (again.status_code, again.data) == (304, b"")
    assert reader.head("/t.js").headers["Content-Length"] == str(len(plain.data))


def test_many_sockets_are_one_answer_in_the_order_asked(app: Flask, reader: Client, on_air: OnAir) -> None:
    answers = ask(reader, on_air, on_air.slug, "no-such-socket", on_air.slug)
    assert [answer["kind"] for answer in answers] == ["ad", "nothing", "ad"]
    assert answers[0]["token"] != answers[2]["token"]
    assert [line.socket_id for line in logged(app)] == [on_air.booking.socket_id] * 2


def test_places_take_turns_and_a_free_place_shows_the_publishers_own_content(app: Flask, reader: Client) -> None:
    on_air = make_on_air(app, socket={"places": 2})
    kinds = [ask(reader, on_air)[0]["kind"] for _ in range(10)]
    assert sorted(kinds) == ["ad"] * 5 + ["nothing"] * 5
    assert all(first != second for first, second in pairwise(kinds))


def test_a_paused_line_item_is_off_and_a_resumed_one_is_back(app: Flask, reader: Client, on_air: OnAir) -> None:
    found = [ask(reader, on_air)[0]["kind"]]
    for change in (pause, resume):
        change(app, on_air)
        found.append(ask(reader, on_air)[0]["kind"])
    assert found == ["ad", "nothing", "ad"]


def test_a_flight_ends_on_the_second_and_its_clicks_still_arrive(app: Flask, reader: Client, on_air: OnAir) -> None:
    token = ask(reader, on_air)[0]["token"]
    with app.app_context():
        in_transaction(lambda: set_offset(3 * 24 * 3_600))
    assert ask(reader, on_air)[0]["kind"] == "nothing"
    assert reader.get(f"/c/{token}").location == LANDING_PAGE
    assert logged(app)[-1].flags == "x"


def test_a_click_on_an_ad_that_nobody_here_remembers_is_answered_behind_the_gate(app: Flask, on_air: OnAir) -> None:
    token = ad_token(app, (on_air.booking.socket_id, on_air.booking.line_item_id, on_air.creative_id))
    pause(app, on_air)
    answer = Client(app, use_cookies=False).get(f"/c/{token}")
    assert (answer.status_code, answer.location) == (302, LANDING_PAGE)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert [line.kind for line in logged(app)] == ["c"]
    unknown = Client(app, use_cookies=False).get(f"/c/{ad_token(app)}")
    assert unknown.status_code == 404


def test_a_file_that_is_not_on_this_disk_comes_from_the_database(app: Flask, reader: Client, on_air: OnAir) -> None:
    path = path_of(ask(reader, on_air)[0]["image"])
    on_disk = reader.get(path)
    (app.config["ISOCKET"].data_dir / path.lstrip("/")).unlink()
    pause(app, on_air)
    from_database = reader.get(path)
    assert from_database.data == on_disk.data
    for header in (*OPEN_TO_ALL, "Content-Type", "Cache-Control", "Content-Security-Policy"):
        assert from_database.headers[header] == on_disk.headers[header], header
    again = reader.get(path, headers={"If-None-Match": on_disk.headers["ETag"]})
    assert again.status_code == 304


def test_only_files_of_ads_that_were_shown_are_public(app: Flask, reader: Client) -> None:
    on_air = make_on_air(app)
    with app.app_context():
        db.session.remove()
        creative = db.session.get_one(Creative, on_air.creative_id)
        shown = creative.file_sha256
    waiting = "f" * 64
    assert reader.get(f"/creatives/{shown}.png").status_code == 200
    for name in (f"{waiting}.png", f"{shown}.svg", f"{shown}.png/x", "../isocket.sqlite", f"{shown.upper()}.png", ""):
        assert reader.get(f"/creatives/{name}").status_code == 404, name


def test_a_house_ad_is_shown_while_nothing_is_booked(app: Flask, reader: Client) -> None:
    forget_events(app)
    offered = make_offer(app)
    make_house_ad(app, offered.publisher, offered.socket_id)
    slug = set_fallback(app, offered.socket_id, Fallback.HOUSE_AD)
    (answer,) = json.loads(reader.get(f"/d?s={slug}").data)
    assert answer["kind"] == "house"
    (line,) = logged(app)
    assert line.line_item_id == 0
    assert line.creative_id > 0
    assert reader.get(f"/c/{answer['token']}").location == LANDING_PAGE


def test_an_invitation_leads_to_the_page_of_the_socket(app: Flask, reader: Client) -> None:
    offered = make_offer(app)
    slug = set_fallback(app, offered.socket_id, Fallback.ADVERTISE_HERE)
    (answer,) = json.loads(reader.get(f"/d?s={slug}").data)
    assert answer == {
        "socket": slug,
        "kind": "here",
        "link": f"http://localhost/sockets/{slug}",
        "width": 300,
        "height": 250,
    }
    assert reader.get(f"/sockets/{slug}").status_code == 200


def test_a_house_ad_that_was_not_put_up_leaves_the_publishers_own_content(app: Flask, reader: Client) -> None:
    slug = set_fallback(app, make_offer(app).socket_id, Fallback.HOUSE_AD)
    assert json.loads(reader.get(f"/d?s={slug}").data) == [{"socket": slug, "kind": "nothing"}]


@pytest.mark.parametrize(
    ("header", "flags"),
    [
        ({"Sec-Purpose": "prefetch"}, "p"),
        ({"Purpose": "prefetch"}, "p"),
        ({"Sec-GPC": "1"}, "g"),
        ({"Sec-GPC": "1", "Sec-Purpose": "prefetch;prerender"}, "gp"),
    ],
)
def test_what_the_browser_says_of_itself_is_noted(
    app: Flask, reader: Client, on_air: OnAir, header: dict[str, str], flags: str
) -> None:
    ask(reader, on_air, **header)
    (line,) = logged(app)
    assert line.flags == flags
    assert (line.address_hash == "-") is ("g" in flags)


@pytest.mark.parametrize(
    ("kind", "age_ms", "flags"),
    [
        ("/e/i", 4 * HOUR_MS - 60_000, "-"),
        ("/e/i", 4 * HOUR_MS + 60_000, "x"),
        ("/e/v", 4 * HOUR_MS + 60_000, "x"),
        ("/c/", 24 * HOUR_MS - 60_000, "-"),
        ("/c/", 24 * HOUR_MS + 60_000, "x"),
        ("/e/i", -10 * 60_000, "x"),
    ],
)
def test_a_stale_token_is_noted_as_stale(
    app: Flask, reader: Client, on_air: OnAir, *, kind: str, age_ms: int, flags: str
) -> None:
    ids = (on_air.booking.socket_id, on_air.booking.line_item_id, on_air.creative_id)
    token = ad_token(app, ids, age_ms=age_ms)
    answer = reader.get(f"{kind}{token}" if kind == "/c/" else f"{kind}?t={token}")
    assert answer.status_code == (302 if kind == "/c/" else 204)
    assert logged(app)[-1].flags == flags


def test_a_forged_token_is_noted_and_leads_nowhere(app: Flask, reader: Client, on_air: OnAir) -> None:
    token = ask(reader, on_air)[0]["token"]
    forged = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert reader.post(f"/e/i?t={forged}").status_code == 204
    click = reader.get(f"/c/{forged}?to=https://evil.example")
    assert click.status_code == 404
    assert "Location" not in click.headers
    _, *lines = logged(app)
    assert [(line.kind, line.flags, line.socket_id, line.nonce) for line in lines] == [
        ("i", "b", 0, "-"),
        ("c", "b", 0, "-"),
    ]


def test_a_click_goes_nowhere_but_to_the_stored_page(reader: Client, on_air: OnAir) -> None:
    token = ask(reader, on_air)[0]["token"]
    for more in ("?u=https://evil.example", "?to=//evil.example", "?"):
        assert reader.get(f"/c/{token}{more}").location == LANDING_PAGE


def test_a_page_of_somebody_else_gets_nothing(app: Flask, reader: Client, on_air: OnAir) -> None:
    kinds = {
        host: ask(reader, on_air, Origin=f"https://{host}")[0]["kind"]
        for host in (on_air.domain, f"www.{on_air.domain}", f"blog.{on_air.domain}", "evil.example")
    }
    assert list(kinds.values()) == ["ad", "ad", "ad", "nothing"]
    assert (logged(app)[-1].host, logged(app)[-1].line_item_id) == ("evil.example", 0)


MISTAKES = {
    "no sockets": "/d",
    "empty": "/d?s=",
    "too many": "/d?s=" + ",".join(["a"] * 21),
    "too long": "/d?s=a&u=" + "x" * 3_000,
    "no token": "/e/i",
    "short token": "/e/v?t=abc",
    "long token": "/e/v?t=" + "a" * 3_000,
    "no ad": "/c/abc",
    "no ad at all": "/c/",
    "path in a click": "/c/" + "a" * 56 + "/x",
}


@pytest.mark.parametrize("path", MISTAKES.values(), ids=MISTAKES.keys())
def test_what_cannot_be_understood_is_refused_in_a_sentence_and_not_written_down(
    app: Flask, reader: Client, on_air: OnAir, path: str
) -> None:
    del on_air
    answer = reader.get(path)
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")
    assert len(answer.data) < 100
    assert logged(app) == []


def test_methods_are_those_of_a_reader(app: Flask, reader: Client, on_air: OnAir) -> None:
    token = ask(reader, on_air)[0]["token"]
    forget_events(app)
    looked = [reader.head(path) for path in (f"/d?s={on_air.slug}", f"/e/i?t={token}", f"/c/{token}")]
    assert [(answer.status_code, answer.data) for answer in looked] == [(200, b""), (204, b""), (302, b"")]
    preflight = reader.options("/d", headers={"Origin": on_air.origin, "Access-Control-Request-Method": "GET"})
    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    refused = [reader.post(f"/d?s={on_air.slug}"), reader.post(f"/c/{token}"), reader.delete(f"/e/i?t={token}")]
    assert [answer.status_code for answer in refused] == [405] * 3
    assert refused[0].headers["Allow"] == "GET, HEAD, OPTIONS"
    assert logged(app) == []


def test_a_fault_shows_no_trace_and_a_click_goes_through_though_nothing_can_be_written(
    reader: Client, on_air: OnAir, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = ask(reader, on_air)[0]["token"]

    def full(_log: EventLog, _lines: str) -> None:
        message = "No space left on /secret/disk"
        raise OSError(message)

    monkeypatch.setattr(EventLog, "append", full)
    answers: list[TestResponse] = [reader.get(f"/d?s={on_air.slug}"), reader.post(f"/e/i?t={token}")]
    assert [answer.status_code for answer in answers] == [503, 503]
    for answer in answers:
        assert b"secret" not in answer.data
        assert b"Traceback" not in answer.data
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert reader.get(f"/c/{token}").location == LANDING_PAGE


def test_without_its_database_the_gate_goes_on_with_what_it_knows(
    app: Flask, reader: Client, on_air: OnAir, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(reader, on_air)

    def away(*_arguments: object, **_options: object) -> None:
        message = "the database is away"
        raise ConnectionError(message)

    monkeypatch.setattr("app.delivery.publish.reading_connection", away)
    assert ask(reader, on_air)[0]["kind"] == "ad"
    assert len(logged(app)) == 2


def test_the_clock_of_the_log_is_the_markets(app: Flask, reader: Client, on_air: OnAir) -> None:
    with app.app_context():
        in_transaction(lambda: set_offset(3_600))
        now_ms = int(database_now().timestamp() * 1000)
        db.session.remove()
    ask(reader, on_air)
    assert abs(logged(app)[-1].event_ms - now_ms) < 10_000
