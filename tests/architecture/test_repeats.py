"""Nothing is written twice: no long run of equal lines, and no module whose only content is what others define."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable

from tests.architecture.tree import parsed, python_files, relative
from tests.support.run_directory import REPOSITORY

EQUAL_LINES = 12
# Documents that people agreed to are kept as they were; the next version repeats most of the last one.
KEPT_AS_AGREED = ("app/templates/legal/terms/", "app/templates/legal/privacy/")
# A line of nothing but brackets, commas or the end of a block says nothing of its own.
SAYS_SOMETHING = re.compile(r"[A-Za-z]{3}")
# The packages that a room is entered by, and the one list of every route.
GATHERS = re.compile(r"app/domain/\w+/(service|queries|rules|kinds)/__init__\.py|app/web/\w+/routes\.py")


def test_no_run_of_equal_lines_stands_twice() -> None:
    texts = {
        relative(path): path.read_text()
        for path in sorted((REPOSITORY / "app").rglob("*"))
        if path.suffix in {".py", ".html", ".txt", ".js", ".css"}
        and path.is_file()
        and not relative(path).startswith(KEPT_AS_AGREED)
    }
    assert runs_that_stand_twice(texts.items()) == []


def test_no_module_only_passes_on_what_others_define() -> None:
    passing_on = [
        relative(path)
        for path in python_files("app")
        if not GATHERS.fullmatch(relative(path)) and only_passes_on(parsed(path))
    ]
    assert not passing_on


def runs_that_stand_twice(texts: Iterable[tuple[str, str]]) -> list[str]:
    """Where a run of ``EQUAL_LINES`` telling lines begins that stands somewhere else, too."""
    places: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name, text in texts:
        lines = [
            (number, line.strip())
            for number, line in enumerate(text.splitlines(), start=1)
            if SAYS_SOMETHING.search(line) and not line.lstrip().startswith(("from ", "import ", "{% from "))
        ]
        for start in range(len(lines) - EQUAL_LINES + 1):
            run = tuple(line for _number, line in lines[start : start + EQUAL_LINES])
            places[run].append(f"{name}:{lines[start][0]}")
    return [" ~ ".join(found) for found in places.values() if len(found) > 1]


def only_passes_on(tree: ast.Module) -> bool:
    """Whether a module has imports, and beside them nothing but its docstring and a list of names."""
    rest = [node for node in tree.body if not isinstance(node, ast.Import | ast.ImportFrom)]
    names_only = all(
        (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        or (isinstance(node, ast.Assign) and [getattr(target, "id", "") for target in node.targets] == ["__all__"])
        for node in rest
    )
    return names_only and len(rest) < len(tree.body)


def test_what_stands_twice_is_found() -> None:
    run = "\n".join(f"line_{number} = word" for number in range(EQUAL_LINES))
    assert runs_that_stand_twice([("one", f"first = word\n{run}"), ("two", run)]) == ["one:2 ~ two:1"]
    assert runs_that_stand_twice([("one", run), ("two", run.replace("line_3 ", "other "))]) == []


def test_what_only_passes_on_is_found() -> None:
    assert only_passes_on(ast.parse('"""Words."""\nfrom a import b\n__all__ = ["b"]'))
    assert not only_passes_on(ast.parse('"""Words."""\nfrom a import b\nc = b'))
    assert not only_passes_on(ast.parse('"""Words."""'))
