"""A form on a page, filled and sent as a browser would."""

import re
from collections.abc import Mapping, Sequence
from html import unescape
from xml.etree.ElementTree import Element

Upload = tuple[bytes, str, str]
"""A file to send: its bytes, name and media type."""

Typed = str | int | bool | Sequence[str] | Upload | None
"""What a person does to a field: types, picks, ticks, picks many, attaches; ``None`` leaves it out."""

Pairs = list[tuple[str, str | Upload]]

BUTTON_TYPES = frozenset({"submit", "button", "reset", "image"})
TICKED_TYPES = frozenset({"checkbox", "radio"})
INPUT = re.compile(r"<input\b[^>]*>")
ATTRIBUTE = re.compile(r'\s([\w-]+)="([^"]*)"')


class Form:
    """One form element and its controls, those elsewhere that name it by ``form=`` included."""

    def __init__(self, element: Element, document: Element) -> None:
        """Finds the controls."""
        self.element = element
        self.id = element.get("id", "")
        self.action = element.get("action", "")
        self.method = element.get("method", "get").lower()
        inside = [control for control in element.iter() if control.tag in {"input", "select", "textarea", "button"}]
        outside = [control for control in document.iter() if self.id and control.get("form") == self.id]
        everything = inside + [control for control in outside if control not in inside]
        self.controls = [control for control in everything if not _is_button(control)]
        self._buttons = [control for control in everything if _is_button(control)]
        self._disabled = {
            control
            for fieldset in element.iter("fieldset")
            if fieldset.get("disabled") is not None
            for control in fieldset.iter()
        }

    @property
    def buttons(self) -> list[str]:
        """The words on its buttons."""
        return [_words_on(button) for button in self._buttons]

    @property
    def names(self) -> set[str]:
        """The names of its fields."""
        return {control.get("name", "") for control in self.controls} - {""}

    @property
    def values(self) -> dict[str, str]:
        """What the fields hold now, files and unticked boxes left out (the last of each name)."""
        return {name: value for name, value in self.fill({}) if isinstance(value, str)}

    def describe(self) -> str:
        """Short, for failure messages."""
        return f"{self.method} {self.action or 'itself'} #{self.id} {self.buttons}"

    def fill(self, typed: Mapping[str, Typed], *, pressed: str | None = None) -> Pairs:
        """The name and value pairs a browser would send.

        Raises:
            AssertionError: a person could not do this: no such field, or not one of its choices.
        """
        unknown = set(typed) - self.names
        if unknown:
            message = f"no field {sorted(unknown)} in form {self.describe()}; it has {sorted(self.names)}"
            raise AssertionError(message)
        pairs: Pairs = []
        for control in self.controls:
            name = control.get("name")
            if name and control.get("disabled") is None and control not in self._disabled:
                pairs += [(name, value) for value in _values(control, typed.get(name, ...))]
        self._refuse_lost_choices(typed, pairs)
        return pairs + self._pressed(pressed)

    def _pressed(self, words: str | None) -> Pairs:
        for button in self._buttons:
            if words is not None and _words_on(button) == words and button.get("name"):
                return [(button.get("name", ""), button.get("value", ""))]
        return []

    def _refuse_lost_choices(self, typed: Mapping[str, Typed], pairs: Pairs) -> None:
        sent = {(name, value) for name, value in pairs if isinstance(value, str)}
        for name, wanted in typed.items():
            if isinstance(wanted, str) and (name, wanted) not in sent:
                message = f"{wanted!r} is not a choice of {name!r} in form {self.describe()}"
                raise AssertionError(message)


def _is_button(control: Element) -> bool:
    return control.tag == "button" or control.get("type", "").lower() in BUTTON_TYPES


def _words_on(button: Element) -> str:
    return " ".join("".join(button.itertext()).split()) or button.get("value", "")


def _values(control: Element, typed: object) -> list[str | Upload]:
    if typed is None:
        return []
    if control.tag == "select":
        return list(_picked(control, typed))
    kind = control.get("type", "text").lower()
    if kind in TICKED_TYPES:
        value = control.get("value", "on")
        return [value] if _is_ticked(control, typed) else []
    if kind == "file":
        return [] if typed is ... else [_as_upload(typed)]
    return [_kept(control) if typed is ... else str(typed)]


def _kept(control: Element) -> str:
    if control.tag == "textarea":
        return (control.text or "").removeprefix("\n")
    return control.get("value", "")


def _is_ticked(control: Element, typed: object) -> bool:
    if typed is ...:
        return control.get("checked") is not None
    if isinstance(typed, bool):
        return typed
    wanted = [typed] if isinstance(typed, str) else typed
    return isinstance(wanted, list | tuple) and control.get("value", "on") in wanted


def _picked(select: Element, typed: object) -> list[str]:
    options = [(option.get("value", "".join(option.itertext()).strip()), option) for option in select.iter("option")]
    if typed is not ...:
        wanted = [str(typed)] if isinstance(typed, str | int) else [str(part) for part in typed]  # type: ignore[attr-defined] # a sequence by the type of Typed
        return [value for value, _ in options if value in wanted]
    kept = [value for value, option in options if option.get("selected") is not None]
    if kept or select.get("multiple") is not None:
        return kept
    return [value for value, _ in options[:1]]


def _as_upload(typed: object) -> Upload:
    if isinstance(typed, tuple) and len(typed) == 3:
        content, name, media_type = typed
        return (bytes(content), str(name), str(media_type))
    message = f"a file field takes (bytes, name, media type), not {typed!r}"
    raise AssertionError(message)


def hidden_fields(html: str) -> dict[str, str]:
    """The hidden fields of a page, of its last form where several have one: found in the text, at little cost."""
    tags = (dict(ATTRIBUTE.findall(tag)) for tag in INPUT.findall(html))
    return {
        tag["name"]: unescape(tag.get("value", "")) for tag in tags if tag.get("type") == "hidden" and "name" in tag
    }
