"""What an event keeps of its moment: typed data, its values, and both as JSON."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, ClassVar, Self

from app.domain.events.states import Consumer, SubjectKind

TAG = "as"
NOBODY: tuple[Consumer, ...] = ()


@dataclass(frozen=True, slots=True)
class EventAmount:
    """Money at that moment, in minor units of its currency."""

    minor: int
    currency: str

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {TAG: "amount", "minor": self.minor, "currency": self.currency}


@dataclass(frozen=True, slots=True)
class EventMoment:
    """An instant, UTC, that people read on the clocks of a zone."""

    at: datetime
    time_zone: str
    is_limit: bool = False
    """Whether something has to be done by then; else it is when something happens."""

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {TAG: "moment", "at": self.at.isoformat(), "time_zone": self.time_zone, "is_limit": self.is_limit}


@dataclass(frozen=True, slots=True)
class EventDays:
    """A run of days, without its end."""

    starts_on: date
    ends_before: date

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {TAG: "days", "starts_on": self.starts_on.isoformat(), "ends_before": self.ends_before.isoformat()}


@dataclass(frozen=True, slots=True)
class SocketName:
    """What a socket and its site were called."""

    socket: str
    site: str

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {TAG: "socket_name", "socket": self.socket, "site": self.site}


@dataclass(frozen=True, slots=True)
class BrowserName:
    """What a browser and the system that it runs on are called; empty where we know no name."""

    browser: str
    system: str

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {TAG: "browser_name", "browser": self.browser, "system": self.system}


Value = EventAmount | EventMoment | EventDays | SocketName | BrowserName

_READERS: Mapping[str, Callable[[Mapping[str, Any]], Value]] = {
    "amount": lambda kept: EventAmount(kept["minor"], kept["currency"]),
    "moment": lambda kept: EventMoment(datetime.fromisoformat(kept["at"]), kept["time_zone"], kept["is_limit"]),
    "days": lambda kept: EventDays(date.fromisoformat(kept["starts_on"]), date.fromisoformat(kept["ends_before"])),
    "socket_name": lambda kept: SocketName(kept["socket"], kept["site"]),
    "browser_name": lambda kept: BrowserName(kept["browser"], kept["system"]),
}


def to_json(value: object) -> object:
    """A value as it is stored: typed values with their names, runs as lists, anything else as it is."""
    if isinstance(value, Value):
        return value.to_json()
    return list(value) if isinstance(value, tuple) else value


def from_json(kept: object) -> object:
    """A stored value as it was: the inverse of ``to_json``."""
    if isinstance(kept, dict) and TAG in kept:
        return _READERS[kept[TAG]](kept)
    return tuple(kept) if isinstance(kept, list) else kept


@dataclass(frozen=True, slots=True, kw_only=True)
class EventData:
    """What is known of an event, written down when it happens and never changed; one subclass for each kind.

    Prices, ends and names stand in it as they were, so that whoever reads it later tells no later world.
    What people are shown has a typed value; whom it concerns is named by account or person.
    """

    kind: ClassVar[str]
    """How the kind is stored."""
    subject: ClassVar[SubjectKind]
    """What it is about; the field of that name, or ``slug``, says which one."""
    consumers: ClassVar[tuple[Consumer, ...]] = (Consumer.NOTIFICATIONS,)
    """Who reads events of this kind."""
    changes_delivery: ClassVar[bool] = False
    """Whether the ad server has to look again."""

    @property
    def subject_id(self) -> str:
        """The public id of what it is about."""
        return str(getattr(self, self.subject.value))

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {field.name: to_json(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """As it was; the inverse of ``to_json``."""
        return cls(**{name: from_json(value) for name, value in kept.items()})
