"""The pins: exact, hashed, and silent about where packages come from."""

import re
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.support.run_directory import REPOSITORY

DIRECT_MAX = 35
LOCKS = ("requirements.txt", "requirements-dev.txt")
PIN = re.compile(r"^([a-z0-9][a-z0-9.-]*)(\[[a-z,]+\])?==(\S+)( ; .+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")
COMMENT = re.compile(r"^(    )?#( |$)")


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_is_a_pin_a_hash_or_a_comment(name: str) -> None:
    strange = [
        line for line in _lines(name) if line and not (PIN.match(line) or HASH.match(line) or COMMENT.match(line))
    ]
    assert not strange


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_is_followed_by_a_hash(name: str) -> None:
    lines = _lines(name)
    bare = [
        line
        for line, following in zip(lines, [*lines[1:], ""], strict=True)
        if PIN.match(line) and not HASH.match(following)
    ]
    assert not bare


@pytest.mark.parametrize("name", [*LOCKS, "requirements.in", "requirements-dev.in"])
def test_no_line_says_where_packages_come_from(name: str) -> None:
    telling = [
        line
        for line in _lines(name)
        if re.search(r"://|--(extra-)?index|--find-links|--trusted-host|file:/|@ |(^|\s)-[if]\s|(^|\s)/\w", line)
    ]
    assert not telling


def test_both_files_agree_on_what_they_share() -> None:
    runtime, development = (_pins(name) for name in LOCKS)
    differing = {name for name in runtime.keys() & development.keys() if runtime[name] != development[name]}
    assert not differing


def test_few_packages_are_asked_for_directly() -> None:
    direct = [line for line in _lines("requirements.in") if line and not line.startswith("#")]
    assert 0 < len(direct) < DIRECT_MAX
    assert direct == sorted(direct, key=str.lower)


@pytest.mark.parametrize("name", LOCKS)
def test_what_a_package_asks_for_with_an_extra_is_pinned_with_it(name: str) -> None:
    # Older ones of pip, as they come with Python 3.11, take no other pin for it.
    pinned = {match[1]: match[2] or "" for line in _lines(name) if (match := PIN.match(line))}
    lacking = [
        f"{package} asks for {asked}"
        for package in pinned
        for text in _requirements_of(package)
        if (asked := Requirement(text)).extras and (asked.marker is None or asked.marker.evaluate({"extra": ""}))
        if not asked.extras <= set(pinned.get(asked.name, "").strip("[]").split(","))
    ]
    assert not lacking


def _requirements_of(package: str) -> list[str]:
    try:
        return metadata.requires(package) or []
    except metadata.PackageNotFoundError:
        return []


def test_each_direct_requirement_is_pinned() -> None:
    asked = {re.split(r"[\[<>=; ]", line)[0].lower() for line in _lines("requirements.in") if line and line[0] != "#"}
    assert asked <= set(_pins("requirements.txt"))


def _lines(name: str) -> list[str]:
    return Path(REPOSITORY / name).read_text().splitlines()


def _pins(name: str) -> dict[str, str]:
    return {match[1]: match[3] for line in _lines(name) if (match := PIN.match(line))}
