"""Which filling a socket gets. Pure: what runs, whose turn it is and what time it is are arguments."""

from app.delivery.page_host import is_host_of_site
from app.delivery.snapshot import Filling, SocketEntry


def choose(socket: SocketEntry, *, turn: int, now_ms: int) -> Filling:
    """The filling of a socket for one request: places take turns, so that each gets the same share.

    The flight is looked at here and not only when the snapshot is made: it begins and ends on the second.
    A place without a running line item shows what the publisher chose for that case.

    Args:
        socket: as the snapshot has it.
        turn: the number of this request among the socket's.
        now_ms: milliseconds since the epoch, market time.
    """
    places = socket.places
    for line_item in places[turn % len(places)]:
        if line_item.starts_ms <= now_ms < line_item.ends_ms:
            return line_item.filling
    return socket.otherwise


def choose_for_page(socket: SocketEntry, host: str, now_ms: int) -> Filling:
    """The filling of a socket on a page of this host: nothing when the page is known to be somebody else's."""
    if host and not is_host_of_site(host, socket.domain):
        return socket.nothing
    return choose(socket, turn=next(socket.turns), now_ms=now_ms)
