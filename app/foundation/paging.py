"""One page of a long list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")

PAGE_SIZE = 25
PAGE_NUMBER_MAX = 10_000


@dataclass(frozen=True, slots=True)
class RowsPage(Generic[Row]):
    """The rows of one page, and where it stands in the whole; numbers start at 1."""

    rows: Sequence[Row]
    number: int
    total: int
    size: int = PAGE_SIZE

    @property
    def pages(self) -> int:
        """How many pages there are; 1 when the list is empty."""
        return max(1, -(-self.total // self.size))

    @property
    def has_previous(self) -> bool:
        """Whether a page comes before this one."""
        return self.number > 1

    @property
    def has_next(self) -> bool:
        """Whether a page comes after this one."""
        return self.number < self.pages


def page_number(text: str | None) -> int:
    """The page asked for, from 1 to 10,000; anything unreadable means the first."""
    if text is None or not (text.isascii() and text.isdigit()):
        return 1
    return min(max(1, int(text[:6])), PAGE_NUMBER_MAX)
