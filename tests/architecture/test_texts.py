"""What may not stand in any file, and where documents may point."""

import re
from pathlib import Path

import click
import pytest
from flask import Flask

from tests.architecture.tree import relative, text_files
from tests.support.run_directory import REPOSITORY

# Each is written so that it does not find itself.
LEFTOVERS = re.compile(r"\b(T[O]DO|F[I]XME|X[X]X)\b")
MACHINES = re.compile(rf"(?<![\w.])(/r[o]ot/|/h[o]me/\w|/U[s]ers/\w|{re.escape(str(REPOSITORY))}\b)")
REGISTRIES = re.compile(r"pypi\.org|pythonhosted\.org|registry\.npmjs|deb\.debian|proxy\.golang")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
NAMED_PATH = re.compile(r"`([a-z.][\w.-]*(?:/[\w.-]+)+/?|[a-z][\w-]*/)`")
NAMED_COMMAND = re.compile(r"\bflask (?:--app wsgi )?([a-z][a-z-]*)(?:\s([a-z][a-z-]*))?")
# Where a document may begin when it names a file.
PLACES = ("", "app", "app/domain", "app/templates")
# It names files of those who publish the lists.
NAMES_FILES_ELSEWHERE = "app/data/README.md"
DECISION_PARTS = ("Status", "Context", "Decision", "Consequences")


def test_nothing_is_left_for_later() -> None:
    assert not findings(LEFTOVERS)


def test_no_file_names_a_machine_it_was_written_on() -> None:
    assert not findings(MACHINES)


def test_no_file_names_where_packages_are_fetched_from() -> None:
    assert not findings(REGISTRIES)


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{relative(document)}: {target}"
        for document in documents()
        for target in LINK.findall(document.read_text())
        if not target.startswith(("http://", "https://", "mailto:")) and not resolves(document, target)
    ]
    assert not broken


def test_files_that_documents_name_exist() -> None:
    lost = [
        f"{relative(document)}: {name}"
        for document in documents()
        if relative(document) != NAMES_FILES_ELSEWHERE
        for name in NAMED_PATH.findall(document.read_text())
        if not any((REPOSITORY / place / name).exists() for place in PLACES)
    ]
    assert not lost


def test_commands_that_documents_name_exist(looked_at: Flask) -> None:
    lost = [
        f"{relative(document)}: {' '.join(words)}"
        for document in documents()
        for words in NAMED_COMMAND.findall(document.read_text())
        if not is_command(looked_at, words)
    ]
    assert not lost


@pytest.mark.parametrize(
    ("words", "is_one"),
    [
        (("books", "verify"), True),
        (("demo", "check"), True),
        (("serve", ""), True),
        (("serve", "runs"), False),
        (("book", ""), False),
        (("jobs", "deliver-facts"), False),
    ],
)
def test_a_command_that_is_none_is_found(looked_at: Flask, words: tuple[str, str], *, is_one: bool) -> None:
    assert is_command(looked_at, words) is is_one


def test_decisions_are_numbered_without_a_gap_and_have_their_four_parts() -> None:
    records = sorted((REPOSITORY / "docs" / "decisions").glob("*.md"))
    assert [record.name[:4] for record in records] == [f"{number:04}" for number in range(1, len(records) + 1)]
    lacking = [
        f"{record.name}: {part}"
        for record in records
        for part in DECISION_PARTS
        if f"\n## {part}\n" not in record.read_text()
    ]
    assert not lacking


def is_command(app: Flask, words: tuple[str, str]) -> bool:
    """Whether the application has this command, or this group with this command in it."""
    command: click.Command = app.cli
    for word in filter(None, words):
        found = command.get_command(click.Context(command), word) if isinstance(command, click.Group) else None
        if found is None:
            return False
        command = found
    return True


def findings(pattern: re.Pattern[str]) -> list[str]:
    """The lines a pattern matches in any text file of the project."""
    return [
        f"{relative(path)}:{number}: {line.strip()[:120]}"
        for path in text_files()
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]


def documents() -> list[Path]:
    """The documents of the project."""
    return [path for path in text_files() if path.suffix == ".md"]


def resolves(document: Path, target: str) -> bool:
    """Whether a relative link leads to a file, and to a heading in it when it names one."""
    name, _, anchor = target.partition("#")
    path = (document.parent / name).resolve() if name else document
    if not path.exists():
        return False
    return not anchor or anchor in {slug(line) for line in path.read_text().splitlines() if line.startswith("#")}


def slug(heading: str) -> str:
    """The anchor of a heading, as code hosts make it."""
    words = re.sub(r"[^\w\s-]", "", heading.lstrip("#").strip().lower())
    return re.sub(r"\s", "-", words)
