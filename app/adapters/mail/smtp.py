"""Sends mail through an SMTP server, never without TLS outside this machine."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from app.adapters.mail.message import envelope_address, message_bytes
from app.adapters.mail.port import MailRefused, MailUnavailable, OutgoingMail

TIMEOUT_S = 10
SUBMISSION_PORT = 587
IMPLICIT_TLS_PORT = 465
PERMANENT = 500
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class SmtpMailer:
    """Hands each mail to the server of one URL, over a connection of its own.

    ``smtps://`` speaks TLS from the start; ``smtp://`` must be upgraded by STARTTLS; both check the
    server's certificate.
    """

    def __init__(
        self, url: str, *, sender: str, allows_plain_loopback: bool = False, tls: ssl.SSLContext | None = None
    ) -> None:
        """Nothing is opened before the first mail.

        Args:
            url: ``smtp://user:password@host:587`` or ``smtps://user:password@host:465``.
            sender: the From header; its address is the envelope's too.
            allows_plain_loopback: lets ``smtp://`` to this very machine go without TLS; for tests.
            tls: how certificates are checked; the system's authorities when left out.
        """
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        self._speaks_tls = parts.scheme == "smtps"
        self._port = parts.port or (IMPLICIT_TLS_PORT if self._speaks_tls else SUBMISSION_PORT)
        self._login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
        self._sender = sender
        self._envelope_sender = envelope_address(parseaddr(sender)[1])
        self._is_plain = allows_plain_loopback and not self._speaks_tls and self._host in LOOPBACK
        self._tls = tls or ssl.create_default_context()

    def send(self, mail: OutgoingMail) -> None:
        """Hands one mail to the server.

        Raises:
            MailRefused: the server refuses the recipient or the mail for good.
            MailUnavailable: it cannot be reached, is busy, does not speak TLS or does not know us.
        """
        recipient = envelope_address(mail.to)
        content = message_bytes(mail, sender=self._sender)
        with self._connected() as server:
            try:
                server.sendmail(self._envelope_sender, [recipient], content)
            except smtplib.SMTPRecipientsRefused as error:
                raise _refusal(next(iter(error.recipients.values()))[0]) from error
            except smtplib.SMTPDataError as error:
                raise _refusal(error.smtp_code) from error

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        try:
            server = self._connect()
        except (smtplib.SMTPException, OSError) as error:
            raise MailUnavailable(_code(error)) from error
        try:
            if not (self._speaks_tls or self._is_plain):
                server.starttls(context=self._tls)
            if self._login is not None:
                server.login(*self._login)
            yield server
        except (smtplib.SMTPException, OSError) as error:
            # A refused sender or login is our own setting, which somebody may mend while the mail waits.
            raise MailUnavailable(_code(error)) from error
        finally:
            # The mail is decided by now; a server that hangs up rudely changes nothing.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()

    def _connect(self) -> smtplib.SMTP:
        name = self._envelope_sender.rpartition("@")[2]
        if self._speaks_tls:
            return smtplib.SMTP_SSL(self._host, self._port, local_hostname=name, timeout=TIMEOUT_S, context=self._tls)
        return smtplib.SMTP(self._host, self._port, local_hostname=name, timeout=TIMEOUT_S)


def _refusal(code: int) -> MailRefused | MailUnavailable:
    return MailRefused(f"SMTP {code}") if code >= PERMANENT else MailUnavailable(f"SMTP {code}")


def _code(error: Exception) -> str:
    """What went wrong without the server's words, which may repeat an address."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"SMTP {error.smtp_code}"
    return type(error).__name__
