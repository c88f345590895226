"""Children that are forked, not started: they find the application loaded, and share its memory with their parent."""

import contextlib
import os
import signal
from collections.abc import Callable
from functools import partial
from multiprocessing import get_context
from multiprocessing.context import ForkProcess
from pathlib import Path

import click

OURS_ALONE = {signal.SIGINT, signal.SIGHUP}
OF_A_PARENT = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
# Of the fields of /proc/self/stat behind the name: where the command line begins and ends in memory.
COMMAND_LINE = slice(45, 47)

Work = Callable[[], object]


def fork(name: str, work: Work) -> ForkProcess:
    """Starts a process that does ``work`` and ends with it; an exit by ``SystemExit`` keeps its code.

    Call it from a process that has no thread and no open connection: a child has neither, but would have their traces.

    SIGTERM ends the child until it puts a handler of its own in place. Ctrl-C and a closed terminal reach every process
    of the terminal's group; the child leaves both to its parent: a mask is inherited, and what arrives here in the
    meantime is delivered when it is lifted.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, OF_A_PARENT)
    try:
        child = get_context("fork").Process(name=name, target=partial(_live, work, before | OURS_ALONE))
        child.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return child


def show_as(*words: str) -> None:
    """Has ``ps`` show this process under a command line of its own: a forked one has its parent's.

    It takes no more room than there is, and does nothing where the system has no such thing.
    """
    with contextlib.suppress(OSError):
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        begins_at, ends_at = map(int, fields[COMMAND_LINE])
        room = ends_at - begins_at
        with Path("/proc/self/mem").open("r+b", buffering=0) as memory:
            memory.seek(begins_at)
            memory.write(b"\0".join(map(os.fsencode, words))[: room - 1].ljust(room, b"\0"))


def _live(work: Work, mask: set[int | signal.Signals]) -> None:
    for number in OF_A_PARENT:
        signal.signal(number, signal.SIG_DFL)  # the parent's handler would ask the parent to end
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    try:
        work()
    except click.ClickException as problem:
        problem.show()
        raise SystemExit(problem.exit_code) from None
