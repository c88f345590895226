"""Line items, reviews and creatives as staff find them, whosever they are."""

import sqlalchemy as sa

from app.domain.creatives.models import Creative, CreativeReview
from app.domain.creatives.queries.pictures import Picture, picture_found
from app.domain.files.models import StoredFile
from app.domain.orders.models import LineItem
from app.foundation.db import db


def line_item_called(name: str) -> str | None:
    """The public id of the line item that has this public id, or for which the review or creative was sent that has it.

    Of a creative that was sent for several it is the latest.
    """
    query = (
        sa.select(LineItem.public_id)
        .outerjoin(CreativeReview, CreativeReview.line_item_id == LineItem.id)
        .outerjoin(Creative, Creative.id == CreativeReview.creative_id)
        .where(sa.or_(LineItem.public_id == name, CreativeReview.public_id == name, Creative.public_id == name))
        .order_by(CreativeReview.id.desc())
        .limit(1)
    )
    return db.session.scalars(query).first()


def any_picture(review_public_id: str) -> Picture:
    """The picture of a creative under review, whosever it is.

    Raises:
        NotFound: there is none.
    """
    query = (
        sa.select(StoredFile.sha256, StoredFile.media_type, StoredFile.content)
        .join(Creative, Creative.file_sha256 == StoredFile.sha256)
        .join(CreativeReview, CreativeReview.creative_id == Creative.id)
        .where(CreativeReview.public_id == review_public_id)
    )
    return picture_found(query)
