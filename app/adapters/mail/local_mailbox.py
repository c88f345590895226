"""The local mailbox: mails kept as files on this machine, shared by every process, read on a page."""

import contextlib
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import default
from pathlib import Path

from app.adapters.mail.message import message_bytes
from app.adapters.mail.port import OutgoingMail
from config import Config

MAILS_MAX = 500
NAME = re.compile(r"\d{8}T\d{12}-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class MailHead:
    """What the list of mails shows of one."""

    name: str
    to: str
    subject: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class StoredMail:
    """One mail in full."""

    head: MailHead
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str


class LocalMailbox:
    """Keeps the newest 500 mails as ``.eml`` files in a folder; nothing leaves this machine."""

    def __init__(self, folder: Path, *, sender: str) -> None:
        """The folder is made with the first mail."""
        self._folder = folder
        self._sender = sender

    @classmethod
    def of(cls, config: Config) -> "LocalMailbox":
        """The mailbox of one installation."""
        return cls(config.data_dir / "mailbox", sender=config.mail_from)

    def send(self, mail: OutgoingMail) -> None:
        """Keeps one mail, and drops the oldest beyond the limit.

        Raises:
            MailRefused: an address or another header cannot stand in a mail.
        """
        content = message_bytes(mail, sender=self._sender)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = f"{mail.sent_at.astimezone(UTC):%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
        draft = self._folder / f".{name}"
        draft.write_bytes(content)
        draft.replace(self._file(name))
        for old in self.names()[MAILS_MAX:]:
            self._file(old).unlink(missing_ok=True)

    def names(self) -> list[str]:
        """The names of all mails, newest first."""
        stems = (path.stem for path in self._folder.glob("*.eml"))
        return sorted((stem for stem in stems if NAME.fullmatch(stem)), reverse=True)

    def heads(self, names: list[str]) -> list[MailHead]:
        """What the list shows of these mails; one dropped in the meantime is left out."""
        found = []
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                content = self._file(name).read_bytes()
                found.append(_head(name, BytesHeaderParser(policy=default).parsebytes(content)))
        return found

    def read(self, name: str) -> StoredMail | None:
        """One mail, or None when there is none of this name."""
        if not NAME.fullmatch(name):
            return None
        try:
            message = message_from_bytes(self._file(name).read_bytes(), policy=default)
        except FileNotFoundError:
            return None
        headers = tuple((key, str(value)) for key, value in message.items())
        return StoredMail(_head(name, message), headers, _part(message, "plain"), _part(message, "html"))

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.eml"


def _head(name: str, message: EmailMessage) -> MailHead:
    sent_at = datetime.strptime(name.partition("-")[0], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
    return MailHead(name=name, to=str(message["To"]), subject=str(message["Subject"]), sent_at=sent_at)


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""
