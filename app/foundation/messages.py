"""Message ids: the English sentences by which a catalogue finds what to say in another language."""

from typing import LiteralString


class Alternatives(tuple[str, ...]):
    """Names of which one has to be chosen, to stand in a sentence.

    >>> str(Alternatives(("JPEG", "PNG", "GIF")))
    'JPEG, PNG or GIF'
    """

    __slots__ = ()

    def __str__(self) -> str:
        return " or ".join(filter(None, (", ".join(self[:-1]), *self[-1:])))


def N_(text: LiteralString) -> str:  # noqa: N802 - the name by which tools for catalogues know it
    """Marks a sentence for the catalogue where it is written, and leaves it as it is.

    It is translated where it is shown. What changes in it is named: ``%(amount)s``.
    """
    return text
