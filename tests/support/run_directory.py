"""One directory for a whole test run, shared by every worker, gone at its end."""

import contextlib
import fcntl
import os
import shutil
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path

VARIABLE = "ISOCKET_TEST_RUN"
REPOSITORY = Path(__file__).resolve().parents[2]


def open_run() -> Path:
    """Makes the directory of this run and tells the workers, which inherit the environment."""
    path = Path(tempfile.mkdtemp(prefix="isocket-tests-"))
    os.environ[VARIABLE] = str(path)
    return path


def close_run(path: Path) -> None:
    """Removes what the run left, servers of a worker that was cut off in the middle among it."""
    os.environ.pop(VARIABLE, None)
    for note in path.glob("group-*"):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(int(note.name.removeprefix("group-")), signal.SIGKILL)
    shutil.rmtree(path, ignore_errors=True)


def run_directory() -> Path:
    """The directory of the run this process belongs to."""
    return Path(os.environ[VARIABLE])


def note_group(group: int) -> None:
    """Notes a process group that must not outlive the run."""
    (run_directory() / f"group-{group}").touch()


def forget_group(group: int) -> None:
    """The process group has ended."""
    (run_directory() / f"group-{group}").unlink(missing_ok=True)


def worker_name() -> str:
    """The xdist worker this process is, or ``main``."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


def once_a_run(name: str, make: Callable[[], str]) -> str:
    """Runs ``make`` in one process of the run only, and gives its text to every process that asks."""
    done = run_directory() / f"{name}.txt"
    with done.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            done.write_text(make())
        return done.read_text()
