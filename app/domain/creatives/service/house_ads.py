"""A publisher's own ad for a socket, shown while nothing is booked."""

from datetime import datetime

import sqlalchemy as sa

from app.domain.creatives.models import HouseAd
from app.domain.creatives.rules import Material
from app.domain.creatives.service.submitting import freeze
from app.domain.events.kinds.creatives import HouseAdChanged
from app.domain.events.service import record
from app.domain.inventory.queries import own_socket, socket_terms
from app.domain.inventory.service.calendar import lock_socket
from app.domain.inventory.service.sockets import choose_fallback
from app.domain.inventory.states import Fallback
from app.foundation.db import db


def put_up_house_ad(account_id: int, socket_id: int, material: Material, *, now: datetime) -> HouseAd:
    """Shows a publisher's own creative on a socket while nothing is booked, in place of whatever stood there.

    Locks the socket: two people of one account put up one ad after the other.

    Raises:
        NotFound: it is not this account's socket.
        SizeWrong: the image is not of the socket's size.
    """
    own_socket(account_id, socket_id)
    socket = lock_socket(socket_id)
    creative = freeze(account_id, material, socket_terms(socket), now=now)
    house_ad = db.session.get(HouseAd, socket.id, populate_existing=True)
    if house_ad is None:
        house_ad = HouseAd(socket_id=socket.id, creative_id=creative.id, put_up_at=now)
        db.session.add(house_ad)
    else:
        house_ad.creative_id, house_ad.put_up_at = creative.id, now
    db.session.flush()
    choose_fallback(account_id, socket.id, Fallback.HOUSE_AD, now=now)
    record(HouseAdChanged(socket=socket.id, slug=socket.slug), account_id=account_id, now=now)
    return house_ad


def take_down_house_ad(account_id: int, socket_id: int, *, now: datetime) -> None:
    """Takes a socket's house ad away: what the publisher put between the tags stays from now on.

    Nothing happens when there is none. Locks the socket.

    Raises:
        NotFound: it is not this account's socket.
    """
    own_socket(account_id, socket_id)
    socket = lock_socket(socket_id)
    if db.session.get(HouseAd, socket.id) is None:
        return
    db.session.execute(sa.delete(HouseAd).where(HouseAd.socket_id == socket.id))
    if socket.fallback is Fallback.HOUSE_AD:
        choose_fallback(account_id, socket.id, Fallback.OWN, now=now)
    record(HouseAdChanged(socket=socket.id, slug=socket.slug), account_id=account_id, now=now)
