"""Signed tokens: the proof that an impression, a view or a click belongs to an answer of ours.

A token is 42 bytes in 56 characters of base64url: socket, line item and creative (5 bytes each), the moment
of issue (6 bytes, milliseconds), a nonce (9 bytes), and an HMAC-SHA256 of all that, cut to 96 bits. Its length
is a multiple of three and its alphabet is checked, so that each token has exactly one spelling: a changed
spelling can never pass for a second token.
"""

import binascii
import hashlib
import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass

ID_BYTES = 5
ISSUED_BYTES = 6
NONCE_BYTES = 9
MAC_BYTES = 12
HEAD_BYTES = 3 * ID_BYTES
BODY_BYTES = HEAD_BYTES + ISSUED_BYTES + NONCE_BYTES
TOKEN_CHARACTERS = (BODY_BYTES + MAC_BYTES) // 3 * 4
NONCE_CHARACTERS = slice((BODY_BYTES - NONCE_BYTES) // 3 * 4, BODY_BYTES // 3 * 4)
ID_MAX = 2 ** (8 * ID_BYTES) - 1
HASH_BLOCK_BYTES = 64
PURPOSE = b"isocket.delivery.token"

_TO_URL = bytes.maketrans(b"+/", b"-_")
# The signs of ordinary base64 become one that is none: a token is spelled in one alphabet only.
_FROM_URL = str.maketrans("-_+/=", "+/!!!")
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))


@dataclass(frozen=True, slots=True)
class Token:
    """What a genuine token stands for. ``issued_ms`` is milliseconds since the epoch, market time."""

    socket_id: int
    line_item_id: int
    creative_id: int
    issued_ms: int
    nonce: str


def token_head(socket_id: int, line_item_id: int, creative_id: int) -> bytes:
    """The part of a token that is the same in every answer with this creative; made once a snapshot."""
    return b"".join(number.to_bytes(ID_BYTES, "big") for number in (socket_id, line_item_id, creative_id))


class TokenMint:
    """Makes tokens with the newest key and recognises those of the older ones, so that keys can be rotated."""

    def __init__(self, secret_key: str, fallbacks: Sequence[str] = ()) -> None:
        self._keys = [_Key(hmac.digest(key.encode(), PURPOSE, "sha256")) for key in (secret_key, *fallbacks)]
        self._sign = self._keys[0].sign

    def mint(self, head: bytes, issued_ms: int) -> tuple[str, str]:
        """A new token, and the nonce in it."""
        body = head + issued_ms.to_bytes(ISSUED_BYTES, "big") + os.urandom(NONCE_BYTES)
        signed = binascii.b2a_base64(body + self._sign(body), newline=False)
        token = signed.translate(_TO_URL).decode("ascii")
        return token, token[NONCE_CHARACTERS]

    def read(self, text: str) -> Token | None:
        """What a token stands for; None when we have not made it."""
        if not is_token_shaped(text):
            return None
        try:
            signed = binascii.a2b_base64(text.translate(_FROM_URL), strict_mode=True)
        except ValueError:
            return None
        body, mac = signed[:BODY_BYTES], signed[BODY_BYTES:]
        if not any(hmac.compare_digest(key.sign(body), mac) for key in self._keys):
            return None
        socket_id, line_item_id, creative_id = (
            int.from_bytes(body[start : start + ID_BYTES], "big") for start in range(0, HEAD_BYTES, ID_BYTES)
        )
        issued_ms = int.from_bytes(body[HEAD_BYTES : HEAD_BYTES + ISSUED_BYTES], "big")
        return Token(socket_id, line_item_id, creative_id, issued_ms, text[NONCE_CHARACTERS])


def is_token_shaped(text: str) -> bool:
    """Whether this could be a token at all; anything else is a mistake of the sender."""
    return len(text) == TOKEN_CHARACTERS and text.isascii()


class _Key:
    """HMAC-SHA256 whose two keyed states are made once: a signature is then half the work."""

    def __init__(self, key: bytes) -> None:
        padded = key.ljust(HASH_BLOCK_BYTES, b"\0")
        self._inner = hashlib.sha256(padded.translate(_INNER))
        self._outer = hashlib.sha256(padded.translate(_OUTER))

    def sign(self, body: bytes) -> bytes:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(body)
        outer.update(inner.digest())
        return outer.digest()[:MAC_BYTES]
