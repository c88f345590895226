"""A difference between two parts of the books, in words that name no person."""

from dataclasses import asdict, dataclass
from typing import Any

from app.domain.books.states import BookSection, DifferenceSubject


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that should be the same in two places and is not."""

    part: BookSection
    what: str
    """What was compared, as a message: "in escrow"."""
    subject: DifferenceSubject
    number: str
    """Which: its row's number, for a day of a line item with the day."""
    public_id: str | None
    """Its name in addresses, where it has one."""
    expected: str
    """An amount with its currency, a count, or a message."""
    found: str
    is_limit: bool = False
    """Whether less than expected would be as good."""

    @property
    def name(self) -> str:
        """What it is about.

        >>> line_item = DifferenceSubject.LINE_ITEM
        >>> Difference(BookSection.ESCROW, "in escrow", line_item, "12", None, "3.00 USD", "2.00 USD").name
        'line item 12'
        """
        return f"{self.subject} {self.number}"

    def __str__(self) -> str:
        """One line.

        >>> line_item = DifferenceSubject.LINE_ITEM
        >>> str(Difference(BookSection.ESCROW, "in escrow", line_item, "12", None, "3.00 USD", "2.00 USD"))
        'escrow: line item 12: in escrow: expected 3.00 USD, found 2.00 USD'
        """
        expected = f"at most {self.expected}" if self.is_limit else self.expected
        return f"{self.part}: {self.name}: {self.what}: expected {expected}, found {self.found}"

    def as_stored(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)


def difference_from(stored: dict[str, Any]) -> Difference:
    """Gives a stored difference back."""
    return Difference(**stored | {"part": BookSection(stored["part"]), "subject": DifferenceSubject(stored["subject"])})
