"""Encryption of small values with AES-256-GCM; the purpose is bound in, so values cannot be moved."""

import base64
import binascii
import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
VERSION = "1"


class Sealer:
    """Encrypts with the newest key; reads values of every configured key."""

    def __init__(self, keys: Sequence[tuple[str, bytes]]) -> None:
        self._keys = dict(keys)
        self._newest = keys[0][0]

    def seal(self, purpose: str, text: str) -> str:
        """The encrypted text as "version.key.base64"; unreadable and unchangeable without the key."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        key = AESGCM(self._keys[self._newest])
        sealed = key.encrypt(nonce, text.encode(), _bound(self._newest, purpose))
        return f"{VERSION}.{self._newest}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def unseal(self, purpose: str, value: str) -> str | None:
        """The text again, or None when it was changed, sealed for something else or its key is gone."""
        version, _, rest = value.partition(".")
        key_id, _, encoded = rest.partition(".")
        key = self._keys.get(key_id)
        if version != VERSION or key is None:
            return None
        try:
            data = base64.urlsafe_b64decode(encoded)
            return AESGCM(key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], _bound(key_id, purpose)).decode()
        except (binascii.Error, InvalidTag, ValueError):
            return None


def _bound(key_id: str, purpose: str) -> bytes:
    return f"isocket|{VERSION}|{key_id}|{purpose}".encode()
