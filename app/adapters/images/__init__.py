"""Uploaded images come in here: checked, and rebuilt from their pixels in a process of their own."""

from app.adapters.images.port import ImageRefused, ImageTerms, RebuiltImage
from app.adapters.images.workshop import rebuild_image

__all__ = ["ImageRefused", "ImageTerms", "RebuiltImage", "rebuild_image"]
