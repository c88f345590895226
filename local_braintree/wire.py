"""Braintree's XML: requests into plain values, plain values into answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeAlias
from xml.parsers import expat
from xml.sax.saxutils import escape

Value: TypeAlias = "str | bool | int | datetime | list[Value] | dict[str, Value] | None"
Node: TypeAlias = "str | bool | int | datetime | date | list[Node] | dict[str, Node] | Collection | Symbol | None"

DEPTH_MAX = 20
CONVERSIONS: dict[str, Callable[[str], Value]] = {
    "boolean": lambda text: text in {"true", "1"},
    "integer": int,
    "datetime": lambda text: datetime.fromisoformat(text).astimezone(UTC),
}


class Unreadable(Exception):  # noqa: N818 - named after what happened
    """The request's body is not the XML that the SDK writes."""


@dataclass(frozen=True)
class Collection:
    """Several objects side by side, each under the same name: what search pages are made of."""

    name: str
    items: "list[dict[str, Node]]"


@dataclass(frozen=True)
class Symbol:
    """A word of the protocol's own, as the attribute of a validation error is."""

    word: str


@dataclass
class _Open:
    tag: str
    kind: str
    text: str
    children: list[tuple[str, Value]]


def read_xml(body: bytes) -> tuple[str, dict[str, Value]]:
    """The root's name and what stands in it; an empty body is an empty root without a name.

    Raises:
        Unreadable: not XML, nested too deeply, or with a document type of its own.
    """
    if not body.strip():
        return "", {}
    reader = _Reader()
    try:
        reader.parser.Parse(body, True)  # noqa: FBT003 - expat takes it by position only
    except (expat.ExpatError, ValueError, IndexError) as error:
        raise Unreadable(str(error)) from error
    root, value = reader.done[0]
    return root, value if isinstance(value, dict) else {}


class _Reader:
    def __init__(self) -> None:
        self.done: list[tuple[str, Value]] = []
        self._open: list[_Open] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        # Entities can only be declared in a document type; without one there is nothing to blow up.
        self.parser.StartDoctypeDeclHandler = self._refuse

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= DEPTH_MAX:
            self._refuse()
        self._open.append(_Open(tag.replace("-", "_"), attributes.get("type", ""), "", []))

    def _text(self, text: str) -> None:
        self._open[-1].text += text

    def _end(self, _tag: str) -> None:
        element = self._open.pop()
        siblings = self._open[-1].children if self._open else self.done
        siblings.append((element.tag, _value_of(element)))

    def _refuse(self, *_: object) -> None:
        message = "The body is not a plain request."
        raise Unreadable(message)


def _value_of(element: _Open) -> Value:
    if element.kind == "array":
        return [value for _, value in element.children]
    if element.children:
        return dict(element.children)
    text = element.text.strip() if element.kind else element.text
    if not text:
        return None
    return CONVERSIONS[element.kind](text) if element.kind in CONVERSIONS else text


def write_xml(root: str, node: Mapping[str, Node]) -> str:
    """The answer under this root, ready for the SDK's parser."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_element(root, dict(node))}'


def _element(tag: str, node: Node) -> str:
    if isinstance(node, Collection):
        return "".join(_element(node.name, item) for item in node.items)
    attributes, content = _written(node)
    name = tag.replace("_", "-")
    return f"<{name}{attributes}>{content}</{name}>"


def _written(node: Node) -> tuple[str, str]:
    if node is None:
        # Never together with a type: the SDK would try to read a number or a date out of nothing.
        return ' nil="true"', ""
    if isinstance(node, list):
        return ' type="array"', "".join(_element("item", item) for item in node)
    if isinstance(node, dict):
        # An empty part would crash the SDK; left out, it reads as not given.
        return "", "".join(_element(tag, child) for tag, child in node.items() if child != {})
    kind, text = _scalar(node)
    return f' type="{kind}"' if kind else "", escape(text)


def _scalar(node: Node) -> tuple[str, str]:
    if isinstance(node, bool):
        return "boolean", "true" if node else "false"
    if isinstance(node, int):
        return "integer", str(node)
    if isinstance(node, datetime):
        return "datetime", f"{node.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(node, date):
        return "date", node.isoformat()
    return ("symbol", node.word) if isinstance(node, Symbol) else ("", str(node))
