"""What the product asks of whoever looks at uploaded images, and what it gets."""

from dataclasses import dataclass, field

from app.foundation.errors import Refusal

UPLOAD_BYTES_MAX = 1_048_576


class ImageRefused(Refusal):
    """This file cannot be taken. Choose another."""

    field = "file"


@dataclass(frozen=True, slots=True)
class ImageTerms:
    """What an image must be: exactly this size in pixels or exactly twice it, no heavier, one of these formats."""

    width_px: int
    height_px: int
    bytes_max: int
    formats: tuple[str, ...]
    """Of "jpeg", "png", "gif", "webp"."""


@dataclass(frozen=True, slots=True)
class RebuiltImage:
    """An image made anew from the pixels of an uploaded one: nothing else of the upload is in it."""

    format: str
    """"jpeg", "png", "gif" or "webp"."""
    width_px: int
    height_px: int
    data: bytes = field(repr=False)
    still: bytes | None = field(repr=False)
    """The frame at which an animation comes to rest, for people who prefer reduced motion; None when nothing moves."""
    animation_ms: int
    """How long it moves, all repeats counted; 0 for a still image, never over 5,000."""

    @property
    def media_type(self) -> str:
        """The media type of ``data`` and ``still``."""
        return f"image/{self.format}"
