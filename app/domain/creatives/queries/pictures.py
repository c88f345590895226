"""The pictures of creatives, for those who may see them before they run."""

from dataclasses import dataclass, field

import sqlalchemy as sa

from app.domain.creatives.models import Creative, CreativeReview, HouseAd
from app.domain.files.models import StoredFile
from app.domain.files.queries import file_called
from app.domain.inventory.models import Site, Socket
from app.domain.orders.models import LineItem, Order
from app.foundation.db import db
from app.foundation.errors import NotFound


@dataclass(frozen=True, slots=True)
class Picture:
    """One image file."""

    sha256: str
    media_type: str
    content: bytes = field(repr=False)


def picture_of_review(account_id: int, public_id: str, *, wants_still: bool) -> Picture:
    """The picture of a creative under review, for its buyer and its publisher.

    Args:
        account_id: who wants to see it.
        public_id: the review's.
        wants_still: the frame at which an animation rests, instead of the animation.

    Raises:
        NotFound: there is none, or it is between others.
    """
    name = Creative.still_sha256 if wants_still else Creative.file_sha256
    query = (
        sa.select(StoredFile.sha256, StoredFile.media_type, StoredFile.content)
        .join(Creative, name == StoredFile.sha256)
        .join(CreativeReview, CreativeReview.creative_id == Creative.id)
        .join(LineItem, LineItem.id == CreativeReview.line_item_id)
        .join(Order, Order.id == LineItem.order_id)
        .where(
            CreativeReview.public_id == public_id,
            sa.or_(Order.buyer_account_id == account_id, Order.publisher_account_id == account_id),
        )
    )
    return picture_found(query)


def house_ad_of(socket_id: int) -> tuple[HouseAd, Creative] | None:
    """A socket's house ad with its creative, if one is up."""
    query = sa.select(HouseAd, Creative).join(Creative, Creative.id == HouseAd.creative_id)
    row = db.session.execute(query.where(HouseAd.socket_id == socket_id)).one_or_none()
    return (row.HouseAd, row.Creative) if row else None


def house_picture(account_id: int, socket_id: int, *, wants_still: bool) -> Picture:
    """The picture of a socket's house ad, for the socket's publisher; ``wants_still`` as above.

    Raises:
        NotFound: it has none, or it is somebody else's socket.
    """
    name = Creative.still_sha256 if wants_still else Creative.file_sha256
    query = (
        sa.select(StoredFile.sha256, StoredFile.media_type, StoredFile.content)
        .join(Creative, name == StoredFile.sha256)
        .join(HouseAd, HouseAd.creative_id == Creative.id)
        .join(Socket, Socket.id == HouseAd.socket_id)
        .join(Site, Site.id == Socket.site_id)
        .where(HouseAd.socket_id == socket_id, Site.account_id == account_id)
    )
    return picture_found(query)


def stored_picture(sha256: str) -> Picture:
    """An uploaded picture that no creative needs yet; the caller knows that this person uploaded it.

    Raises:
        NotFound: it was never kept, or is gone.
    """
    kept = file_called(sha256)
    return Picture(kept.sha256, kept.media_type, kept.content)


def picture_found(query: sa.Select[str, str, bytes]) -> Picture:
    """The one picture that a query finds.

    Raises:
        NotFound: it finds none.
    """
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise NotFound
    return Picture(*row)
