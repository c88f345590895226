"""What is done with an ad before it is sent: its image is rebuilt, and kept while the rest is mended."""

from dataclasses import dataclass
from datetime import datetime

from app.adapters.images.port import ImageTerms, RebuiltImage
from app.adapters.images.workshop import rebuild_image
from app.domain.creatives.rules import Material
from app.domain.files.service import store_file
from app.domain.inventory.states import SocketTerms


@dataclass(frozen=True, slots=True)
class KeptImage:
    """A rebuilt image in the store: whose it is, and for which socket it was accepted."""

    account_id: int
    socket_id: int
    sha256: str
    still_sha256: str
    """Empty when nothing moves."""
    format: str
    width_px: int
    height_px: int
    animation_ms: int


def rebuild_ad(upload: bytes, terms: SocketTerms) -> RebuiltImage:
    """Makes an uploaded image anew as a socket's terms ask; takes up to 10 seconds, so never inside a transaction.

    Raises:
        ImageRefused: it is no image that the terms allow; says what is wrong and what to do.
    """
    return rebuild_image(upload, ImageTerms(terms.width_px, terms.height_px, terms.bytes_max, terms.formats))


def keep_image(image: RebuiltImage, *, account_id: int, socket_id: int, now: datetime) -> KeptImage:
    """Stores a rebuilt image; the same bytes are stored once."""
    return KeptImage(
        account_id=account_id,
        socket_id=socket_id,
        sha256=store_file(image.data, image.media_type, now=now),
        still_sha256=store_file(image.still, image.media_type, now=now) if image.still else "",
        format=image.format,
        width_px=image.width_px,
        height_px=image.height_px,
        animation_ms=image.animation_ms,
    )


def material_of(kept: KeptImage, *, alt_text: str, click_through_url: str, product_code: str) -> Material:
    """What an ad is made of: a kept image and its words."""
    return Material(
        file_sha256=kept.sha256,
        still_sha256=kept.still_sha256 or None,
        format=kept.format,
        width_px=kept.width_px,
        height_px=kept.height_px,
        animation_ms=kept.animation_ms,
        alt_text=alt_text,
        click_through_url=click_through_url,
        product_code=product_code,
    )
