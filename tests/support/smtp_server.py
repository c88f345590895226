"""A small SMTP server on loopback, so that the real adapter talks to a real socket."""

import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class SmtpServer:
    """What the server was told, and what it answers to a command instead of "250"."""

    answers: Mapping[str, str] = field(default_factory=dict)
    certificate: ssl.SSLContext | None = None
    speaks_tls: bool = False
    port: int = 0
    commands: list[str] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)
    over_tls: list[bool] = field(default_factory=list)


@contextmanager
def smtp_server(
    answers: Mapping[str, str] | None = None, *, certificate: ssl.SSLContext | None = None, speaks_tls: bool = False
) -> Iterator[SmtpServer]:
    """Serves until the block ends.

    Args:
        answers: what to answer to a command ("RCPT", "DATA", "."), for example ``{"RCPT": "550 no"}``;
            an empty answer hangs up.
        certificate: lets the server speak TLS.
        speaks_tls: TLS from the start instead of STARTTLS.
    """
    state = SmtpServer(answers=answers or {}, certificate=certificate, speaks_tls=speaks_tls)

    class Conversation(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            _converse(self, state)

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True

        def handle_error(self, *_: object) -> None:
            """A client that breaks off is part of the tests."""

    with Server(("127.0.0.1", 0), Conversation) as server:
        state.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield state
        finally:
            server.shutdown()


class _Line:
    """One connection, read by lines; upgraded to TLS on the way."""

    def __init__(self, connection: socket.socket, state: SmtpServer) -> None:
        self.connection = connection
        self.state = state
        self.is_tls = False
        if state.speaks_tls:
            self.upgrade()
        self.reader = self.connection.makefile("rb")

    def upgrade(self) -> None:
        assert self.state.certificate is not None
        self.connection = self.state.certificate.wrap_socket(self.connection, server_side=True)
        self.reader = self.connection.makefile("rb")
        self.is_tls = True

    def say(self, text: str) -> None:
        self.connection.sendall(text.encode() + b"\r\n")

    def close(self) -> None:
        self.reader.close()
        self.connection.close()


def _converse(handler: socketserver.BaseRequestHandler, state: SmtpServer) -> None:
    line = _Line(handler.request, state)
    try:
        _answer_all(line, state)
    finally:
        line.close()


def _answer_all(line: _Line, state: SmtpServer) -> None:
    line.say("220 test")
    while command := line.reader.readline().decode().strip():
        state.commands.append(command)
        verb = command.split(" ")[0].upper()
        answer = state.answers.get(verb, _usual(verb, line))
        if not answer:
            return
        line.say(answer)
        if verb == "QUIT":
            return
        if verb == "STARTTLS" and answer.startswith("220"):
            line.upgrade()
        if verb == "DATA" and answer.startswith("354") and not _take_mail(line):
            return


def _usual(verb: str, line: _Line) -> str:
    if verb == "EHLO":
        offers_tls = line.state.certificate is not None and not line.is_tls
        return "250-test\r\n250-STARTTLS\r\n250 AUTH PLAIN" if offers_tls else "250-test\r\n250 AUTH PLAIN"
    return {"DATA": "354 go on", "QUIT": "221 bye", "STARTTLS": "220 go on", "AUTH": "235 welcome"}.get(verb, "250 ok")


def _take_mail(line: _Line) -> bool:
    content = b""
    while not content.endswith(b"\r\n.\r\n"):
        content += line.reader.readline()
    answer = line.state.answers.get(".", "250 taken")
    if answer.startswith("2") or not answer:
        line.state.mails.append(content.removesuffix(b".\r\n"))
        line.state.over_tls.append(line.is_tls)
    if answer:
        line.say(answer)
    return bool(answer)
