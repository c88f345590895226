"""Names in a row, as the reader's language joins them."""

from collections.abc import Sequence

from app.web.words.messages import _


def any_of_words(names: Sequence[str]) -> str:
    """What may be chosen from: "JPEG, PNG or GIF"; at least one name."""
    *others, last = names
    return _("%(others)s or %(last)s", others=", ".join(others), last=last) if others else last
