"""A fetched page, read the way a person or a browser reads it."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from xml.etree.ElementTree import Element

import html5lib
from werkzeug.datastructures import Headers

from tests.support.page_form import Form

SILENT = frozenset({"script", "style", "template", "noscript", "head"})
ERROR_CLASSES = frozenset({"invalid-feedback", "error", "field-error"})


class Page:
    """One answer: its status, headers and document, and what stands on it."""

    def __init__(self, *, path: str, status: int, headers: Headers, body: str) -> None:
        """Parses the body; mistakes the parser had to mend are kept in ``parse_errors``."""
        self.path = path
        self.status = status
        self.headers = headers
        self.body = body
        parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
        self.root: Element = parser.parse(body)
        self.parse_errors: list[tuple[tuple[int, int], str, Mapping[str, str]]] = list(parser.errors)
        self.parents: dict[Element, Element] = {child: parent for parent in self.root.iter() for child in parent}

    def __repr__(self) -> str:
        """Short, for failure messages."""
        return f"<Page {self.status} {self.path} {self.heading!r}>"

    def __contains__(self, words: str) -> bool:
        """Whether the page says these words: ``assert "Signed out" in page``."""
        return words in self.text

    @cached_property
    def text(self) -> str:
        """Everything the page says, in one line."""
        return text_of(self.find("body") if self.has("body") else self.root)

    @cached_property
    def main(self) -> str:
        """What the page's main part says, in one line."""
        return text_of(self.find("main"))

    @property
    def title(self) -> str:
        """The document's title."""
        return text_of(self.find("title")) if self.has("title") else ""

    @property
    def heading(self) -> str:
        """The text of the page's h1."""
        return text_of(self.find("h1")) if self.has("h1") else ""

    @property
    def flash(self) -> str:
        """The messages that the last step left, in one line."""
        messages = [text_of(element) for element in self.elements() if element.get("role") in {"status", "alert"}]
        return " ".join(filter(None, messages))

    @cached_property
    def forms(self) -> list[Form]:
        """Every form, in document order."""
        return [Form(element, self.root) for element in self.elements("form")]

    @property
    def links(self) -> dict[str, str]:
        """Where each link leads, by its text (the first of each text)."""
        found: dict[str, str] = {}
        for link in self.elements("a"):
            found.setdefault(text_of(link), link.get("href", ""))
        return found

    @property
    def rows(self) -> list[list[str]]:
        """The cells of every table row, headers too."""
        return [[text_of(cell) for cell in row if cell.tag in {"td", "th"}] for row in self.elements("tr")]

    def link(self, words: str) -> str:
        """Where the first link leads whose text contains these words."""
        for text, href in self.links.items():
            if words in text:
                return href
        message = f"no link says {words!r} on {self!r}: {sorted(self.links)}"
        raise AssertionError(message)

    def form(self, which: str | int | None = None) -> Form:
        """A form by number, id, action, or the words on a button; without any: the one in the main part."""
        if isinstance(which, int):
            return self.forms[which]
        candidates = [form for form in self.forms if self._is_wanted(form, which)]
        if len(candidates) == 1:
            return candidates[0]
        problem = "no form fits" if not candidates else f"{len(candidates)} forms fit"
        message = f"{problem} {which!r} on {self!r}: {[form.describe() for form in self.forms]}"
        raise AssertionError(message)

    def errors_beside(self, field: str) -> list[str]:
        """The sentences shown beside a field, by its name; empty when there is none."""
        control = self._control(field)
        around = [control, *(outer for outer in self.ancestors(control) if outer.tag == "fieldset")]
        described = " ".join(element.get("aria-describedby", "") for element in around).split()
        beside = [element for element in self.elements() if element.get("id") in described and _is_error(element)]
        return [sentence for element in beside for sentence in _sentences(element)]

    @property
    def error_summary(self) -> list[str]:
        """The problems listed above a form that was not accepted."""
        return [text_of(item) for alert in self.elements(role="alert") for item in alert.iter("li")]

    def elements(self, tag: str | None = None, **attributes: str) -> list[Element]:
        """The elements with this tag and these attributes (``class_`` and ``for_`` for the reserved words)."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self.root.iter(tag)
            if isinstance(element.tag, str) and all(element.get(name) == value for name, value in wanted.items())
        ]

    def has(self, tag: str, **attributes: str) -> bool:
        """Whether there is such an element."""
        return bool(self.elements(tag, **attributes))

    def find(self, tag: str, **attributes: str) -> Element:
        """The first such element."""
        found = self.elements(tag, **attributes)
        if not found:
            message = f"no <{tag}> {attributes or ''} on {self.path}"
            raise AssertionError(message)
        return found[0]

    def ancestors(self, element: Element) -> Iterator[Element]:
        """The elements around an element, nearest first."""
        while element in self.parents:
            element = self.parents[element]
            yield element

    def _is_wanted(self, form: Form, which: object) -> bool:
        if which is None:
            return any(parent.tag == "main" for parent in self.ancestors(form.element))
        return which in {form.id, form.action, *form.buttons}

    def _control(self, field: str) -> Element:
        for form in self.forms:
            for control in form.controls:
                if control.get("name") == field and control.get("type") != "hidden":
                    return control
        message = f"no field {field!r} on {self!r}"
        raise AssertionError(message)


def text_of(element: Element) -> str:
    """What an element says, with the white space a reader sees."""
    return re.sub(r"\s+", " ", "".join(_texts(element))).strip()


def _texts(element: Element) -> Iterator[str]:
    if isinstance(element.tag, str) and element.tag not in SILENT and element.get("hidden") is None:
        yield element.text or ""
        for child in element:
            yield from _texts(child)
            yield child.tail or ""


def _sentences(element: Element) -> list[str]:
    paragraphs = list(element.iter("p")) or [element]
    return [text_of(paragraph).removeprefix("Error: ") for paragraph in paragraphs]


def _is_error(element: Element) -> bool:
    return bool(ERROR_CLASSES & set(element.get("class", "").split())) or "error" in element.get("id", "")
