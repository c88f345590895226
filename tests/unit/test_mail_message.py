import email
from dataclasses import replace
from email.policy import default

import pytest

from app.adapters.mail.message import envelope_address, message_bytes
from app.adapters.mail.port import MailRefused
from tests.support.sample_mail import LONG_URL, MAIL, SENDER


def test_a_mail_has_text_and_html_and_survives_a_seven_bit_server() -> None:
    content = message_bytes(MAIL, sender=SENDER)
    message = email.message_from_bytes(content, policy=default)
    assert content.isascii()
    assert all(len(line) <= 76 for line in content.split(b"\r\n\r\n", 1)[1].splitlines())
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().splitlines()[0] == "Grüße"
    assert html.get_content().strip() == "<p>Grüße</p>"
    assert message["Message-ID"] == MAIL.message_id
    assert message["From"] == SENDER
    assert message["Auto-Submitted"] == "auto-generated"


def test_a_long_unsubscribe_address_stands_in_its_header_unfolded_and_unencoded() -> None:
    head = message_bytes(MAIL, sender=SENDER).split(b"\r\n\r\n", 1)[0].decode()
    assert f"List-Unsubscribe: <{LONG_URL}>\r\n" in head
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in head


@pytest.mark.parametrize(
    "changes",
    [
        {"to": "ann@example.com\r\nBcc: eve@example.com"},
        {"to": "ann@example.com\n"},
        {"to": "ann@example.com, eve@example.com"},
        {"to": "Ann <ann@example.com>"},
        {"to": "ann"},
        {"to": ""},
        {"to": "änn@example.com"},
        {"subject": "Hello\r\nBcc: eve@example.com"},
        {"subject": "Hello\n\nbody"},
        {"message_id": "<a@b>\r\nBcc: eve@example.com"},
        {"headers": {"List-Unsubscribe": "<https://x>\r\nBcc: eve@example.com"}},
    ],
)
def test_nothing_can_be_slipped_into_the_headers(changes: dict[str, object]) -> None:
    with pytest.raises(MailRefused):
        message_bytes(replace(MAIL, **changes), sender=SENDER)  # type: ignore[arg-type]  # one field at a time


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("ann@example.com", "ann@example.com"),
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
    ],
)
def test_the_envelope_holds_one_address_in_ascii(written: str, sent: str) -> None:
    assert envelope_address(written) == sent


def test_a_printed_mail_does_not_show_what_it_says() -> None:
    assert "Grüße" not in repr(MAIL)
    assert "unsubscribe" not in repr(MAIL)
