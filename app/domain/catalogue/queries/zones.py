"""In which time zones the days of sockets are, and where their traffic is still summed by those of another."""

from collections.abc import Collection

import sqlalchemy as sa

from app.domain.inventory.models import Site, Socket
from app.domain.measurement.models import MeasuredSocket
from app.foundation.db import db


def zones_moved(socket_ids: Collection[int]) -> dict[int, str]:
    """Those of these sockets whose traffic is not summed by the days of their site, with the site's time zone."""
    query = (
        sa.select(Socket.id, Site.time_zone)
        .join(Site, Site.id == Socket.site_id)
        .outerjoin(MeasuredSocket, MeasuredSocket.socket_id == Socket.id)
        .where(Socket.id.in_(socket_ids), MeasuredSocket.time_zone.is_distinct_from(Site.time_zone))
    )
    return dict(db.session.execute(query).all())


def zones_of(socket_ids: Collection[int]) -> dict[int, str]:
    """The time zone of the site of each of these sockets."""
    query = sa.select(Socket.id, Site.time_zone).join(Site, Site.id == Socket.site_id)
    return dict(db.session.execute(query.where(Socket.id.in_(socket_ids))).all())
