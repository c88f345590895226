"""The files of the project, for tests that look at its shape."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.support.run_directory import REPOSITORY

CODE = ("app", "config.py", "wsgi.py", "bench", "demo", "local_braintree")
TEMPLATES = REPOSITORY / "app" / "templates"
MADE_ELSEWHERE = frozenset({"instance", "__pycache__", "htmlcov", "screenshots", "node_modules"})
WRITTEN_THOUGH_HIDDEN = frozenset({".ci", ".gitignore"})
TEXT = frozenset(
    {".py", ".md", ".html", ".txt", ".css", ".js", ".toml", ".in", ".sh", ".cfg", ".ini", ".mako", ".svg", ".tsv", ""}
)


def python_files(*roots: str) -> list[Path]:
    """The Python files under these files and folders of the repository, those that do not exist left out."""
    found: list[Path] = []
    for root in roots:
        path = REPOSITORY / root
        found += [path] if path.is_file() else sorted(path.rglob("*.py"))
    return found


def text_files() -> Iterator[Path]:
    """Every text file somebody wrote: what is installed, made or cached is left out."""
    waiting = [REPOSITORY]
    while waiting:
        for path in sorted(waiting.pop().iterdir()):
            if path.name in MADE_ELSEWHERE or (path.name.startswith(".") and path.name not in WRITTEN_THOUGH_HIDDEN):
                continue
            if path.is_dir():
                waiting.append(path)
            elif path.suffix in TEXT:
                yield path


@cache
def parsed(path: Path) -> ast.Module:
    """A file's syntax tree."""
    return ast.parse(path.read_text(), str(path))


def relative(path: Path) -> str:
    """How to name a file in a message."""
    return path.relative_to(REPOSITORY).as_posix()
