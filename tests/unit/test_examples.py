"""The examples in docstrings say what really comes out."""

import doctest
import importlib
from pathlib import Path

import pytest

from tests.architecture.tree import CODE, python_files, relative

MODULES = [
    path for path in python_files(*CODE) if "\n    >>> " in path.read_text() or "\n        >>> " in path.read_text()
]


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_the_examples_of_a_module_are_true(path: Path) -> None:
    module = importlib.import_module(relative(path).removesuffix(".py").replace("/", "."))
    results = doctest.testmod(module)
    assert results.attempted
    assert not results.failed
