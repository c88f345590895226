"""Named kinds of the events room: who reads events, and what an event can be about."""

from enum import StrEnum


class Consumer(StrEnum):
    """A room that reads events; each event reaches each consumer exactly once."""

    NOTIFICATIONS = "notifications"
    """Tells people."""
    CATALOGUE = "catalogue"
    """Keeps the search rows of sockets up to date."""


class SubjectKind(StrEnum):
    """What an event is about; with the subject's public id it names one thing to the outside."""

    USER = "user"
    """A person; they have no public id, so it is their number."""
    ACCOUNT = "account"
    """An account, by its slug."""
    SITE = "site"
    """A site, by its slug."""
    SOCKET = "socket"
    """A socket, by its slug."""
    AUCTION = "auction"
    """An auction."""
    ORDER = "order"
    """An order."""
    LINE_ITEM = "line_item"
    """A line item."""
    REVIEW = "review"
    """One sending of a creative."""
    PAYOUT = "payout"
    """A payout."""
