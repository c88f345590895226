"""Identifiers nobody can guess, and readable names for addresses."""

import hashlib
import re
import secrets
import unicodedata

TOKEN_BYTES = 32
PUBLIC_ID_BYTES = 16
SLUG_CHARACTERS_MAX = 48
SLUG_SUFFIX_BYTES = 3


def new_token() -> str:
    """A secret of 256 random bits for a cookie or a link; store only its ``fingerprint``."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def fingerprint(token: str) -> str:
    """The SHA-256 of a random token, in hex: what the database keeps instead of the token."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_public_id() -> str:
    """An unguessable name (128 random bits) for a row that appears in an address."""
    return secrets.token_urlsafe(PUBLIC_ID_BYTES)


def slugify(text: str) -> str:
    """Letters, digits and hyphens of a name, at most 48; empty when nothing of it can be kept."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_CHARACTERS_MAX].rstrip("-")


def new_slug(text: str) -> str:
    """A readable name for an address that is unique in practice: the name and six random characters."""
    return f"{slugify(text) or 'member'}-{secrets.token_hex(SLUG_SUFFIX_BYTES)}"
