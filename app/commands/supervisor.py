"""The process that starts the web server and the job runner, watches both and ends both."""

import http.client
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.foundation.log import get_logger
from app.jobs.stopping import StopRequest

LOOK_EVERY_S = 0.1
# Granian ends its workers after 15 s; the job runner ends itself after 14.
CHILDREN_END_WITHIN_S = 17.0
FIRST_RESTART_PAUSE_S = 1.0
LONGEST_RESTART_PAUSE_S = 30.0
STEADY_AFTER_S = 60.0
SIGNAL_EXIT_BASE = 128
OURS_ALONE = {signal.SIGINT, signal.SIGHUP}

log = get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to start: the commands, their environment, and whom to tell when it answers."""

    web: Sequence[str]
    jobs: Sequence[str] | None
    environment: Mapping[str, str]
    host: str
    """Where the web server can be reached from here."""
    port: int
    announce: Callable[[], None]
    """Called once, when the web server answers for the first time."""


class Supervisor:
    """Keeps the web server and the job runner alive together, and ends them together.

    The web server's end is the end of everything, with its exit code. A job runner that dies is started
    again after a pause that doubles while it keeps dying.
    """

    def __init__(self, plan: Plan, stop: StopRequest) -> None:
        self._plan = plan
        self._stop = stop
        self._web: subprocess.Popen[bytes] | None = None
        self._jobs: subprocess.Popen[bytes] | None = None
        self._jobs_started_at_s = 0.0
        self._restart_pause_s = FIRST_RESTART_PAUSE_S
        self._restart_at_s: float | None = None
        self._is_announced = False

    def run(self) -> int:
        """Runs until the web server ends or the process is asked to end; returns the exit code."""
        try:
            self._web = self._start(self._plan.web)
            self._start_jobs()
            while not self._stop.wait(LOOK_EVERY_S):
                code = self._web.poll()
                if code is not None:
                    log.error("web_server_ended", code=code)
                    return _exit_code(code)
                self._look_after_jobs()
                self._announce_when_ready()
            return 0
        finally:
            self._end_children()

    def _start(self, command: Sequence[str]) -> "subprocess.Popen[bytes]":
        # Ctrl-C and a closed terminal reach every process of the terminal's group. The children leave both to
        # us: a mask is inherited, and what arrives here in the meantime is delivered when it is lifted.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, OURS_ALONE)
        try:
            return subprocess.Popen(command, env=dict(self._plan.environment), stdin=subprocess.DEVNULL)  # noqa: S603 - our own commands
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _start_jobs(self) -> None:
        if self._plan.jobs is not None:
            self._jobs = self._start(self._plan.jobs)
            self._jobs_started_at_s = time.monotonic()
            self._restart_at_s = None

    def _look_after_jobs(self) -> None:
        if self._jobs is None or self._jobs.poll() is None:
            return
        now_s = time.monotonic()
        if self._restart_at_s is None:
            if now_s - self._jobs_started_at_s > STEADY_AFTER_S:
                self._restart_pause_s = FIRST_RESTART_PAUSE_S
            log.error("job_runner_ended", code=self._jobs.returncode, restarts_in_s=self._restart_pause_s)
            self._restart_at_s = now_s + self._restart_pause_s
            self._restart_pause_s = min(self._restart_pause_s * 2, LONGEST_RESTART_PAUSE_S)
        elif now_s >= self._restart_at_s:
            self._start_jobs()

    def _announce_when_ready(self) -> None:
        if not self._is_announced and _answers(self._plan.host, self._plan.port):
            self._is_announced = True
            self._plan.announce()

    def _end_children(self) -> None:
        """Asks both to end, and ends what has not ended in time."""
        children = [child for child in (self._web, self._jobs) if child is not None]
        deadline_s = time.monotonic() + CHILDREN_END_WITHIN_S
        for child in children:
            child.terminate()
        for child in children:
            try:
                child.wait(max(0.0, deadline_s - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.warning("child_killed", program=child.args)
                child.kill()
                child.wait()


def web_command(*, host: str, port: int, workers: int) -> list[str]:
    """The web server."""
    command = [sys.executable, "-m", "app.commands.web_server"]
    return [*command, "--host", host, "--port", str(port), "--workers", str(workers)]


def jobs_command() -> list[str]:
    """The job runner."""
    return [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "run"]


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=1)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _exit_code(code: int) -> int:
    """The code a shell would give: a process that ended by signal 9 has -9 here and 137 there."""
    return SIGNAL_EXIT_BASE - code if code < 0 else code or 1
