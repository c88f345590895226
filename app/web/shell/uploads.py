"""Uploads: how large they may be, how they are remembered while a form is corrected, and how they are shown."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, request
from werkzeug.wrappers import Response

from app.adapters.images.port import UPLOAD_BYTES_MAX
from app.domain.creatives.queries import Picture
from app.foundation.errors import InvariantBroken
from app.foundation.signing import Purpose
from app.web.shell.tools import signer

View = TypeVar("View", bound=Callable[..., Any])
# What the other fields of a form with a file may add to it.
FIELDS_BYTES_MAX = 64 * 1024
REMEMBERED_S = 24 * 3600
MEDIA_TYPES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
PARTS = 8
# A picture opened by itself is a picture and nothing else, whatever is in it.
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; sandbox"


def takes_upload(view: View) -> View:
    """Lets a form carry a file of 1 MB; every other form stays at the installation's own, lower limit."""
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


@dataclass(frozen=True, slots=True)
class Kept:
    """An upload that was accepted while something else in its form was not: what it is and whose."""

    account_id: int
    socket_id: int
    sha256: str
    still_sha256: str
    format: str
    width_px: int
    height_px: int
    animation_ms: int

    @property
    def token(self) -> str:
        """What the form carries instead of the file."""
        parts: list[str | int] = [getattr(self, name) for name in self.__slots__]
        return signer().sign(Purpose.UPLOAD, parts)


def kept_upload(token: str, account_id: int, socket_id: int | None = None) -> Kept | None:
    """The upload behind a token; None when it is not this account's, meant for another socket, a day old, or forged."""
    parts = signer().unsign(Purpose.UPLOAD, token, max_age_s=REMEMBERED_S)
    if not isinstance(parts, list) or len(parts) != PARTS:
        return None
    kept = Kept(*parts)
    is_for_it = socket_id is None or kept.socket_id == socket_id
    return kept if kept.account_id == account_id and is_for_it else None


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
