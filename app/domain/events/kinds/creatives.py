"""What happens to creatives, and to what runs on a socket."""

from dataclasses import dataclass
from typing import ClassVar

from app.domain.events.kinds.orders import LineItemData
from app.domain.events.rules import NOBODY, EventData, EventMoment
from app.domain.events.states import Consumer, SubjectKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewData(LineItemData):
    """Something that happened to a creative that was sent for a line item."""

    subject: ClassVar[SubjectKind] = SubjectKind.REVIEW
    review: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreativeSubmitted(ReviewData):
    """A creative waits for an answer: the publisher is told until when, and what silence means."""

    kind: ClassVar[str] = "creative_submitted"
    due: EventMoment
    on_silence: str
    """What the terms of the sale say of no answer: approve or refuse."""
    has_running: bool
    """Whether another creative of the line item runs already, and stays if this one is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreativeApproved(ReviewData):
    """A creative may run: the buyer is told."""

    kind: ClassVar[str] = "creative_approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreativeChangeAsked(ReviewData):
    """The publisher asked for a change: the buyer is told which."""

    kind: ClassVar[str] = "creative_change_asked"
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreativeRefused(ReviewData):
    """A creative was refused: the buyer is told on which ground and what can be done."""

    kind: ClassVar[str] = "creative_refused"
    ground: str
    note: str
    line_item_state: str
    """Where the refusal left the line item."""
    has_running: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CreativeNeeded(LineItemData):
    """A flight is near and has no approved creative: the buyer is reminded."""

    kind: ClassVar[str] = "creative_needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentChanged(EventData):
    """Another creative runs on a line item, or none: nobody is told, the ad server looks again."""

    kind: ClassVar[str] = "assignment_changed"
    subject: ClassVar[SubjectKind] = SubjectKind.LINE_ITEM
    consumers: ClassVar[tuple[Consumer, ...]] = NOBODY
    changes_delivery: ClassVar[bool] = True
    line_item: str
    creative: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseAdChanged(EventData):
    """A socket's house ad changed: nobody is told, the ad server looks again."""

    kind: ClassVar[str] = "house_ad_changed"
    subject: ClassVar[SubjectKind] = SubjectKind.SOCKET
    consumers: ClassVar[tuple[Consumer, ...]] = NOBODY
    changes_delivery: ClassVar[bool] = True
    socket: int
    slug: str

    @property
    def subject_id(self) -> str:
        """The socket's slug."""
        return self.slug
