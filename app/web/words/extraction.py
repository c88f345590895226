"""What the tools that make catalogues read in a Python file; ``babel.cfg`` names it."""

import ast
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from babel.messages.extract import DEFAULT_KEYWORDS, extract_python

KEYWORDS: Mapping[str, Any] = {**DEFAULT_KEYWORDS, "lazy": None}
"""The functions that mark a sentence; on the command line ``-k lazy``."""
REFUSALS = frozenset({"Refusal", "NotFound", "NotAllowed", "Conflict", "TooMany"})

Message = tuple[int, Any, Any, Any]


def extract_sources(
    file: BytesIO,
    keywords: Mapping[str, Any],
    comment_tags: tuple[str, ...],
    options: Any,  # noqa: ANN401 - as Babel gives them
) -> Iterator[Message]:
    """The marked sentences of a file, and what its refusals say: the first line of their docstrings.

    Yields:
        Line, function, message id or ids, comments; as Babel wants it.
    """
    source = file.read()
    yield from extract_python(BytesIO(source), keywords, comment_tags, options)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef) and _is_refusal(node):
            yield node.lineno, None, (ast.get_docstring(node) or "").splitlines()[0], []


def _is_refusal(node: ast.ClassDef) -> bool:
    return bool(REFUSALS & {node.name, *(base.id for base in node.bases if isinstance(base, ast.Name))})
