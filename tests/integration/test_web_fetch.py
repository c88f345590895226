"""Fetching other people's pages: what is refused, and that nothing gets around it; a resolver we control."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from app.adapters.web_fetch import Fetched, FetchRefused, Unreachable, make_fetcher
from app.adapters.web_fetch import guarded as module
from app.adapters.web_fetch.addresses import check_address
from app.adapters.web_fetch.guarded import GuardedFetcher
from tests.support.certificates import loopback_certificate
from tests.support.databases import make_config
from tests.support.site_server import Reply, SiteServer, site_server

PUBLIC = "93.184.215.14"


class Names:
    """A resolver that answers what it is told, in turn, and counts how often it is asked."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, int]] = []

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append((host, port))
        return self.answers[min(len(self.asked), len(self.answers)) - 1]


class Wires:
    """Leads every connection to one server on this machine, and notes where it was meant to go."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.meant: list[tuple[str, int]] = []

    def __call__(self, address: tuple[str, int], timeout_s: float) -> socket.socket:
        self.meant.append(address)
        return socket.create_connection(("127.0.0.1", self.port), timeout_s)


@pytest.fixture
def server() -> Iterator[SiteServer]:
    with site_server() as site:
        site.pages["/"] = Reply("hello")
        yield site


@pytest.fixture
def local() -> GuardedFetcher:
    return GuardedFetcher(user_agent="tests", allows_loopback=True)


def production(resolve: Names, connect: Wires | None = None, tls: ssl.SSLContext | None = None) -> GuardedFetcher:
    return GuardedFetcher(
        user_agent="tests",
        allows_loopback=False,
        resolve=resolve,
        connect=connect or refuse_to_connect,
        tls=tls,
    )


def refuse_to_connect(address: tuple[str, int], _timeout_s: float) -> socket.socket:
    pytest.fail(f"connected to {address}")


def refusal(fetcher: GuardedFetcher, url: str) -> FetchRefused:
    with pytest.raises(FetchRefused) as refused:
        fetcher.fetch(url)
    assert refused.value.reason.endswith(".")
    return refused.value


def test_a_page_is_fetched_with_our_name_and_without_cookies(local: GuardedFetcher, server: SiteServer) -> None:
    server.pages["/a b"] = Reply("nothing")
    server.pages["/x%20y?q=%C3%A9"] = Reply("hällo", headers={"Set-Cookie": "a=b"}, content_type="Text/HTML; charset=x")
    for _ in range(2):
        fetched = local.fetch(f"{server.address}/x%20y?q=é#part")
    assert fetched == Fetched(200, "hällo", f"{server.address}/x%20y?q=é#part", "text/html")
    headers = server.requests[-1][1]
    assert headers["User-Agent"] == "tests"
    assert headers["Host"] == f"127.0.0.1:{server.port}"
    assert "Cookie" not in headers


def test_bytes_that_are_no_text_do_no_harm(local: GuardedFetcher, server: SiteServer) -> None:
    server.pages["/"] = Reply(b"\xef\xbb\xbfto\xff\x00ken", content_type="text/plain; charset=zip_codec")
    assert local.fetch(server.address).text == "to\ufffd\x00ken"


def test_other_statuses_are_answers_too(local: GuardedFetcher, server: SiteServer) -> None:
    assert local.fetch(f"{server.address}/missing").status == 404


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        "0.0.0.0",  # noqa: S104 - an address to refuse
        *("224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "192.88.99.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:93.184.215.14", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:1::1"),
    ],
)
def test_whatever_is_not_public_is_refused_before_any_connection(address: str) -> None:
    names = Names([address])
    assert "private or reserved" in refusal(production(names), "http://site.example/").reason
    assert len(names.asked) == 1


def test_one_private_address_among_public_ones_is_enough() -> None:
    assert "private" in refusal(production(Names([PUBLIC, "10.0.0.1"])), "http://site.example/").reason


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost", "[::1]", "127.0.0.1."]
)
def test_loopback_is_refused_in_production_however_it_is_written(host: str) -> None:
    fetcher = GuardedFetcher(user_agent="tests", allows_loopback=False, connect=refuse_to_connect)
    assert refusal(fetcher, f"http://{host}/")


def test_local_mode_allows_loopback_and_nothing_else_that_is_private() -> None:
    for address in ("127.0.0.1", "127.9.9.9", "::1"):
        check_address(address, allows_loopback=True)
    for address in ("10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "fe80::1", "0.0.0.0"):  # noqa: S104 - an address to refuse
        with pytest.raises(FetchRefused):
            check_address(address, allows_loopback=True)


def test_only_local_mode_looks_at_this_machine(tmp_path: Path) -> None:
    assert make_fetcher(make_config("sqlite://", tmp_path)).allows_loopback


@pytest.mark.parametrize(
    "url",
    [
        *(
            "ftp://site.example/",
            "file:///etc/passwd",
            "gopher://site.example/",
            "javascript:alert(1)",
            "data:,x",
            "//x",
            "",
        ),
        *("http://", "http:///x", "http://user@site.example/", "http://u:p@site.example/", "http://site.example:x/"),
        *(
            "http://site.example:99999/",
            "http://[::1",
            "http://a b/",
            "http://site.example\\@127.0.0.1/",
            "http://é..x/",
        ),
        *(
            "http://x\r\nHost: y/",
            "http://" + "x" * 64 + ".example/",
            "http://" + "x." * 130 + "example/",
            "http://a/\n",
        ),
    ],
)
def test_what_is_no_web_address_is_refused_unasked(url: str) -> None:
    names = Names([PUBLIC])
    assert refusal(production(names), url)
    assert names.asked == []


@pytest.mark.parametrize("url", ["http://site.example:22/", "https://site.example:8443/", "http://site.example:0/"])
def test_only_the_usual_ports_are_asked(url: str) -> None:
    assert "usual ports" in refusal(production(Names([PUBLIC])), url).reason


def test_the_connection_goes_to_the_very_address_that_was_checked(server: SiteServer) -> None:
    names, wires = Names([PUBLIC], ["127.0.0.1"]), Wires(server.port)
    assert production(names, wires).fetch("http://site.example/").text == "hello"
    assert (names.asked, wires.meant) == ([("site.example", 80)], [(PUBLIC, 80)])
    assert server.requests[0][1]["Host"] == "site.example"


def test_a_name_that_changes_its_meaning_is_checked_at_each_step(server: SiteServer) -> None:
    server.pages["/"] = Reply(status=302, headers={"Location": "/next"})
    names, wires = Names([PUBLIC], ["169.254.169.254"]), Wires(server.port)
    assert "private" in refusal(production(names, wires), "http://site.example/").reason
    assert wires.meant == [(PUBLIC, 80)]


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("http://127.0.0.1/", "private"),
        ("http://2130706433/", "private"),
        ("//[::1]/", "private"),
        ("http://site.example:6379/", "usual ports"),
        ("file:///etc/passwd", "not a web address"),
        ("gopher://site.example/", "not a web address"),
    ],
)
def test_a_redirect_gets_nowhere_that_an_address_would_not(server: SiteServer, location: str, words: str) -> None:
    server.pages["/"] = Reply(status=302, headers={"Location": location})

    def resolve(host: str, port: int) -> Sequence[str]:
        del port
        return [PUBLIC] if host == "site.example" else [socket.getaddrinfo(host, 80)[0][4][0]]  # type: ignore[list-item]  # text for IP

    fetcher = GuardedFetcher(user_agent="tests", allows_loopback=False, resolve=resolve, connect=Wires(server.port))
    assert words in refusal(fetcher, "http://site.example/").reason
    assert len(server.requests) == 1


def test_three_redirects_are_followed_and_a_fourth_is_not(local: GuardedFetcher, server: SiteServer) -> None:
    for number, status in enumerate((301, 303, 307, 308)):
        server.pages[f"/{number}"] = Reply(status=status, headers={"Location": f"{number + 1}"})
    server.pages["/4"] = Reply("at last")
    assert local.fetch(f"{server.address}/1").text == "at last"
    assert local.fetch(f"{server.address}/1").final_url == f"{server.address}/4"
    assert "more than 3 times" in refusal(local, f"{server.address}/0").reason
    server.pages["/"] = Reply(status=301, headers={"Location": "/"})
    assert "more than 3 times" in refusal(local, server.address).reason


def test_an_answer_of_512_kb_is_read_and_one_byte_more_is_refused(local: GuardedFetcher, server: SiteServer) -> None:
    server.pages["/"] = Reply("x" * 512 * 1024)
    assert len(local.fetch(server.address).text) == 512 * 1024
    server.pages["/"] = Reply("x" * (512 * 1024 + 1))
    assert "larger than 512 KB" in refusal(local, server.address).reason


def endless_body(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b"x" * 65536)
    except OSError:
        pass


def endless_chunks(handler: BaseHTTPRequestHandler) -> None:
    handler.protocol_version = "HTTP/1.1"
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b"1;" + b"e" * 1000 + b"\r\nx\r\n")
    except OSError:
        pass


def endless_headers(handler: BaseHTTPRequestHandler) -> None:
    try:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            handler.wfile.write(b"X: y\r\n")
    except OSError:
        pass


def endless_promises(handler: BaseHTTPRequestHandler) -> None:
    try:
        while True:
            handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    except OSError:
        pass


@pytest.mark.parametrize("behaviour", [endless_body, endless_chunks, endless_headers, endless_promises])
def test_an_answer_without_end_is_cut_off(local: GuardedFetcher, server: SiteServer, behaviour: object) -> None:
    server.pages["/"] = behaviour  # type: ignore[assignment]  # one of the four above
    assert refusal(local, server.address)


DRIPS_FOR_S = 100


def drip(handler: BaseHTTPRequestHandler) -> None:
    try:
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000:
            handler.wfile.write(bytes([byte]))
            time.sleep(DRIPS_FOR_S / 1_000)
    except OSError:
        pass


def test_a_server_that_drips_wins_no_time(
    local: GuardedFetcher, server: SiteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TOTAL_S", 1.0)
    server.pages["/"] = drip
    started = time.monotonic()
    assert isinstance(refusal(local, server.address), Unreachable)
    assert time.monotonic() - started < DRIPS_FOR_S / 3


def test_a_server_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch, local: GuardedFetcher) -> None:
    monkeypatch.setattr(module, "TOTAL_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        assert "5 seconds" in refusal(local, f"http://127.0.0.1:{port}/").reason
        assert "5 seconds" in refusal(local, f"https://127.0.0.1:{port}/").reason


def test_a_resolver_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TOTAL_S", 0.5)
    done = threading.Event()

    def resolve(_host: str, _port: int) -> Sequence[str]:
        done.wait(10)
        return [PUBLIC]

    fetcher = GuardedFetcher(user_agent="tests", allows_loopback=False, resolve=resolve, connect=refuse_to_connect)
    assert isinstance(refusal(fetcher, "http://site.example/"), Unreachable)
    done.set()


def test_a_name_that_nobody_has_is_said_to_be_none() -> None:
    def resolve(_host: str, _port: int) -> Sequence[str]:
        raise socket.gaierror

    fetcher = GuardedFetcher(user_agent="tests", allows_loopback=False, resolve=resolve, connect=refuse_to_connect)
    assert "no site of this name" in refusal(fetcher, "http://site.example/").reason


def test_the_next_address_is_tried_when_one_does_not_answer(server: SiteServer) -> None:
    tried: list[str] = []

    def connect(address: tuple[str, int], timeout_s: float) -> socket.socket:
        tried.append(address[0])
        if len(tried) == 1:
            raise ConnectionRefusedError
        return socket.create_connection(("127.0.0.1", server.port), timeout_s)

    names = Names(["2606:2800:21f:cb07:6820:80da:af6b:8b2c", PUBLIC])
    fetcher = GuardedFetcher(user_agent="tests", allows_loopback=False, resolve=names, connect=connect)
    assert fetcher.fetch("http://site.example/").text == "hello"
    assert tried == ["2606:2800:21f:cb07:6820:80da:af6b:8b2c", PUBLIC]


def nonsense(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"220 smtp.example ESMTP ready\r\n")


def wrong_length(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot a number\r\n")


@pytest.mark.parametrize("behaviour", [nonsense, wrong_length])
def test_what_is_not_http_is_refused(local: GuardedFetcher, server: SiteServer, behaviour: object) -> None:
    server.pages["/"] = behaviour  # type: ignore[assignment]  # one of the two above
    assert "not valid HTTP" in refusal(local, server.address).reason


def test_a_compressed_answer_is_refused(local: GuardedFetcher, server: SiteServer) -> None:
    server.pages["/"] = Reply(b"x", headers={"Content-Encoding": "gzip"})
    assert "compressed" in refusal(local, server.address).reason


def serve_tls(context: ssl.SSLContext) -> tuple[socket.socket, threading.Thread]:
    listening = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        plain, _ = listening.accept()
        try:
            with context.wrap_socket(plain, server_side=True) as secured:
                secured.recv(4096)
                secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret")
        except OSError:
            plain.close()

    thread = threading.Thread(target=run)
    thread.start()
    return listening, thread


@pytest.mark.parametrize(("host", "is_right"), [("127.0.0.1", True), ("site.example", False)])
def test_the_certificate_must_be_that_of_the_name(tmp_path: Path, host: str, is_right: bool) -> None:  # noqa: FBT001 - a case
    server, client = loopback_certificate(tmp_path)
    listening, thread = serve_tls(server)
    fetcher = GuardedFetcher(user_agent="tests", allows_loopback=True, resolve=Names(["127.0.0.1"]), tls=client)
    url = f"https://{host}:{listening.getsockname()[1]}/"
    if is_right:
        assert fetcher.fetch(url).text == "secret"
    else:
        assert "certificate" in refusal(fetcher, url).reason
    thread.join()
    listening.close()
