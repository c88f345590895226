"""The shipped server as a process of its own: what people really get, job runner included."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.databases import Databases
from tests.support.run_directory import REPOSITORY, forget_group, note_group

START_TIMEOUT_S = 120  # a machine that does ten other things takes its time
STOP_TIMEOUT_S = 20
LOG_TAIL_CHARACTERS = 12_000
OK = 200


def free_port() -> int:
    """A loopback port nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class LiveServer:
    """A server that can be started, killed, started again on the same data, and stopped."""

    data_dir: Path
    database_url: str
    settings: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """Where it answers, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """What it has said so far."""
        return self._log_path.read_text(errors="replace") if self._log_path.exists() else ""

    @property
    def environment(self) -> dict[str, str]:
        """The environment it runs in: local mode on its own data, nothing inherited that would change it."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        return kept | {
            "ISOCKET_ENV": "local",
            "ISOCKET_DATA": str(self.data_dir),
            "DATABASE_URL": self.database_url,
            "PORT": str(self.port),
            "BASE_URL": self.url,
            "BCRYPT_COST": "4",
            "PYTHONUNBUFFERED": "1",
            **self.settings,
        }

    def start(self) -> None:
        """Starts it and waits until it is ready."""
        with self._log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", "wsgi", "serve", "--with-jobs"],
                cwd=REPOSITORY,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        note_group(self.process.pid)
        self._wait_until_ready()

    def stop(self) -> None:
        """Ends it with SIGTERM; it must be gone, all its processes with it, within 20 s."""
        process = self._running()
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.kill()
            message = f"the server was not gone {STOP_TIMEOUT_S} s after SIGTERM"
            raise AssertionError(message) from None
        left_behind = _group_exists(process.pid)
        self.kill()
        assert not left_behind, "the server is gone but left processes behind"

    def kill(self) -> None:
        """Ends it and everything it started at once, as a power cut would."""
        process = self._running()
        if _group_exists(process.pid):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(STOP_TIMEOUT_S)
        forget_group(process.pid)
        self.process = None

    def flask(self, *arguments: str, timeout_s: float = START_TIMEOUT_S) -> str:
        """Runs a ``flask`` command on the server's data and gives what it printed."""
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
            cwd=REPOSITORY,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout_s,
        )
        assert done.returncode == 0, f"flask {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}"
        return done.stdout

    @property
    def _log_path(self) -> Path:
        return self.data_dir / "server.log"

    def _running(self) -> "subprocess.Popen[bytes]":
        assert self.process is not None, "the server is not running"
        return self.process

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            code = self._running().poll()
            assert code is None, f"the server ended with {code} while starting:\n{self.log[-LOG_TAIL_CHARACTERS:]}"
            if _answers(f"{self.url}/readyz"):
                return
            time.sleep(0.1)
        self.kill()
        message = f"the server was not ready after {START_TIMEOUT_S} s:\n{self.log[-LOG_TAIL_CHARACTERS:]}"
        raise AssertionError(message)


@pytest.fixture
def live_server(
    database_kind: str, databases: Databases, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[LiveServer]:
    """The shipped server on a free port, with data of its own. Its log is shown when the test fails."""
    with serving(database_kind, databases, tmp_path) as server:
        yield server
        request.node.add_report_section("call", "server log", server.log[-LOG_TAIL_CHARACTERS:])


@contextmanager
def serving(
    kind: str, databases: Databases, data_dir: Path, settings: Mapping[str, str] | None = None
) -> Iterator[LiveServer]:
    """A started server on a freshly migrated database; stopped by SIGTERM at the end if still running."""
    with databases.another(kind) as database_url:
        server = LiveServer(data_dir=data_dir, database_url=database_url, settings=settings or {})
        try:
            server.start()
            yield server
        finally:
            if server.process is not None:
                server.stop()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 - our own loopback address
            return int(response.status) == OK
    except (urllib.error.URLError, OSError):
        return False


def _group_exists(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
