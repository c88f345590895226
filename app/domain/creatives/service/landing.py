"""Going and looking at a landing page: no database, and never inside a transaction."""

from dataclasses import dataclass
from http import HTTPStatus

from app.adapters.web_fetch import Fetched, Fetcher, FetchRefused, Unreachable
from app.adapters.web_fetch.guarded import COMPRESSED, TOO_LARGE
from app.domain.creatives.errors import ClickThroughUrlRefused
from app.domain.creatives.rules import normalized_click_through_url
from app.domain.creatives.states import LandingResult

NOTE_CHARACTERS_MAX = 300
PAGES = frozenset({"text/html", "application/xhtml+xml", "text/plain", ""})
# It answered, only not in a way that we read to its end; a browser does.
ANSWERED = frozenset({COMPRESSED, TOO_LARGE})
REACHED = "The landing page opened when we looked."


@dataclass(frozen=True, slots=True)
class LandingPage:
    """What was found at a landing page, and the sentence that says so."""

    state: LandingResult
    note: str = ""


def fetch_landing_page(fetcher: Fetcher, url: str) -> LandingPage:
    """Opens a landing page as a reader would, redirects followed. Takes up to 5 seconds."""
    try:
        found = fetcher.fetch(url)
    except Unreachable as refused:
        return LandingPage(LandingResult.UNREACHABLE, refused.reason[:NOTE_CHARACTERS_MAX])
    except FetchRefused as refused:
        if refused.reason in ANSWERED:
            return LandingPage(LandingResult.REACHED, REACHED)
        return LandingPage(LandingResult.NOT_ACCEPTABLE, refused.reason[:NOTE_CHARACTERS_MAX])
    problem = _problem(found, allows_loopback=fetcher.allows_loopback)
    if problem is not None:
        return LandingPage(LandingResult.NOT_ACCEPTABLE, problem[:NOTE_CHARACTERS_MAX])
    return LandingPage(LandingResult.REACHED, REACHED)


def _problem(found: Fetched, *, allows_loopback: bool) -> str | None:
    if found.status != HTTPStatus.OK:
        return f"The landing page answered {found.status} instead of showing a page."
    if found.content_type not in PAGES:
        return "The landing page sends a file instead of a page."
    try:
        normalized_click_through_url(found.final_url, allows_loopback=allows_loopback)
    except ClickThroughUrlRefused:
        return f"The landing page leads on to {found.final_url[:200]}, which is not reached over https."
    return None
