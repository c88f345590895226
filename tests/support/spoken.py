"""What a page in the made-up language still says in ours, and which of its sentences are put together from pieces."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from xml.etree.ElementTree import Element

from tests.support.catalogues import CLOSES, FORM_CLOSES, FORM_OPENS, OPENS
from tests.support.page import Page

SILENT = frozenset({"script", "style", "template", "svg", "code", "pre", "kbd", "input", "select", "textarea"})
INLINE = frozenset({"a", "abbr", "b", "button", "cite", "em", "i", "label", "small", "span", "strong", "time", "data"})
# Each stands for itself, whatever is beside it.
ALONE = frozenset({"a", "button", "label", "option", "summary", "small", "strong"})
SPOKEN_ATTRIBUTES = ("alt", "aria-label", "placeholder", "title")
FORM = re.compile(f"[{FORM_OPENS}{FORM_CLOSES}]")
LETTERS = re.compile(r"[A-Za-z]")
# Addresses of pages and people, files, time zones, what is capitals in every language, and the names of bidders.
ADDRESSES = re.compile(
    r"https?://\S+|\S+@\S+|[\w-]+(?:\.[\w-]+)+(?:/\S*)?|\b(?:Africa|America|Asia|Europe|Pacific)/\w+"
)
CAPITALS = re.compile(r"\b[A-Z]{2,6}\b|\w\*{3}\w?")
ENDS = (".", "!", "?", ":", ";", "…")
BETWEEN = re.compile(r"[·|,:;—–→/()+=×≥%\"“”]")  # noqa: RUF001 - the signs of pages


@dataclass
class _Piece:
    """A sentence of the catalogue, or a name between two."""

    text: str
    is_message: bool
    owner: Element
    before: str


@dataclass
class _Run:
    """The text that stands together in one block."""

    block: Element
    parts: list[tuple[str, Element]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(text for text, _owner in self.parts)).strip()


def problems_of(page: Page, names: list[str]) -> list[str]:
    """What is wrong with the words of a page, in sentences.

    Args:
        page: fetched while the app spoke the made-up language.
        names: what people entered, which is no part of any catalogue.
    """
    known = _pattern(names)
    found = [problem for run in runs_of(page) for problem in _run_problems(run, known)]
    for element in page.elements():
        for name in SPOKEN_ATTRIBUTES:
            text = element.get(name, "")
            if element.tag != "link" and _foreign(text, known):
                found.append(f"{name} of <{element.tag}>: {_foreign(text, known)!r} in {text!r}")
    return found


def runs_of(page: Page) -> list[_Run]:
    """The texts of a page, block by block."""
    body = page.find("body")
    runs = [_Run(body)]
    _collect(body, runs, body)
    title = _Run(page.find("title"))
    title.parts.append(("".join(page.find("title").itertext()), title.block))
    return [run for run in (title, *runs) if run.text]


def _collect(element: Element, runs: list[_Run], owner: Element) -> None:
    """Adds what an element says to the run it stands in; a block begins a run, and another follows it."""
    is_quiet = element.tag in SILENT or element.get("translate") == "no"
    is_block = element.tag not in INLINE
    if is_block and element is not owner:
        runs.append(_Run(element))
    here = element if is_block or _stands_alone(element) else owner
    if not is_quiet:
        runs[-1].parts.append((element.text or "", here))
        for child in element:
            _collect(child, runs, here)
            runs[-1].parts.append((child.tail or "", here))
    if is_block and element is not owner:
        runs.append(_Run(element))


def _stands_alone(element: Element) -> bool:
    """Whether an element is read by itself: a link, a badge; what only screen readers hear belongs to its sentence."""
    return element.tag in ALONE or (element.tag == "span" and "visually-hidden" not in element.get("class", ""))


def _run_problems(run: _Run, known: re.Pattern[str] | None) -> Iterator[str]:
    foreign = _foreign(run.text, known)
    if foreign:
        yield f"not of the catalogue: {foreign!r} in {run.text!r}"
    for outer, inner in _nested(run.text):
        yield f"a sentence inside a sentence: {inner!r} in {outer!r}"
    pieces = _pieces(run, known)
    for first, second in pairwise(pieces):
        if _joined(first, second, run.block):
            yield f"put together from pieces: {first.text!r} and {second.text!r} in {run.text!r}"


def _foreign(text: str, known: re.Pattern[str] | None) -> str:
    """What stands outside the brackets in our letters, and is no name."""
    left = []
    depth = 0
    for sign in FORM.sub(" ", text) if FORM_OPENS not in text else _without_forms(text):
        depth += (sign == OPENS) - (sign == CLOSES)
        left.append(sign if depth == 0 and sign != CLOSES else " ")
    rest = ADDRESSES.sub(" ", "".join(left))
    # What was entered goes first, whole: a made-up id may end in capitals.
    rest = CAPITALS.sub(" ", known.sub(" ", rest) if known else rest)
    return re.sub(r"\s+", " ", rest).strip() if LETTERS.search(rest) else ""


def _without_forms(text: str) -> str:
    depth, left = 0, []
    for sign in text:
        depth += (sign == FORM_OPENS) - (sign == FORM_CLOSES)
        left.append(sign if depth == 0 and sign != FORM_CLOSES else " ")
    return "".join(left)


def _nested(text: str) -> Iterator[tuple[str, str]]:
    """The messages that stand in the middle of another; one after a colon or in quotes is a name there."""
    starts: list[int] = []
    for place, sign in enumerate(text):
        if sign in OPENS + FORM_OPENS:
            starts.append(place)
        elif sign in CLOSES + FORM_CLOSES and starts:
            begins = starts.pop()
            before = text[:begins].rstrip()
            is_inside = sign == CLOSES and bool(starts) and text[starts[-1]] == OPENS
            if is_inside and before[-1:] not in {":", "“", "(", ",", ";", "·", OPENS}:
                yield text[starts[-1] : place + 1], text[begins : place + 1]


def _pieces(run: _Run, known: re.Pattern[str] | None) -> list[_Piece]:
    """The top messages of a run and the names between them, with what stands before each."""
    pieces: list[_Piece] = []
    depth, text, between = 0, "", ""
    for part, owner in run.parts:
        for sign in part:
            if sign == OPENS:
                if depth == 0:
                    between = _add_name(pieces, between, owner, known)
                    text = ""
                depth += 1
            elif sign == CLOSES:
                depth -= 1
                if depth == 0:
                    pieces.append(_Piece(text.strip(), is_message=True, owner=owner, before=between))
                    between = ""
            elif depth:
                text += sign
            else:
                between += sign
    _add_name(pieces, between, run.block, known)
    return pieces


def _add_name(pieces: list[_Piece], between: str, owner: Element, known: re.Pattern[str] | None) -> str:
    found = known.search(between) if known else None
    if found is None:
        return between
    pieces.append(_Piece(found.group(), is_message=False, owner=owner, before=between[: found.start()]))
    return between[found.end() :]


def _joined(first: _Piece, second: _Piece, block: Element) -> bool:
    """Whether two neighbours read as one sentence."""
    if not (first.is_message or second.is_message) or BETWEEN.search(second.before):
        return False
    if first.text.endswith(ENDS) or _is_badge(first.owner) or _is_badge(second.owner):
        return False
    return first.owner is block or second.owner is block


def _is_badge(element: Element) -> bool:
    """Whether an element has a frame of its own around it, and so stands for itself beside any text."""
    return "tag" in element.get("class", "").split()


def _pattern(names: list[str]) -> re.Pattern[str] | None:
    useful = sorted({name.strip() for name in names if LETTERS.search(name)}, key=len, reverse=True)
    return re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in useful)) if useful else None
