"""Reads the signed token of a mailed link."""

from app.foundation.signing import Purpose
from app.web.shell.tools import signer

TOKEN_CHARACTERS_MAX = 200


def read_link(token: str) -> str:
    """The name of the link's row out of a mailed token; empty when the token is not ours."""
    public_id = signer().unsign(Purpose.EMAIL_LINK, token) if len(token) <= TOKEN_CHARACTERS_MAX else None
    return public_id if isinstance(public_id, str) else ""
