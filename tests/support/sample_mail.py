"""A mail with everything in it that is hard to send."""

from datetime import UTC, datetime

from app.adapters.mail.port import OutgoingMail

LONG_URL = "https://isocket.example/unsubscribe/" + "WzEsIm5ld19zaWduX2luIl0.aV-x_" * 6
MAIL = OutgoingMail(
    to="ann@example.com",
    subject="Hello",
    text="Grüße\n" + "word " * 60 + "\n",
    html="<p>Grüße</p>",
    message_id="<" + "a" * 22 + "@isocket.example>",
    sent_at=datetime(2026, 11, 22, 12, tzinfo=UTC),
    headers={"List-Unsubscribe": f"<{LONG_URL}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
)
SENDER = "isocket <notices@isocket.example>"
