"""How one audit record is tied to the one before it."""

import hashlib
import json

GENESIS = "0" * 64


def chained_hash(previous_hash: str, content: dict[str, object]) -> str:
    """The SHA-256 (hex) over the previous record's hash and this record's content in a fixed order."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(f"{previous_hash}|{text}".encode()).hexdigest()
