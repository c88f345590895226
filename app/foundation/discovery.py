"""Finding what the modules of a package define, so that a new file is found without being listed anywhere."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


def modules_of(package: str) -> Iterator[tuple[str, ModuleType]]:
    """Each module of a package with its short name, by name; imports them.

    Args:
        package: the package's full name; it is being imported, or has been.
    """
    found = iter_modules(import_module(package).__path__)
    for name in sorted(module.name for module in found):
        yield name, import_module(f"{package}.{name}")
