"""What is kept of a reader's address: a hash whose salt is thrown away when its day is over."""

import hashlib
import hmac
from base64 import urlsafe_b64encode

from app.foundation.client_address import client_network

HASH_CHARACTERS = 22


def address_hash(salt: str, address: str) -> str:
    """What the event log writes instead of an address: the same for a whole day, and for a whole network.

    Args:
        salt: the day's, as it is stored.
        address: an IP address as ``client_address`` gives it.

    Returns:
        22 characters (128 bits and a little more), nothing of which leads back once the salt is gone.
    """
    digest = hmac.new(salt.encode(), client_network(address).encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(digest)[:HASH_CHARACTERS].decode()
