"""The supervisor with children made for the purpose: who ends whom, and who is started again."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import pytest

from app.commands import supervisor
from app.commands.forking import Work
from app.commands.ports import port_problem
from app.commands.serve import default_host, near
from app.commands.supervisor import ServePlan, Supervisor
from app.jobs.stopping import StopRequest
from config import Config
from tests.support.run_directory import REPOSITORY
from tests.support.server import free_port

# Python 3.12 warns of a fork in a process with threads; the children here become other programs at once.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")

WAIT_S = 20
ON_LOOPBACK = ("--host", "127.0.0.1", "--port")
SLEEP = "import time; time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
LINGERING = """
import pathlib, signal, time
def end(*_):
    time.sleep(1); pathlib.Path({!r}).touch(); raise SystemExit(0)
signal.signal(signal.SIGTERM, end)
time.sleep(60)
"""
WATCHING = """
import pathlib, signal, time
def end(*_):
    pathlib.Path({1!r}).write_text(str(pathlib.Path({0!r}).exists())); raise SystemExit(0)
signal.signal(signal.SIGTERM, end)
time.sleep(60)
"""
ANSWER = """
import http.server, sys
class Probe(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def log_message(self, *arguments): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Probe).serve_forever()
"""
SLOW_TO_START = """
import os, pathlib, time
from granian.server import mp
def begin(_files):
    with pathlib.Path({!r}).open('a') as f: print(os.getpid(), file=f)
    time.sleep(60)
mp.load_env = begin
def app(environ, start_response): ...
"""


@dataclass
class Run:
    """A supervisor at work in a thread, and what it said."""

    stop: StopRequest = field(default_factory=StopRequest)
    codes: list[int] = field(default_factory=list)
    announced: list[str] = field(default_factory=list)
    thread: threading.Thread | None = None

    def end(self) -> int:
        assert self.thread is not None
        self.thread.join(WAIT_S)
        assert not self.thread.is_alive()
        return self.codes[0]


Start = Callable[..., Run]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a supervisor whose children run these programs; each first notes its process id."""
    runs: list[Run] = []

    def start(
        web: str,
        jobs: str | None = SLEEP,
        mover: str | None = None,
        *,
        port: int = 1,
        page: str | None = None,
        page_port: int | None = None,
    ) -> Run:
        run = Run()
        plan = ServePlan(
            web=running(noting("web", tmp_path) + web, port),
            jobs=None if jobs is None else running(noting("jobs", tmp_path) + jobs),
            mover=None if mover is None else running(noting("mover", tmp_path) + mover),
            page=None if page is None else running(page, page_port),
            page_port=page_port,
            host="127.0.0.1",
            port=port,
            announce=lambda: run.announced.append("ready"),
        )
        run.thread = threading.Thread(target=lambda: run.codes.append(Supervisor(plan, run.stop).run()))
        run.thread.start()
        runs.append(run)
        return run

    yield start
    for run in runs:
        run.stop.ask()
        run.end()


def running(program: str, *arguments: object) -> Work:
    """A child that becomes another program: what it is forked from here has threads, and is none of its business."""
    return partial(os.execv, sys.executable, [sys.executable, "-c", program, *map(str, arguments)])


def noting(name: str, folder: Path) -> str:
    """The beginning of a program that writes its process id into a file."""
    return f"import os, pathlib\nwith pathlib.Path({str(folder / name)!r}).open('a') as f: print(os.getpid(), file=f)\n"


def pids(name: str, folder: Path, count: int = 1) -> list[int]:
    """The ids of this child's processes so far, once there are ``count``."""
    path = folder / name
    wait_for(lambda: path.exists() and len(path.read_text().split()) >= count)
    return [int(word) for word in path.read_text().split()]


