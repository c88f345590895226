"""Builds the bytes of a mail; the standard library refuses line ends in headers, so nothing can be slipped in."""

from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from app.adapters.mail.port import MailRefused, OutgoingMail

# Bodies keep to 76 characters a line. Headers get the standard's outer limit instead: folded that early, the
# library would write a long List-Unsubscribe address as an encoded word, which no mailbox understands.
BODY_POLICY = SMTP.clone(cte_type="7bit", max_line_length=76)
HEADER_POLICY = BODY_POLICY.clone(max_line_length=998)
BAD_HEADER = "bad header"
BAD_ADDRESS = "bad address"


def message_bytes(mail: OutgoingMail, *, sender: str) -> bytes:
    """The mail as it goes over the wire: text and HTML side by side.

    Raises:
        MailRefused: an address or another header cannot stand in a mail, for example because of a line end.
    """
    message = EmailMessage(policy=BODY_POLICY)
    try:
        message["From"] = sender
        message["To"] = Address(addr_spec=envelope_address(mail.to))
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(mail.sent_at)
        message["Message-ID"] = mail.message_id
        message["Auto-Submitted"] = "auto-generated"
        for name, value in mail.headers.items():
            message[name] = value
    except (ValueError, IndexError, MessageError) as error:
        raise MailRefused(BAD_HEADER) from error
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message.as_bytes(policy=HEADER_POLICY)


def envelope_address(address: str) -> str:
    """One bare address in the form servers take: its domain in ASCII.

    Raises:
        MailRefused: it is no address or more than one, or its part before the @ is not ASCII.
    """
    local, _, domain = address.rpartition("@")
    try:
        plain = f"{local}@{domain.encode('idna').decode()}"
        is_one = Address(addr_spec=plain).addr_spec == plain
    except (ValueError, IndexError, MessageError) as error:
        raise MailRefused(BAD_ADDRESS) from error
    if not (is_one and local and domain and plain.isascii() and plain.isprintable()):
        raise MailRefused(BAD_ADDRESS)
    return plain
