"""Finds words that pages would say in English whatever the reader's language, in templates and in modules."""

import ast
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from html.parser import HTMLParser

from jinja2 import Environment, nodes

MARKING = frozenset({"_", "gettext", "ngettext", "pgettext", "npgettext", "lazy", "N_"})
NO_WORDS = frozenset({"url_for", "include", "import", "caller"})
QUIET = frozenset({"script", "style", "svg", "code", "pre", "kbd"})
SPOKEN_ATTRIBUTES = frozenset({"alt", "aria-label", "placeholder", "title"})
# The market's own name is the same in every language.
LETTER = re.compile(r"(?<![A-Za-z])(?!isocket\b)[A-Za-z]")
PROSE = re.compile(r"[A-Z][a-z]+($|[ ,.:;!?'-])")
PIECE = re.compile(r"[A-Za-z]{2,}[.:,]? |(^|\s)[A-Za-z]{2,}[.!?]?$|^ [a-z]")
HOLE = "\N{OBJECT REPLACEMENT CHARACTER}"
# Names of HTTP's headers and cookies' settings, which are words to nobody.
HEADER = re.compile(r"[A-Z][a-z]+(-[A-Z][A-Za-z]+)*$")
UNSAID = frozenset({"message", "log", "InvariantBroken", "headers"})

ENVIRONMENT = Environment(autoescape=True, extensions=["jinja2.ext.do", "jinja2.ext.i18n"])
ENVIRONMENT.install_gettext_callables(str, str, newstyle=True)  # type: ignore[attr-defined]  # the extension's method


def bare_in_template(source: str, *, is_html: bool = True) -> list[str]:
    """The words of a template that stand outside ``_()`` and ``{% trans %}``."""
    tree = ENVIRONMENT.parse(source)
    text = "".join(_text_of(tree))
    reader = _Reader()
    if is_html:
        reader.feed(text)
    found = reader.found if is_html else [line for line in text.splitlines() if LETTER.search(line)]
    return [*(" ".join(one.split()) for one in found), *_bare_constants(tree)]


def bare_in_module(tree: ast.Module) -> list[tuple[int, str]]:
    """The sentences and labels of a module that no marking function is told: line and text."""
    return list(_bare_in(tree))


def unmarked_refusals(trees: Mapping[str, ast.Module], refusals: Container[str]) -> list[str]:
    """Where a refusal is raised with a sentence that no catalogue can know: file and line.

    A sentence is marked where it is written: in the call, in the variable that stands in the call, or in the
    constant of whatever module it is imported from.

    Args:
        trees: the modules, by file.
        refusals: the names of the kinds of refusal.
    """
    constants = {name for tree in trees.values() for name in _marked_names(tree.body)}
    found = []
    for file, tree in trees.items():
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            known = constants | _marked_names(list(ast.walk(function)))
            found += [
                f"{file}:{call.lineno}"
                for call in ast.walk(function)
                if isinstance(call, ast.Call) and _name_of(call.func) in refusals
                if not all(_is_marked(text, known) for text in _sentences_of(call))
            ]
    return found


def _sentences_of(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(one.value for one in call.keywords if one.arg in {"message_id", None})]


def _marked_names(body: Sequence[ast.AST]) -> set[str]:
    """The variables to which nothing but marked sentences is assigned."""
    given: dict[str, list[ast.expr]] = {}
    for node in body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            given.setdefault(node.targets[0].id, []).append(node.value)
    return {name for name, values in given.items() if all(_is_marked(value, set()) for value in values)}


def _is_marked(value: ast.expr, known: Container[str]) -> bool:
    if isinstance(value, ast.IfExp):
        return _is_marked(value.body, known) and _is_marked(value.orelse, known)
    if isinstance(value, ast.Name):
        return value.id in known
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "N_"


class _Reader(HTMLParser):
    """What a document shows and reads out, without the parts that are no language."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._quiet: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        for name, value in attrs:
            is_said = name in SPOKEN_ATTRIBUTES or (name == "content" and given.get("name") == "description")
            if is_said and LETTER.search(value or ""):
                self.found.append(value or "")
        if tag in QUIET or given.get("translate") == "no" or (self._quiet and tag == self._quiet[-1]):
            self._quiet.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._quiet and self._quiet[-1] == tag:
            self._quiet.pop()

    def handle_data(self, data: str) -> None:
        if not self._quiet and LETTER.search(data):
            self.found.append(data)


def _text_of(node: nodes.Node) -> Iterator[str]:
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.TemplateData):
            yield child.data
        elif isinstance(child, nodes.Expr):
            yield HOLE
        else:
            yield from _text_of(child)


def _bare_constants(node: nodes.Node) -> Iterator[str]:
    for child in node.iter_child_nodes():
        if (
            isinstance(child, nodes.Call)
            and isinstance(child.node, nodes.Name)
            and child.node.name in MARKING | NO_WORDS
        ):
            continue
        if isinstance(child, nodes.Compare | nodes.Test | nodes.TemplateData):
            continue
        if isinstance(child, nodes.Const) and isinstance(child.value, str) and PROSE.match(child.value):
            yield child.value
        yield from _bare_constants(child)


def _bare_in(node: ast.AST) -> Iterator[tuple[int, str]]:
    for child in _said_parts(node):
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            if PROSE.match(child.value) and not HEADER.match(child.value):
                yield child.lineno, child.value
        elif isinstance(child, ast.JoinedStr):
            parts = [part.value for part in child.values if isinstance(part, ast.Constant)]
            if any(PIECE.search(str(part)) for part in parts):
                yield child.lineno, HOLE.join(map(str, parts))
        else:
            yield from _bare_in(child)


def _said_parts(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a node that may say something: no docstrings, marked sentences, log lines or names of headers."""
    types = [getattr(node, name, None) for name in ("annotation", "returns")]
    for child in ast.iter_child_nodes(node):
        if child in types or (isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)):
            continue
        if isinstance(child, ast.Call) and _name_of(child.func) in MARKING | UNSAID | NO_WORDS:
            continue
        if isinstance(child, ast.Assign) and {_name_of(target) for target in child.targets} & UNSAID:
            continue
        yield child


def _name_of(node: ast.AST) -> str:
    """The name that an expression begins with."""
    if isinstance(node, ast.Attribute | ast.Subscript):
        return node.attr if isinstance(node, ast.Attribute) and node.attr in UNSAID else _name_of(node.value)
    return node.id if isinstance(node, ast.Name) else ""
