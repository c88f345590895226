"""The process that the web server and what runs beside it are forked from; it watches all of it and ends it.

It has loaded the application and does nothing with it: its children find all of it loaded and share its memory, as long
as neither side writes to it. See decision 0008.
"""

import gc
import http.client
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.context import ForkProcess

from app.commands.forking import Work, fork
from app.foundation.log import get_logger
from app.jobs.stopping import StopRequest

LOOK_EVERY_S = 0.1
LOOK_AT_THE_END_S = 0.02
# Granian ends its workers after 15 s; the job runner ends itself after 14. The mover is asked when both are gone, so
# that it finds all that was written; it needs a moment for that, and what it leaves is counted at the next start.
CHILDREN_END_WITHIN_S = 16.0
MOVER_ENDS_WITHIN_S = 18.5
PAGE_LISTENS_WITHIN_S = 20.0
FIRST_RESTART_PAUSE_S = 1.0
LONGEST_RESTART_PAUSE_S = 30.0
STEADY_AFTER_S = 60.0
SIGNAL_EXIT_BASE = 128

log = get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServePlan:
    """What to start, and whom to tell when it answers."""

    web: Work
    jobs: Work | None
    mover: Work | None
    """Counts the events that this machine's web server writes; so there is one beside every web server."""
    page: Work | None = None
    """The pages of the demo's publisher, where there is a demo."""
    page_port: int | None = None
    """Where they listen: the job runner looks for their proof, so it is started once they do."""
    host: str
    """Where the web server can be reached from here."""
    port: int
    announce: Callable[[], None]
    """Called once, when the web server answers for the first time."""


class _Child:
    """A process that is started again when it dies, after a pause that doubles while it keeps dying."""

    def __init__(self, name: str, work: Work) -> None:
        self.process = fork(name, work)
        self._name = name
        self._work = work
        self._started_at_s = time.monotonic()
        self._restart_pause_s = FIRST_RESTART_PAUSE_S
        self._restart_at_s: float | None = None

    def look_after(self) -> None:
        """Starts it again when it is gone and its pause is over."""
        code = self.process.exitcode
        if code is None:
            return
        now_s = time.monotonic()
        if self._restart_at_s is None:
            if now_s - self._started_at_s > STEADY_AFTER_S:
                self._restart_pause_s = FIRST_RESTART_PAUSE_S
            log.error("child_ended", child=self._name, code=code, restarts_in_s=self._restart_pause_s)
            self._restart_at_s = now_s + self._restart_pause_s
            self._restart_pause_s = min(self._restart_pause_s * 2, LONGEST_RESTART_PAUSE_S)
        elif now_s >= self._restart_at_s:
            self.process.close()
            self.process = fork(self._name, self._work)
            self._started_at_s = now_s
            self._restart_at_s = None


class Supervisor:
    """Keeps the web server and what runs beside it alive together, and ends them together.

    The web server's end is the end of everything, with its exit code. Whatever else dies is started again. The
    mover ends last.
    """

    def __init__(self, plan: ServePlan, stop: StopRequest) -> None:
        self._plan = plan
        self._stop = stop
        self._web: ForkProcess | None = None
        self._jobs: _Child | None = None
        self._page: _Child | None = None
        self._mover: _Child | None = None
        self._is_announced = False

    def run(self) -> int:
        """Runs until the web server ends or the process is asked to end; returns the exit code."""
        gc.collect()
        gc.freeze()  # no collection in a child is to touch, and so copy, what it shares with the others
        try:
            self._web = fork("web", self._plan.web)
            self._page = self._kept_alive("page", self._plan.page)
            self._mover = self._kept_alive("mover", self._plan.mover)
            began_s = time.monotonic()
            while not self._stop.wait(LOOK_EVERY_S):
                code = self._web.exitcode
                if code is not None:
                    log.error("web_server_ended", code=code)
                    return _exit_code(code)
                is_late = time.monotonic() - began_s > PAGE_LISTENS_WITHIN_S
                if self._plan.jobs is not None and self._jobs is None and (is_late or self._page_listens()):
                    self._jobs = self._kept_alive("jobs", self._plan.jobs)
                for child in filter(None, (self._jobs, self._page, self._mover)):
                    child.look_after()
                self._announce_when_ready()
            return 0
        finally:
            self._end_children()

    def _page_listens(self) -> bool:
        """Whether the pages can be reached, or there are none to wait for."""
        if self._page is None or self._plan.page_port is None:
            return True
        try:
            socket.create_connection((self._plan.host, self._plan.page_port), timeout=1).close()
        except OSError:
            return False
        return True

    def _kept_alive(self, name: str, work: Work | None) -> _Child | None:
        return None if work is None else _Child(name, work)

    def _announce_when_ready(self) -> None:
        if not self._is_announced and _answers(self._plan.host, self._plan.port):
            self._is_announced = True
            self._plan.announce()

    def _end_children(self) -> None:
        """Asks all but the mover to end, then the mover, and ends what has not ended in time."""
        began_s = time.monotonic()
        beside = [child.process for child in (self._jobs, self._page) if child is not None]
        first = beside if self._web is None else [self._web, *beside]
        _end(first, began_s + CHILDREN_END_WITHIN_S)
        if self._mover is not None:
            _end([self._mover.process], began_s + MOVER_ENDS_WITHIN_S)


def _end(children: Sequence[ForkProcess], deadline_s: float) -> None:
    for child in children:
        child.terminate()
    for child in children:
        # Its exit code and not its end of a pipe, which what it has started may hold open.
        while child.exitcode is None and time.monotonic() < deadline_s:
            time.sleep(LOOK_AT_THE_END_S)
        if child.exitcode is None:
            log.warning("child_killed", child=child.name)
            child.kill()
            child.join()


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
