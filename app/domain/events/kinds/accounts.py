"""What happens to people and their accounts."""

from dataclasses import dataclass
from typing import ClassVar

from app.domain.events.rules import BrowserName, EventData
from app.domain.events.states import SubjectKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonData(EventData):
    """Something that happened to one person."""

    subject: ClassVar[SubjectKind] = SubjectKind.USER
    user_id: int

    @property
    def subject_id(self) -> str:
        """The person's number."""
        return str(self.user_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMade(PersonData):
    """A link was made that goes to one address; ``link`` is its public id."""

    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedUp(LinkMade):
    """An account was opened: the person gets the link that confirms the address."""

    kind: ClassVar[str] = "signed_up"
    wants_marketing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUpRepeated(PersonData):
    """Somebody used a known address to sign up: its owner is told, nobody else learns of it."""

    kind: ClassVar[str] = "sign_up_repeated"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationAsked(LinkMade):
    """The person asked for the confirmation link again."""

    kind: ClassVar[str] = "confirmation_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailConfirmed(PersonData):
    """The address was confirmed: those who asked for it get first tips."""

    kind: ClassVar[str] = "email_confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordResetAsked(LinkMade):
    """Somebody asked to reset the password: the owner gets a link."""

    kind: ClassVar[str] = "password_reset_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChanged(PersonData):
    """The password was changed or reset: the owner is told."""

    kind: ClassVar[str] = "password_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailChangeAsked(LinkMade):
    """A new address was entered: the new address gets a link."""

    kind: ClassVar[str] = "email_change_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailChanged(PersonData):
    """The address was changed: the old address is told."""

    kind: ClassVar[str] = "email_changed"
    old_email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedInOnNewDevice(PersonData):
    """A sign-in from a browser and network not seen before: the owner is told."""

    kind: ClassVar[str] = "signed_in_on_new_device"
    browser: BrowserName | str
    """What it is called; an older event has that in finished words."""
    address: str
    """The internet address of the visitor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsEnded(PersonData):
    """All sessions were ended at once: the owner is told."""

    kind: ClassVar[str] = "sessions_ended"
