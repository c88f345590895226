"""A made-up language: a catalogue that says every sentence of the source in brackets, so that tests see it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from flask import Flask

from app.web.words.extraction import KEYWORDS
from tests.support.run_directory import REPOSITORY

# Its letters are none of English: what is left in ours was not said in the reader's language.
LOCALE = "el"
OPENS, CLOSES = "⟦", "⟧"
FORM_OPENS, FORM_CLOSES = "⟪", "⟫"
PATTERNS = "pattern of a date"
# Days and spans of time may stand inside a sentence; they bring their own brackets.
FORMS = ("app/web/words/",)

Found = tuple[str, int, Any, list[str], str | None]


@cache
def found_messages() -> list[Found]:
    """Every message of the source: file, line, id or ids, comments and context."""
    with (REPOSITORY / "babel.cfg").open() as configuration:
        methods, options = parse_mapping_cfg(configuration)  # type: ignore[no-untyped-call]  # Babel types only parts
    return list(extract_from_dir(REPOSITORY, methods, options, KEYWORDS, directory_filter=_holds_ours))


def message_ids() -> set[str]:
    """The ids of all messages, with those of their plurals."""
    return {text for _file, _line, ids, *_rest in found_messages() for text in ([ids] if isinstance(ids, str) else ids)}


def write_catalogue(directory: Path) -> None:
    """Writes the made-up language's catalogue where translations are looked for."""
    catalogue = Catalog(locale=LOCALE, fuzzy=False)
    for file, _line, ids, _comments, context in found_messages():
        marks = (FORM_OPENS, FORM_CLOSES) if file.startswith(FORMS) and "/states/" not in file else (OPENS, CLOSES)
        catalogue.add(ids, _said(ids, context, marks), context=context)
    place = directory / LOCALE / "LC_MESSAGES"
    place.mkdir(parents=True)
    with (place / "messages.mo").open("wb") as compiled:
        write_mo(compiled, catalogue)


@contextmanager
def made_up_language(app: Flask, directory: Path) -> Iterator[None]:
    """Has the app speak the made-up language meanwhile."""
    babel = app.extensions["babel"]
    was = (babel.locale_selector, babel.translation_directories)
    babel.locale_selector, babel.translation_directories = lambda: LOCALE, [str(directory)]
    try:
        yield
    finally:
        babel.locale_selector, babel.translation_directories = was
        with app.app_context():
            babel.instance.domain_instance.cache.clear()


def _holds_ours(directory: str | os.PathLike[str]) -> bool:
    top = Path(directory).relative_to(REPOSITORY).parts[0]
    return top == "app"


def _said(ids: str | tuple[str, ...], context: str | None, marks: tuple[str, str]) -> str | tuple[str, ...]:
    if not isinstance(ids, str):
        return tuple(f"{marks[0]}{text}{marks[1]}" for text in ids)
    return ids if context == PATTERNS else f"{marks[0]}{ids}{marks[1]}"