def wait_for(holds: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + WAIT_S
    while not holds():
        assert time.monotonic() < deadline_s
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_stop_ends_both(start: Start, tmp_path: Path) -> None:
    run = start(SLEEP)
    children = pids("web", tmp_path) + pids("jobs", tmp_path)
    run.stop.ask()
    assert run.end() == 0
    assert not [pid for pid in children if is_alive(pid)]


@pytest.mark.parametrize(("program", "code"), [("raise SystemExit(3)", 3), ("raise SystemExit(0)", 1)])
def test_the_web_servers_end_is_the_end_with_its_code(start: Start, tmp_path: Path, program: str, code: int) -> None:
    run = start(f"import time; time.sleep(1); {program}")
    jobs = pids("jobs", tmp_path)[0]
    assert run.end() == code
    assert not is_alive(jobs)


def test_a_killed_web_server_gives_the_code_a_shell_would(start: Start, tmp_path: Path) -> None:
    run = start(SLEEP, None)
    os.kill(pids("web", tmp_path)[0], signal.SIGKILL)
    assert run.end() == 128 + signal.SIGKILL


def test_a_job_runner_that_dies_is_started_again_and_the_web_server_stays(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "FIRST_RESTART_PAUSE_S", 0.05)
    start(SLEEP, "raise SystemExit(1)")
    pids("jobs", tmp_path, count=3)
    assert is_alive(pids("web", tmp_path)[0])
    assert len(pids("web", tmp_path)) == 1


def test_the_job_runner_begins_when_the_pages_that_it_looks_at_listen(start: Start, tmp_path: Path) -> None:
    port, seen = free_port(), tmp_path / "seen"
    asks = "import socket\ntry: socket.create_connection(('127.0.0.1', {}), 1); found = 'listens'\n"
    asks += "except OSError: found = 'refused'\npathlib.Path({!r}).write_text(found)\n" + SLEEP
    start(SLEEP, asks.format(port, str(seen)), page=f"import time; time.sleep(1.5){ANSWER}", page_port=port)
    wait_for(lambda: seen.exists() and bool(seen.read_text()))
    assert seen.read_text() == "listens"


def test_pages_that_never_listen_do_not_hold_the_job_runner_up(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "PAGE_LISTENS_WITHIN_S", 0.5)
    start(SLEEP, page=SLEEP, page_port=free_port())
    assert is_alive(pids("jobs", tmp_path)[0])


def test_a_mover_that_dies_is_started_again(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "FIRST_RESTART_PAUSE_S", 0.05)
    start(SLEEP, None, "raise SystemExit(1)")
    pids("mover", tmp_path, count=3)
    assert is_alive(pids("web", tmp_path)[0])


def test_the_mover_ends_when_the_others_are_gone(start: Start, tmp_path: Path) -> None:
    """What they write on their way out is to be counted."""
    run = start(
        LINGERING.format(str(tmp_path / "web.gone")),
        SLEEP,
        WATCHING.format(str(tmp_path / "web.gone"), str(tmp_path / "seen")),
    )
    pids("web", tmp_path)
    pids("mover", tmp_path)
    time.sleep(0.5)
    run.stop.ask()
    assert run.end() == 0
    assert (tmp_path / "seen").read_text() == "True"


def test_a_mover_that_will_not_end_is_killed(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "MOVER_ENDS_WITHIN_S", 1.0)
    run = start(SLEEP, None, STUBBORN)
    mover = pids("mover", tmp_path)[0]
    time.sleep(0.5)
    run.stop.ask()
    assert run.end() == 0
    assert not is_alive(mover)


def test_it_waits_longer_each_time_the_job_runner_dies(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "FIRST_RESTART_PAUSE_S", 0.3)
    started_s = time.monotonic()
    start(SLEEP, "raise SystemExit(1)")
    pids("jobs", tmp_path, count=4)
    assert time.monotonic() - started_s > 0.3 + 0.6 + 1.2


def test_a_child_that_will_not_end_is_killed(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "CHILDREN_END_WITHIN_S", 0.5)
    run = start(STUBBORN, STUBBORN)
    children = pids("web", tmp_path) + pids("jobs", tmp_path)
    time.sleep(0.5)
    run.stop.ask()
    assert run.end() == 0
    assert not [pid for pid in children if is_alive(pid)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_ctrl_c_and_a_closed_terminal_are_left_to_the_supervisor(
    start: Start, tmp_path: Path, number: signal.Signals
) -> None:
    start(SLEEP)
    children = pids("web", tmp_path) + pids("jobs", tmp_path)
    for pid in children:
        os.kill(pid, number)
    time.sleep(0.5)
    assert [pid for pid in children if is_alive(pid)] == children


def test_readiness_is_announced_once(start: Start) -> None:
    run = start(ANSWER, None, port=free_port())
    wait_for(lambda: bool(run.announced))
    time.sleep(0.5)
    assert run.announced == ["ready"]


def test_a_worker_that_is_still_starting_does_not_hold_up_the_end(tmp_path: Path) -> None:
    """It has its parent's signal handler until it has its own, and would miss the signal."""
    (tmp_path / "wsgi.py").write_text(SLOW_TO_START.format(str(tmp_path / "web")))
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "app.commands.web_server", *ON_LOOPBACK, str(free_port()), "--workers", "1"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
    )
    worker = pids("web", tmp_path)[0]
    process.terminate()
    started_s = time.monotonic()
    process.wait(WAIT_S)
    assert time.monotonic() - started_s < 5
    assert not is_alive(worker)


def test_a_child_is_shown_under_a_command_of_its_own(tmp_path: Path) -> None:
    """The process that is forked here is one without threads, as the supervisor is."""
    shown = tmp_path / "shown"
    program = f"""
import pathlib
from app.commands.forking import fork, show_as
def work():
    show_as("python", "-m", "child of its parent")
    pathlib.Path({str(shown)!r}).write_text(pathlib.Path("/proc/self/cmdline").read_text())
    raise SystemExit(7)
child = fork("child", work)
child.join()
print(child.exitcode)
"""
    long_enough = "words that leave room for the command of a child"
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program, long_enough], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert done.stdout == "7\n"
    assert shown.read_text().rstrip("\0") == "python\0-m\0child of its parent"


def test_what_a_child_has_to_say_to_an_operator_is_said_without_a_traceback() -> None:
    program = """
import click
from app.commands.forking import fork
def work(): raise click.ClickException("There can be one only.")
child = fork("child", work)
child.join()
print(child.exitcode)
"""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("1\n", "Error: There can be one only.\n")


def test_a_port_in_use_is_said_in_plain_words() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen(1)
        port = other.getsockname()[1]
        said = port_problem("127.0.0.1", port)
    assert said is not None
    assert f"Port {port} is in use" in said
    assert f"PORT={port + 1}" in said
    assert port_problem("127.0.0.1", port) is None


def test_local_mode_is_for_this_machine_only(tmp_path: Path) -> None:
    config = Config.from_environment({"ISOCKET_DATA": str(tmp_path)})
    assert default_host(config) == "127.0.0.1"
    everywhere = default_host(replace(config, environment="production"))
    assert everywhere == "0.0.0.0"  # noqa: S104 - a dyno's router comes from outside
    assert near(everywhere) == "127.0.0.1"
