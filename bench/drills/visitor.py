"""A client of the server: its own connection, cookies and form token; it sends what it is told and follows nothing."""

import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from app.foundation.identifiers import new_public_id

TIMEOUT_S = 60
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
OK = 200
SEE_OTHER = 303
REDIRECTS_MAX = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said."""

    status: int
    location: str
    text: str


class Visitor:
    """Somebody signed in, in one window. Not to be shared between threads: give each its ``twin``."""

    def __init__(self, url: str, cookies: Mapping[str, str]) -> None:
        parts = urlsplit(url)
        self.url = url
        self.cookies = dict(cookies)
        self.token = ""
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT_S)

    def enter(self, path: str = "/account") -> "Visitor":
        """Opens a page and keeps its form token, which serves for every form of this session.

        Raises:
            RuntimeError: the page did not open.
        """
        answer = self._ask("GET", path, keeps_cookies=True)
        found = TOKEN.search(answer.text)
        if answer.status != OK or found is None:
            message = f"{path} answered {answer.status} {answer.location}"
            raise RuntimeError(message)
        self.token = found.group(1)
        return self

    def twin(self) -> "Visitor":
        """Another window of the same browser."""
        other = Visitor(self.url, self.cookies)
        other.token = self.token
        return other

    def get(self, path: str) -> Answer:
        """Opens an address."""
        return self._ask("GET", path)

    def landing(self, answer: Answer) -> str:
        """Where a browser would end after this answer: the last status and address."""
        path = "here"
        for _ in range(REDIRECTS_MAX):
            if not answer.location:
                break
            path = urlsplit(answer.location).path
            answer = self.get(path)
        return f"{answer.status} {path}"

    def post(self, path: str, fields: Mapping[str, str], *, key: str | None = None) -> Answer:
        """Sends a form, under a request key of its own unless one is given."""
        hidden = {"csrf_token": self.token, "request_key": key or new_public_id()}
        return self._ask("POST", path, body=urlencode(hidden | dict(fields)))

    def close(self) -> None:
        """Closes the connection."""
        self._connection.close()

    def _ask(self, method: str, path: str, *, body: str | None = None, keeps_cookies: bool = False) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.url}
        try:
            self._connection.request(method, path, body=body, headers=headers)
            response = self._connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            # A kept connection that the server has let go of in the meantime; a browser opens a new one too.
            self._connection.close()
            self._connection.request(method, path, body=body, headers=headers)
            response = self._connection.getresponse()
        text = response.read().decode(errors="replace")
        if keeps_cookies:
            for line in response.headers.get_all("Set-Cookie") or []:
                name, _, value = line.partition(";")[0].partition("=")
                self.cookies[name] = value
        return Answer(response.status, response.headers.get("Location") or "", text)
