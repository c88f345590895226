"""Message ids: the English sentences by which a catalogue finds what to say in another language."""

from typing import LiteralString


def N_(text: LiteralString) -> str:  # noqa: N802 - the name by which tools for catalogues know it
    """Marks a sentence for the catalogue where it is written, and leaves it as it is.

    It is translated where it is shown. What changes in it is named: ``%(amount)s``.
    """
    return text
