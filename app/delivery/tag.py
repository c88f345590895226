"""The tag's source as it is served: written for people in ``tag.js``, here without comments and indentation."""

from pathlib import Path

SOURCE = Path(__file__).with_name("tag.js")
COMMENT = "//"
PLACE_OF_HOST = "__DELIVERY_URL__"


def tag_source(delivery_url: str) -> str:
    """The tag of an installation whose ad server people reach at this address."""
    lines = (line.strip() for line in SOURCE.read_text(encoding="utf-8").splitlines())
    kept = [line for line in lines if line and not line.startswith(COMMENT)]
    return "\n".join(kept).replace(PLACE_OF_HOST, delivery_url) + "\n"
