"""Going and looking at a landing page: no database, and never inside a transaction."""

from dataclasses import dataclass
from http import HTTPStatus

from app.adapters.web_fetch import Fetched, Fetcher, FetchRefused, Unreachable
from app.adapters.web_fetch.guarded import COMPRESSED, TOO_LARGE
from app.domain.creatives.errors import ClickThroughUrlRefused
from app.domain.creatives.rules import normalized_click_through_url
from app.domain.creatives.states import LandingResult
from app.foundation.messages import N_, StoredMessage, as_stored

ADDRESS_CHARACTERS_MAX = 200
PAGES = frozenset({"text/html", "application/xhtml+xml", "text/plain", ""})
# It answered, only not in a way that we read to its end; a browser does.
ANSWERED = frozenset({COMPRESSED, TOO_LARGE})


@dataclass(frozen=True, slots=True)
class LandingPage:
    """What was found at a landing page."""

    state: LandingResult
    note: str = ""
    """The message that says so, as ``as_stored`` writes it."""


REACHED = LandingPage(LandingResult.REACHED, as_stored(StoredMessage(N_("The landing page opened when we looked."))))


def fetch_landing_page(fetcher: Fetcher, url: str) -> LandingPage:
    """Opens a landing page as a reader would, redirects followed. Takes up to 5 seconds."""
    try:
        found = fetcher.fetch(url)
    except Unreachable as refused:
        return LandingPage(LandingResult.UNREACHABLE, as_stored(StoredMessage(refused.reason)))
    except FetchRefused as refused:
        if refused.reason in ANSWERED:
            return REACHED
        return LandingPage(LandingResult.NOT_ACCEPTABLE, as_stored(StoredMessage(refused.reason)))
    problem = _problem(found, allows_loopback=fetcher.allows_loopback)
    if problem is not None:
        return LandingPage(LandingResult.NOT_ACCEPTABLE, as_stored(problem))
    return REACHED


def _problem(found: Fetched, *, allows_loopback: bool) -> StoredMessage | None:
    if found.status != HTTPStatus.OK:
        message_id = N_("The landing page answered %(status)s instead of showing a page.")
        return StoredMessage(message_id, {"status": str(found.status)})
    if found.content_type not in PAGES:
        return StoredMessage(N_("The landing page sends a file instead of a page."))
    try:
        normalized_click_through_url(found.final_url, allows_loopback=allows_loopback)
    except ClickThroughUrlRefused:
        message_id = N_("The landing page leads on to %(address)s, which is not reached over https.")
        return StoredMessage(message_id, {"address": found.final_url[:ADDRESS_CHARACTERS_MAX]})
    return None
