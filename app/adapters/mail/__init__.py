"""Mail leaves here: through an SMTP server, or into a folder on this machine in local mode."""

from app.adapters.mail.local_mailbox import LocalMailbox
from app.adapters.mail.port import Mailer, MailRefused, MailUnavailable, OutgoingMail
from app.adapters.mail.smtp import SmtpMailer
from config import Config

__all__ = ["MailRefused", "MailUnavailable", "Mailer", "OutgoingMail", "make_mailer"]


def make_mailer(config: Config) -> Mailer:
    """The way out that this installation's settings choose."""
    if config.smtp_url is None:
        return LocalMailbox.of(config)
    return SmtpMailer(config.smtp_url, sender=config.mail_from, allows_plain_loopback=config.is_local)
