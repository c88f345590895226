"""What the product asks of any way to send mail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


class MailRefused(Exception):  # noqa: N818 - named after what happened
    """The server refused this mail for good; sending it again would not help."""


class MailUnavailable(Exception):  # noqa: N818 - named after what happened
    """The server could not be reached or is busy; the mail may be sent later."""


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """One mail, ready to go; its text is left out of its printed form."""

    to: str
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    message_id: str
    sent_at: datetime
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


class Mailer(Protocol):
    """A way to send mail."""

    def send(self, mail: OutgoingMail) -> None:
        """Hands the mail over; returns once somebody else is responsible for it.

        Raises:
            MailRefused: it will never be taken.
            MailUnavailable: it may be taken later.
        """
        ...
