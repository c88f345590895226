"""What happens to sites and sockets."""

from dataclasses import dataclass
from typing import ClassVar

from app.domain.events.rules import EventData, EventMoment
from app.domain.events.states import Consumer, SubjectKind


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketChanged(EventData):
    """A socket or what is offered on it changed: nobody is told, the catalogue and the ad server look again."""

    kind: ClassVar[str] = "socket_changed"
    subject: ClassVar[SubjectKind] = SubjectKind.SOCKET
    consumers: ClassVar[tuple[Consumer, ...]] = (Consumer.CATALOGUE,)
    changes_delivery: ClassVar[bool] = True
    socket: int
    slug: str

    @property
    def subject_id(self) -> str:
        """The socket's slug."""
        return self.slug


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteData(EventData):
    """Something that happened to a site."""

    subject: ClassVar[SubjectKind] = SubjectKind.SITE
    site: int
    slug: str

    @property
    def subject_id(self) -> str:
        """The site's slug."""
        return self.slug


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteAmended(SiteData):
    """A site changed, and with it all its sockets: nobody is told, the catalogue and the ad server look again."""

    kind: ClassVar[str] = "site_amended"
    consumers: ClassVar[tuple[Consumer, ...]] = (Consumer.CATALOGUE,)
    changes_delivery: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteProofMissing(SiteData):
    """A site's proof was not found: its publisher is told how long there is to put it back."""

    kind: ClassVar[str] = "site_proof_missing"
    what: str
    until: EventMoment
    publisher_account_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLapsed(SiteData):
    """A site's proof was gone for too long: its publisher is told that nothing new can be sold."""

    kind: ClassVar[str] = "site_lapsed"
    changes_delivery: ClassVar[bool] = True
    what: str
    publisher_account_id: int
