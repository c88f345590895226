"""What was written down before events named their subject and kept their own data."""

from dataclasses import dataclass
from typing import Any, ClassVar

from app.domain.events.rules import EventData
from app.domain.events.states import SubjectKind


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierEvent(EventData):
    """An event of that time: what it was called, the one person it was addressed to, and what was noted of it.

    The migration that made it added what its message says, if it still had to be told.
    """

    kind: ClassVar[str] = "earlier"
    subject: ClassVar[SubjectKind] = SubjectKind.USER
    called: str
    user_id: int | None
    noted: dict[str, Any]
    notice: str | None = None
    """The kind of message that is still to be made of it."""
    params: dict[str, Any] | None = None
    """What that message says."""
    socket: int | None = None
    site: int | None = None

    @property
    def subject_id(self) -> str:
        """The number of the person; empty when it was about nobody."""
        return "" if self.user_id is None else str(self.user_id)
