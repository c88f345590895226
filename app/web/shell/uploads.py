"""Uploads: how large they may be, and how pictures are shown."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request
from werkzeug.wrappers import Response

from app.adapters.images.port import UPLOAD_BYTES_MAX
from app.domain.creatives.queries import Picture
from app.foundation.errors import InvariantBroken

View = TypeVar("View", bound=Callable[..., Any])
# What the other fields of a form with a file may add to it.
FIELDS_BYTES_MAX = 64 * 1024
MEDIA_TYPES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
# A picture opened by itself is a picture and nothing else, whatever is in it.
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; sandbox"


def takes_upload(view: View) -> View:
    """Allows a form a file of 1 MB; every other form stays at the installation's own, lower limit."""
    view.takes_upload = True  # type: ignore[attr-defined]  # the mark that allow_upload reads
    return view


def initialize_uploads(app: Flask) -> None:
    """Sets each request's limit before anything reads its body."""
    app.before_request(allow_upload)


def allow_upload() -> None:
    """Raises the limit of this request where its endpoint takes a file."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "takes_upload", False):
        request.max_content_length = UPLOAD_BYTES_MAX + FIELDS_BYTES_MAX


def show_picture(picture: Picture) -> Response:
    """A picture by itself, for those whom the route has let through."""
    if picture.media_type not in MEDIA_TYPES:
        message = f"a picture of the type {picture.media_type}"
        raise InvariantBroken(message)
    extension = picture.media_type.partition("/")[2]
    response = Response(picture.content, mimetype=picture.media_type)
    response.headers["Content-Disposition"] = f'inline; filename="ad-{picture.sha256[:12]}.{extension}"'
    response.headers["Content-Security-Policy"] = PICTURE_POLICY
    return response
