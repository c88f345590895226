"""Password hashes: bcrypt over HMAC-SHA-384 with a pepper, versioned.

The HMAC makes any length safe under bcrypt's 72 bytes and keeps a stolen table useless without the
pepper. Hashing is slow on purpose: never call it inside a transaction.
"""

import base64
import hmac
from hashlib import sha384

import bcrypt

from app.domain.accounts.rules import PASSWORD_BYTES_MAX

VERSION = "v1$"


class PasswordHasher:
    """Makes and checks password hashes with this installation's pepper and cost."""

    def __init__(self, *, pepper: str, cost: int) -> None:
        self._pepper = pepper.encode()
        self._cost = cost
        # Compared against when nobody has the address, so that both answers take equally long.
        self._nobody = self.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """The stored form of a password: "v1$" and 60 characters of bcrypt."""
        return VERSION + bcrypt.hashpw(self._prepared(password), bcrypt.gensalt(self._cost)).decode()

    def matches(self, password: str, stored: str | None) -> bool:
        """Whether the password is the stored one; takes as long when there is no stored one."""
        known = stored is not None and stored.startswith(VERSION)
        hashed = (stored if known and stored is not None else self._nobody).removeprefix(VERSION)
        is_same = bcrypt.checkpw(self._prepared(password), hashed.encode())
        return is_same and known and len(password.encode("utf-8", "surrogatepass")) <= PASSWORD_BYTES_MAX

    def is_outdated(self, stored: str) -> bool:
        """Whether a hash was made with an older form or a lower cost and should be made anew."""
        return not stored.startswith(VERSION) or int(stored.removeprefix(VERSION).split("$")[2]) < self._cost

    def _prepared(self, password: str) -> bytes:
        raw = password.encode("utf-8", "surrogatepass")
        return base64.b64encode(hmac.new(self._pepper, raw, sha384).digest())
