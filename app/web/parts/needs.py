"""What needs somebody: one list on the first pages of both sides."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Need:
    """Something that waits for its reader: what, by when, and where to go."""

    words: str
    note: str
    step: str
    url: str
    is_soon: bool = False
