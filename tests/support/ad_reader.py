"""A reader's browser as the ad server sees it: one connection that is kept open, and what the tag asks over it."""

import http.client
import json
from dataclasses import dataclass, field
from typing import Any

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
NONCE = slice(28, 40)
PATIENCE_S = 30


def nonce_of(token: str) -> str:
    """What the event log calls a token."""
    return token[NONCE]


@dataclass
class AdReader:
    """Asks for ads and tells of them. A request that is not answered raises OSError or HTTPException."""

    port: int
    origin: str
    headers: dict[str, str] = field(default_factory=dict)
    """What it says of itself, beside its agent and the page it is on."""
    connection: http.client.HTTPConnection | None = None

    def decide(self, *slugs: str) -> list[dict[str, Any]]:
        """What is to be shown in these sockets."""
        status, _, body = self._ask("GET", f"/d?s={','.join(slugs)}")
        assert status == 200, (status, body)
        found: list[dict[str, Any]] = json.loads(body)
        return found

    def tell(self, step: str, token: str) -> None:
        """Tells of a step: ``i`` for an impression, ``v`` for a view."""
        status, _, body = self._ask("POST", f"/e/{step}?t={token}" + ("&m=1" if step == "i" else ""))
        assert status == 204, (status, body)

    def click(self, token: str) -> str | None:
        """Where a click leads."""
        status, location, body = self._ask("GET", f"/c/{token}")
        assert status in {302, 404}, (status, body)
        return location

    def close(self) -> None:
        """Ends the connection; the next request opens another one."""
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def _ask(self, method: str, path: str) -> tuple[int, str | None, bytes]:
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            self.connection.request(method, path, headers={"Origin": self.origin, "User-Agent": AGENT} | self.headers)
            answer = self.connection.getresponse()
            return answer.status, answer.getheader("Location"), answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
