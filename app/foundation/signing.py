"""Signed tokens for links and cookies; each purpose has a salt of its own, so none serves as another."""

from collections.abc import Sequence
from enum import StrEnum

from itsdangerous import BadData, URLSafeTimedSerializer


class Purpose(StrEnum):
    """What a signed token is good for."""

    EMAIL_LINK = "email-link"
    """Opens one mailed link (confirm, reset, change of address)."""
    UNSUBSCRIBE = "unsubscribe"
    """Switches one kind of mail off, without signing in (RFC 8058)."""
    UPLOAD = "upload"
    """Shows an uploaded file again to whoever uploaded it, and sends it along with the corrected form."""


class Signer:
    """Signs with the newest key and accepts the older ones, so that keys can be rotated."""

    def __init__(self, secret_key: str, fallbacks: Sequence[str] = ()) -> None:
        # itsdangerous signs with the last key of the list and accepts all of them.
        self._keys = [*reversed(fallbacks), secret_key]

    def sign(self, purpose: Purpose, payload: str | int | list[str | int]) -> str:
        """A token for this purpose; the payload can be read by whoever holds it."""
        return str(self._serializer(purpose).dumps(payload))

    def unsign(self, purpose: Purpose, token: str, *, max_age_s: int | None = None) -> object:
        """The payload, or None when the token is forged, too old or meant for something else."""
        try:
            return self._serializer(purpose).loads(token, max_age=max_age_s)
        except BadData:
            return None

    def _serializer(self, purpose: Purpose) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self._keys, salt=f"isocket.{purpose}")
