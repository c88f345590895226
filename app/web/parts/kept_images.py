"""How a form remembers an image that was accepted while something else in it was not: by a signed token."""

from dataclasses import astuple

from app.domain.creatives.service.preparing import KeptImage
from app.foundation.signing import Purpose
from app.web.shell.tools import signer

REMEMBERED_S = 24 * 3600
PARTS = 8


def kept_token(kept: KeptImage) -> str:
    """What the form carries instead of the file."""
    return signer().sign(Purpose.UPLOAD, list(astuple(kept)))


def kept_image(token: str, account_id: int, socket_id: int | None = None) -> KeptImage | None:
    """The image behind a token; None when it is not this account's, meant for another socket, a day old, or forged."""
    parts = signer().unsign(Purpose.UPLOAD, token, max_age_s=REMEMBERED_S)
    if not isinstance(parts, list) or len(parts) != PARTS:
        return None
    kept = KeptImage(*parts)
    is_for_it = socket_id is None or kept.socket_id == socket_id
    return kept if kept.account_id == account_id and is_for_it else None
