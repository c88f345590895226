from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.adapters.mail import local_mailbox
from app.adapters.mail.local_mailbox import LocalMailbox
from app.adapters.mail.port import MailRefused
from tests.support.sample_mail import MAIL, SENDER


@pytest.fixture
def box(tmp_path: Path) -> LocalMailbox:
    return LocalMailbox(tmp_path / "mailbox", sender=SENDER)


def test_an_empty_mailbox_has_no_mails(box: LocalMailbox) -> None:
    assert box.names() == []
    assert box.read("20261122T120000000000-0123abcd") is None


def test_a_kept_mail_can_be_read_by_another_process(box: LocalMailbox, tmp_path: Path) -> None:
    box.send(MAIL)
    elsewhere = LocalMailbox(tmp_path / "mailbox", sender=SENDER)
    stored = elsewhere.read(elsewhere.names()[0])
    assert stored is not None
    assert stored.head.to == "ann@example.com"
    assert stored.head.subject == "Hello"
    assert stored.head.sent_at == MAIL.sent_at
    assert stored.text.startswith("Grüße")
    assert stored.html.strip() == "<p>Grüße</p>"
    assert ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click") in stored.headers


def test_mails_come_newest_first_and_the_oldest_are_dropped(box: LocalMailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_mailbox, "MAILS_MAX", 3)
    for number in range(5):
        box.send(replace(MAIL, subject=str(number), sent_at=MAIL.sent_at + timedelta(seconds=number)))
    assert [head.subject for head in box.heads(box.names())] == ["4", "3", "2"]


def test_a_mail_that_vanished_is_left_out(box: LocalMailbox) -> None:
    box.send(MAIL)
    assert len(box.heads([*box.names(), "20200101T000000000000-00000000"])) == 1


@pytest.mark.parametrize("name", ["", "..", "../secret", "20261122T120000000000-0123abcd/../x", "x" * 300])
def test_a_name_from_an_address_cannot_leave_the_folder(box: LocalMailbox, name: str, tmp_path: Path) -> None:
    (tmp_path / "secret.eml").write_text("Subject: secret\n\n")
    assert box.read(name) is None


def test_half_written_and_foreign_files_are_not_mails(box: LocalMailbox, tmp_path: Path) -> None:
    box.send(MAIL)
    (tmp_path / "mailbox" / ".20261122T120000000000-0123abcd").write_text("half")
    (tmp_path / "mailbox" / "notes.eml").write_text("hello")
    assert len(box.names()) == 1


def test_a_bad_header_is_refused_before_anything_is_kept(box: LocalMailbox) -> None:
    with pytest.raises(MailRefused):
        box.send(replace(MAIL, subject="Hello\r\nBcc: eve@example.com"))
    assert box.names() == []
