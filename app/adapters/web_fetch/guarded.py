"""The fetcher that cannot be turned against the network it runs in.

It resolves each name itself, checks what the name stands for, and connects to the very address it
checked; so a name that changes its meaning between the check and the connection gains nothing. Each
redirect goes the same way. The whole has one time limit and one size limit.
"""

import contextlib
import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal, cast
from urllib.parse import urldefrag, urljoin

from app.adapters.web_fetch.addresses import (
    SLOW,
    FetchTarget,
    Resolver,
    check_address,
    read_target,
    resolve_in_time,
    system_addresses,
)
from app.adapters.web_fetch.port import Fetched, FetchRefused, Unreachable
from app.foundation.log import get_logger
from app.foundation.messages import N_

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Connect = Callable[[tuple[str, int], float], socket.socket]

TOTAL_S = 5.0
TEXT_BYTES_MAX = 512 * 1024
# Status line, headers and chunk sizes come on top of the text.
RECEIVED_BYTES_MAX = TEXT_BYTES_MAX + 128 * 1024
REDIRECTS_MAX = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})

TOO_LARGE = N_("The answer is larger than 512 KB.")
TOO_MANY_REDIRECTS = N_("The address leads on to another one more than 3 times.")
NO_CONNECTION = N_("The site cannot be reached.")
BAD_CERTIFICATE = N_("The site's certificate is not valid for its name.")
NOT_UNDERSTOOD = N_("The site's answer is not valid HTTP.")
COMPRESSED = N_("The site sent a compressed answer, though we asked for a plain one.")

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Answer:
    """One answer, before redirects are followed."""

    status: int
    body: bytes
    location: str | None
    content_type: str


class GuardedFetcher:
    """Fetches public pages over http and https; in local mode those on this machine too."""

    def __init__(
        self,
        *,
        user_agent: str,
        allows_loopback: bool,
        resolve: Resolver = system_addresses,
        connect: Connect = socket.create_connection,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._user_agent = user_agent
        self._allows_loopback = allows_loopback
        self._resolve = resolve
        self._connect = connect
        self._given_tls = tls

    @property
    def allows_loopback(self) -> bool:
        """Whether it may look at servers on this machine."""
        return self._allows_loopback

    def fetch(self, url: str) -> Fetched:
        """Fetches one address and follows at most three redirects.

        Raises:
            FetchRefused: the reason is a message for the person who entered the address.
        """
        deadline = time.monotonic() + TOTAL_S
        for _ in range(REDIRECTS_MAX + 1):
            target = read_target(url, any_port=self._allows_loopback)
            answer = self._ask(target, deadline)
            if answer.location is None:
                text = answer.body.decode("utf-8-sig", errors="replace")
                return Fetched(answer.status, text, final_url=url, content_type=answer.content_type)
            url = urldefrag(urljoin(url, answer.location)).url
        raise FetchRefused(TOO_MANY_REDIRECTS)

    def _ask(self, target: FetchTarget, deadline: float) -> _Answer:
        addresses = resolve_in_time(self._resolve, target, deadline - time.monotonic())
        for address in addresses:
            check_address(address, allows_loopback=self._allows_loopback)
        try:
            return self._exchange(target, addresses, deadline)
        except FetchRefused:
            raise
        except TimeoutError:
            raise Unreachable(SLOW) from None
        except ssl.SSLCertVerificationError:
            raise Unreachable(BAD_CERTIFICATE) from None
        except OSError as error:
            log.info("fetch_failed", host=target.host, error=type(error).__name__)
            raise Unreachable(NO_CONNECTION) from None
        except (http.client.HTTPException, ValueError):
            raise FetchRefused(NOT_UNDERSTOOD) from None

    def _exchange(self, target: FetchTarget, addresses: Sequence[str], deadline: float) -> _Answer:
        with contextlib.closing(self._open(target, addresses, deadline)) as connection:
            connection.settimeout(_left(deadline))
            connection.sendall(self._request(target))
            response = http.client.HTTPResponse(cast("socket.socket", _Timed(connection, deadline)), method="GET")
            with contextlib.closing(response):
                response.begin()
                return _read(response)

    def _open(self, target: FetchTarget, addresses: Sequence[str], deadline: float) -> socket.socket:
        """Connects to the first of the checked addresses that answers; never to the name."""
        trouble: OSError = ConnectionError()
        for number, address in enumerate(addresses):
            share_s = _left(deadline) / (len(addresses) - number)
            try:
                plain = self._connect((address, target.port), share_s)
            except OSError as error:
                trouble = error
                continue
            return self._secured(plain, target, deadline)
        raise trouble

    def _secured(self, plain: socket.socket, target: FetchTarget, deadline: float) -> socket.socket:
        if target.scheme == "http":
            return plain
        try:
            plain.settimeout(_left(deadline))
            # The certificate must be that of the name, although the connection is to a number.
            return self._tls.wrap_socket(plain, server_hostname=target.host)
        except BaseException:
            plain.close()
            raise

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return self._given_tls or ssl.create_default_context()

    def _request(self, target: FetchTarget) -> bytes:
        lines = (
            f"GET {target.path} HTTP/1.1",
            f"Host: {target.host_header}",
            f"User-Agent: {self._user_agent}",
            "Accept: text/plain, text/html;q=0.9, */*;q=0.1",
            "Accept-Encoding: identity",
            "Connection: close",
        )
        return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


def _read(response: http.client.HTTPResponse) -> _Answer:
    content_type = response.getheader("Content-Type", "").partition(";")[0].strip().lower()
    location = response.getheader("Location")
    if response.status in REDIRECTS and location:
        return _Answer(response.status, b"", location.encode("latin-1").decode("utf-8", "replace"), content_type)
    if response.getheader("Content-Encoding", "identity").strip().lower() not in {"", "identity"}:
        raise FetchRefused(COMPRESSED)
    body = b"" if response.status == HTTPStatus.NO_CONTENT else response.read(TEXT_BYTES_MAX + 1)
    if len(body) > TEXT_BYTES_MAX:
        raise FetchRefused(TOO_LARGE)
    return _Answer(response.status, body, None, content_type)


def _left(deadline: float) -> float:
    left_s = deadline - time.monotonic()
    if left_s <= 0:
        raise TimeoutError
    return left_s


class _Timed:
    """A connection as ``HTTPResponse`` wants it, whose every read keeps to the one deadline."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self._connection = connection
        self._deadline = deadline

    def makefile(self, _mode: Literal["rb"]) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self._connection, self._deadline))


class _TimedReader(io.RawIOBase):
    """Reads until the deadline or the size limit; a server that drips one byte a second wins no time."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        super().__init__()
        self._connection = connection
        self._deadline = deadline
        self._received = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        if self._received > RECEIVED_BYTES_MAX:
            raise FetchRefused(TOO_LARGE)
        self._connection.settimeout(_left(self._deadline))
        count = self._connection.recv_into(buffer)
        self._received += count
        return count
