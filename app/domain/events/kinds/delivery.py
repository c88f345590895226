"""What happens while ads are shown."""

from dataclasses import dataclass
from typing import ClassVar

from app.domain.events.kinds.orders import LineItemData


@dataclass(frozen=True, slots=True, kw_only=True)
class TagMissing(LineItemData):
    """A day passed without a request from the socket of a running line item: its publisher is told."""

    kind: ClassVar[str] = "tag_missing"
