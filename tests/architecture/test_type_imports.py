"""The contracts of imports leave out what is imported for types alone; so here is where that may be done."""

import ast
from collections.abc import Iterator

from tests.architecture.tree import parsed, python_files, relative

# The top storey: nothing of ours imports it, so a type named there closes no circle.
TOP = ("app/web/", "app/jobs/", "app/commands/")


def test_only_the_top_storey_names_types_of_what_it_does_not_import() -> None:
    wrong = [
        f"{relative(path)} {module}"
        for path in python_files("app")
        for module in type_imports(parsed(path))
        if not relative(path).startswith(TOP)
    ]
    assert not wrong


def test_no_page_names_a_type_of_another_room_of_pages() -> None:
    wrong = []
    for path in python_files("app/web"):
        own = relative(path).split("/")[2]
        rooms = (module.split(".")[2] for module in type_imports(parsed(path)) if module.startswith("app.web."))
        wrong += [f"{relative(path)} {room}" for room in rooms if room not in {own, "words", "shell", "parts"}]
    assert not wrong


def test_what_is_an_import_for_types() -> None:
    source = "if TYPE_CHECKING:\n    import decimal\n    from app.b import C\nfrom app.a import B"
    assert list(type_imports(ast.parse(source))) == ["app.b"]


def type_imports(tree: ast.Module) -> Iterator[str]:
    """Our own modules that a module imports for types alone."""
    for node in tree.body:
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            for line in node.body:
                if isinstance(line, ast.ImportFrom) and (line.module or "").startswith("app."):
                    yield str(line.module)
