"""What is measured, and what becomes of an event."""

from enum import StrEnum


class Measure(StrEnum):
    """What an event is evidence of; the steps of the funnel."""

    REQUEST = "request"
    """The tag asked for a socket."""
    FILLED = "filled"
    """A booked line item was given in answer."""
    IMPRESSION = "impression"
    """The ad began to render."""
    MEASURABLE = "measurable"
    """The browser could tell how much of it was seen."""
    VIEWABLE = "viewable"
    """Half of its pixels (30 % from 242,500 px on) were in view for a second."""
    CLICK = "click"
    """Its link was followed."""


class Verdict(StrEnum):
    """Whether an event was counted, or why not. The order is the order of judging."""

    COUNTED = "counted"
    """It counts."""
    BAD_TOKEN = "bad_token"  # noqa: S105 - a reason, not a secret
    """It does not carry a token of ours."""
    STALE_TOKEN = "stale_token"  # noqa: S105 - a reason, not a secret
    """Its token is too old."""
    WRONG_DOMAIN = "wrong_domain"
    """It comes from a page that is not the site's."""
    PREFETCH = "prefetch"
    """The browser fetched the page ahead; nobody looked."""
    KNOWN_BOT = "known_bot"
    """The agent names a known robot, or none at all."""
    DATA_CENTRE = "data_centre"
    """It comes from a network of servers."""
    OWN_VIEW = "own_view"
    """It comes from where the site's owner was signed in within a day."""
    DUPLICATE = "duplicate"
    """The same token was counted before."""
    RATE_LIMIT = "rate_limit"
    """Too many from one place in a short time."""
    LATE = "late"
    """Its day is settled already."""
