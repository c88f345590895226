"""Who asks: as much of it as the event log may know, worked out quickly.

Browsers send the same few words with every request, so what was worked out once is kept, within limits.
"""

from functools import lru_cache
from typing import TYPE_CHECKING

from app.delivery.event_log import EventFlag, clean_user_agent, reader_fields
from app.delivery.networks import is_data_centre
from app.delivery.page_host import page_host
from app.foundation.address_hash import address_hash
from app.foundation.client_address import client_address

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

ADDRESSES_KEPT_MAX = 8192
WORDS_KEPT_MAX = 4096
WORDS_CHARACTERS_MAX = 2048
PURPOSES = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ")
AHEAD = ("prefetch", "prerender", "preview")


class ReaderHasher:
    """Tells readers apart for a day, no longer and no better."""

    def __init__(self, *, trusted_hops: int) -> None:
        self._trusted_hops = trusted_hops
        self._whereabouts = lru_cache(maxsize=ADDRESSES_KEPT_MAX)(self._whereabouts_of)
        self._host = lru_cache(maxsize=WORDS_KEPT_MAX)(page_host)
        self._agent = lru_cache(maxsize=WORDS_KEPT_MAX)(clean_user_agent)

    def host(self, environ: "WSGIEnvironment") -> str:
        """The host of the page; empty when the browser does not say."""
        sent = environ.get("HTTP_ORIGIN", "")
        if not sent or sent == "null":
            sent = environ.get("HTTP_REFERER", "")
        return self._host(sent[:WORDS_CHARACTERS_MAX]) if sent else ""

    def fields(self, environ: "WSGIEnvironment", salt: str, host: str, flags: str = "") -> str:
        """What a line of the log says of the reader.

        Args:
            environ: the request.
            salt: today's; without one no hash is written.
            host: what ``host`` found.
            flags: letters that are known already.
        """
        forwarded = environ.get("HTTP_X_FORWARDED_FOR", "") if self._trusted_hops else ""
        hashed, place = self._whereabouts(salt, forwarded[-WORDS_CHARACTERS_MAX:], environ.get("REMOTE_ADDR", ""))
        flags += place
        if environ.get("HTTP_SEC_GPC") == "1":
            hashed = ""
            flags += EventFlag.GPC.value
        if _is_ahead(environ):
            flags += EventFlag.PREFETCH.value
        agent = self._agent(environ.get("HTTP_USER_AGENT", "")[:WORDS_CHARACTERS_MAX])
        return reader_fields(hashed, host, flags, agent)

    def _whereabouts_of(self, salt: str, forwarded: str, remote: str) -> tuple[str, str]:
        """The hash of an address, and the flag of a data centre where it is one."""
        address = client_address({"HTTP_X_FORWARDED_FOR": forwarded, "REMOTE_ADDR": remote}, self._trusted_hops)
        return address_hash(salt, address) if salt else "", EventFlag.DATA_CENTRE.value if is_data_centre(
            address
        ) else ""


def _is_ahead(environ: "WSGIEnvironment") -> bool:
    """Whether the browser fetches ahead of the reader, who may never come."""
    for header in PURPOSES:
        if header in environ:
            said = environ[header].lower()
            return any(word in said for word in AHEAD)
    return False
