"""What the product asks of whoever fetches other people's pages."""

from dataclasses import dataclass, field
from typing import Protocol


class FetchRefused(Exception):  # noqa: N818 - named after what happened
    """The address was not fetched to its end; the reason is a message for the person who entered it."""

    def __init__(self, reason: str) -> None:
        """Says why not.

        Args:
            reason: a sentence marked with ``N_``.
        """
        super().__init__(reason)
        self.reason = reason


class Unreachable(FetchRefused):
    """Nobody answers there, or not in time: other addresses of the same host would fare no better."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """One answer, after redirects; its text is left out of its printed form."""

    status: int
    text: str = field(repr=False)
    final_url: str
    content_type: str
    """The media type in lower case, without parameters; empty when none was given."""


class Fetcher(Protocol):
    """Fetches a page of somebody else's site."""

    @property
    def allows_loopback(self) -> bool:
        """Whether it may look at servers on this machine: local mode only, and pages say so."""
        ...

    def fetch(self, url: str) -> Fetched:
        """Fetches one address; slow, so never inside a transaction.

        Raises:
            FetchRefused: it may not be fetched, or its answer is too large, too slow or makes no sense.
        """
        ...
