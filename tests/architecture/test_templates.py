"""Each template compiles, and something uses it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from flask import Flask
from jinja2 import Environment, nodes

from tests.architecture.tree import TEMPLATES, parsed, python_files

SUFFIXES = (".html", ".txt", ".xml")


def template_names() -> list[str]:
    """Every template by the name it is asked for."""
    files = (path for path in TEMPLATES.rglob("*") if path.is_file())
    return sorted(path.relative_to(TEMPLATES).as_posix() for path in files)


def test_every_template_compiles(looked_at: Flask) -> None:
    for name in template_names():
        looked_at.jinja_env.get_template(name)


def test_every_template_is_used() -> None:
    patterns = {re.compile(pattern) for pattern in (*asked_for_in_code(), *asked_for_in_templates())}
    unused = [name for name in template_names() if not any(pattern.fullmatch(name) for pattern in patterns)]
    assert not unused


def asked_for_in_code() -> Iterator[str]:
    """Patterns of the names in Python: whole strings, and f-strings with their changing parts left open."""
    for path in python_files("app"):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.endswith(SUFFIXES):
                yield re.escape(node.value)
            elif isinstance(node, ast.JoinedStr):
                yield from _open_pattern(node)


def _open_pattern(node: ast.JoinedStr) -> Iterator[str]:
    parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
    fixed = "".join(str(part) for part in parts if part is not None)
    # A pattern must say where it looks, or one f-string would excuse every template.
    if "/" in fixed and fixed.endswith(SUFFIXES):
        yield "".join("[^/]+" if part is None else re.escape(str(part)) for part in parts)


def asked_for_in_templates() -> Iterator[str]:
    """Patterns of the names in templates: whole strings, and strings joined to a folder."""
    environment = Environment(autoescape=True, extensions=["jinja2.ext.do", "jinja2.ext.i18n"])
    for path in sorted(TEMPLATES.rglob("*")):
        if path.is_file():
            yield from _asked_for_in(environment, path)


def _asked_for_in(environment: Environment, path: Path) -> Iterator[str]:
    tree = environment.parse(path.read_text())
    for node in tree.find_all(nodes.Const):
        if isinstance(node.value, str) and node.value.endswith(SUFFIXES):
            yield re.escape(node.value)
    for joined in tree.find_all(nodes.Concat):
        parts = [part.value if isinstance(part, nodes.Const) else None for part in joined.nodes]
        # The file's own name must stand there in full, or one expression would excuse a whole folder.
        if re.fullmatch(r"\w[\w-]+\.\w+", str(parts[-1]).rpartition("/")[2]):
            yield "".join(".+" if part is None else re.escape(str(part)) for part in parts)
