import base64
import socket
import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from app.adapters.mail import make_mailer
from app.adapters.mail.local_mailbox import LocalMailbox
from app.adapters.mail.port import MailRefused, MailUnavailable
from app.adapters.mail.smtp import SmtpMailer
from config import Config
from tests.support.certificates import loopback_certificate
from tests.support.sample_mail import MAIL, SENDER
from tests.support.smtp_server import SmtpServer, smtp_server


def plain(server: SmtpServer) -> SmtpMailer:
    return SmtpMailer(f"smtp://127.0.0.1:{server.port}", sender=SENDER, allows_plain_loopback=True)


def test_a_mail_reaches_the_server_with_its_envelope() -> None:
    with smtp_server() as server:
        plain(server).send(MAIL)
        assert [command for command in server.commands if "@" in command] == [
            "mail FROM:<notices@isocket.example>",
            "rcpt TO:<ann@example.com>",
        ]
        assert b"Subject: Hello\r\n" in server.mails[0]
        assert server.commands[-1].upper() == "QUIT"


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"RCPT": "550 5.1.1 no such ann@example.com"}, MailRefused("SMTP 550")),
        ({"RCPT": "450 4.2.0 later"}, MailUnavailable("SMTP 450")),
        ({"DATA": "554 never"}, MailRefused("SMTP 554")),
        ({".": "554 never"}, MailRefused("SMTP 554")),
        ({".": "452 full"}, MailUnavailable("SMTP 452")),
        ({"MAIL": "550 not your sender"}, MailUnavailable("SMTP 550")),
        ({"MAIL": ""}, MailUnavailable("SMTPServerDisconnected")),
        ({"EHLO": "421 busy", "HELO": "421 busy"}, MailUnavailable("SMTP 421")),
    ],
)
def test_a_refusal_is_final_and_trouble_is_not(answers: dict[str, str], expected: Exception) -> None:
    with smtp_server(answers) as server:
        with pytest.raises(type(expected)) as caught:
            plain(server).send(MAIL)
        assert str(caught.value) == str(expected)
        assert not server.mails


@pytest.mark.parametrize("answer", ["", "500 what", "421 going"])
def test_a_server_that_hangs_up_rudely_has_taken_the_mail_all_the_same(answer: str) -> None:
    with smtp_server({"QUIT": answer}) as server:
        plain(server).send(MAIL)
        assert len(server.mails) == 1


def test_nobody_at_the_address_means_later() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(MailUnavailable, match="ConnectionRefusedError"):
        SmtpMailer(f"smtp://127.0.0.1:{port}", sender=SENDER, allows_plain_loopback=True).send(MAIL)


def test_a_bad_address_never_reaches_the_server() -> None:
    with smtp_server() as server:
        with pytest.raises(MailRefused):
            plain(server).send(replace(MAIL, to="ann@example.com\r\nRCPT TO:<eve@example.com>"))
        assert not server.commands


def test_without_tls_nothing_is_sent() -> None:
    with smtp_server() as server:
        with pytest.raises(MailUnavailable, match="SMTPNotSupportedError"):
            SmtpMailer(f"smtp://user:secret@127.0.0.1:{server.port}", sender=SENDER).send(MAIL)
        assert not any(command.upper().startswith(("AUTH", "MAIL")) for command in server.commands)


@pytest.mark.parametrize("speaks_tls", [False, True])
def test_tls_protects_the_login_and_the_mail(tmp_path: Path, speaks_tls: bool) -> None:  # noqa: FBT001 - a parameter of the test
    shows, trusts = loopback_certificate(tmp_path)
    with smtp_server(certificate=shows, speaks_tls=speaks_tls) as server:
        scheme = "smtps" if speaks_tls else "smtp"
        SmtpMailer(f"{scheme}://us%40er:p%3Ass@127.0.0.1:{server.port}", sender=SENDER, tls=trusts).send(MAIL)
        assert server.over_tls == [True]
        login = next(command for command in server.commands if command.startswith("AUTH PLAIN"))
        assert base64.b64decode(login.split()[2]) == b"\0us@er\0p:ss"


@pytest.mark.parametrize("speaks_tls", [False, True])
def test_an_unknown_certificate_gets_neither_login_nor_mail(tmp_path: Path, speaks_tls: bool) -> None:  # noqa: FBT001 - a parameter of the test
    shows, _ = loopback_certificate(tmp_path)
    with smtp_server(certificate=shows, speaks_tls=speaks_tls) as server:
        scheme = "smtps" if speaks_tls else "smtp"
        with pytest.raises(MailUnavailable, match=ssl.SSLCertVerificationError.__name__):
            SmtpMailer(f"{scheme}://user:secret@127.0.0.1:{server.port}", sender=SENDER).send(MAIL)
        assert not server.mails
        assert not any(command.startswith("AUTH") for command in server.commands)


def test_a_refused_login_waits_for_somebody_to_mend_it(tmp_path: Path) -> None:
    shows, trusts = loopback_certificate(tmp_path)
    with smtp_server({"AUTH": "535 no"}, certificate=shows) as server:
        with pytest.raises(MailUnavailable, match="SMTP 535"):
            SmtpMailer(f"smtp://user:wrong@127.0.0.1:{server.port}", sender=SENDER, tls=trusts).send(MAIL)
        assert not server.mails


@pytest.mark.parametrize("url", ["smtp://mail.example:587", "smtps://127.0.0.1:465"])
def test_the_loopback_exception_is_for_plain_loopback_only(url: str) -> None:
    assert not SmtpMailer(url, sender=SENDER, allows_plain_loopback=True)._is_plain


def test_the_settings_choose_the_way_out(tmp_path: Path) -> None:
    local = {"ISOCKET_ENV": "local", "ISOCKET_DATA": str(tmp_path)}
    assert isinstance(make_mailer(Config.from_environment(local)), LocalMailbox)
    served = make_mailer(Config.from_environment(local | {"SMTP_URL": "smtp://127.0.0.1:2525"}))
    assert isinstance(served, SmtpMailer)
