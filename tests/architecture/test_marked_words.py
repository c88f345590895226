"""Whatever a page says is marked for the catalogue, and the catalogue holds it; so a second language is a catalogue."""

import ast
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from app.adapters.web_fetch import FetchRefused, Unreachable
from app.foundation.errors import Refusal
from tests.architecture.marked_words import bare_in_module, bare_in_template, unmarked_refusals
from tests.architecture.tree import TEMPLATES, parsed, python_files, relative
from tests.support.catalogues import found_messages, message_ids
from tests.support.run_directory import REPOSITORY

# A document is kept in the words that people agreed to; the local pages are for the makers of an installation.
IN_ENGLISH = ("legal/terms/", "legal/privacy/", "local/")
# A transcript is a file for programs, the same for everybody.
ENGLISH_MODULES = (
    *("app/web/local/", "app/web/words/", "app/web/shell/health.py", "app/web/parts/charts.py"),
    "app/web/bidding/transcripts.py",
)
# What is passed on was marked elsewhere: what a card's bank says, and what the program that looks at images says.
PASSED_ON = frozenset({"app/web/account/cards.py", "app/adapters/images/workshop.py"})


def test_templates_say_nothing_that_is_not_marked() -> None:
    bare = {}
    for path in sorted(TEMPLATES.rglob("*")):
        if path.is_file() and not path.relative_to(TEMPLATES).as_posix().startswith(IN_ENGLISH):
            bare[relative(path)] = bare_in_template(path.read_text(), is_html=path.suffix == ".html")
    assert {name: found for name, found in bare.items() if found} == {}


def test_modules_of_the_web_say_nothing_that_is_not_marked() -> None:
    paths = [path for path in python_files("app/web") if not relative(path).startswith(ENGLISH_MODULES)]
    bare = {relative(path): bare_in_module(parsed(path)) for path in paths}
    assert {name: found for name, found in bare.items() if found} == {}


def test_every_refusal_is_in_the_catalogue() -> None:
    known = message_ids()
    lacking = [
        f"{kind.__module__}.{kind.__name__}"
        for kind in subclasses(Refusal)
        if kind.__module__.startswith("app.") and (kind.__doc__ or "").splitlines()[0] not in known
    ]
    assert not lacking


@pytest.mark.timeout(120)
def test_the_documented_command_extracts_every_message(tmp_path: Path) -> None:
    lines = (REPOSITORY / "docs/words.md").read_text().splitlines()
    (command,) = [line for line in lines if line.startswith("python -m babel.messages.frontend extract ")]
    template = tmp_path / "messages.pot"
    words = [*shlex.split(command)[1:-1], ".", "-o", str(template)]
    subprocess.run([sys.executable, *words], cwd=REPOSITORY, check=True, capture_output=True, timeout=100)  # noqa: S603 - words of our own
    with template.open("rb") as written:
        found = read_po(written)
    extracted = {text for message in found if message.id for text in _texts(message.id)}
    assert extracted == message_ids()


def test_every_refusal_is_raised_with_marked_sentences() -> None:
    fetching = {FetchRefused.__name__, Unreachable.__name__}
    kinds = {Refusal.__name__, *fetching, *(kind.__name__ for kind in subclasses(Refusal))}
    trees = {relative(path): parsed(path) for path in python_files("app")}
    assert [place for place in unmarked_refusals(trees, kinds) if place.partition(":")[0] not in PASSED_ON] == []


def test_no_message_is_a_piece_of_a_sentence() -> None:
    pieces = [
        f"{file}:{line} {ids!r}"
        for file, line, ids, _comments, context in found_messages()
        for text in ([ids] if isinstance(ids, str) else ids)
        if context is None and (text != text.strip() or text[:1] in ".,;:)" or not text)
    ]
    assert not pieces


@pytest.mark.parametrize(
    ("raised", "is_marked"),
    [
        ("TooLow", True),
        ("TooLow(field='amount')", True),
        ("TooLow(N_('Bid at least %(amount)s.'), amount=least)", True),
        ("TooLow(MARKED)", True),
        ("TooLow(message)", True),
        ("TooLow(f'Bid at least {least}.')", False),
        ("TooLow('Bid more.')", False),
        ("TooLow(N_('Bid more.'), 'Or go.')", False),
        ("TooLow(PLAIN)", False),
        ("TooLow(other)", False),
        ("TooLow(retry_after_s=1, message_id='Bid more.')", False),
        ("ValueError('anything')", True),
    ],
)
def test_which_refusals_say_what_no_catalogue_knows(raised: str, *, is_marked: bool) -> None:
    source = f"MARKED = N_('Bid more.')\nPLAIN = 'Bid more.'\ndef f(other):\n message = N_('Bid.')\n raise {raised}"
    assert (unmarked_refusals({"file": ast.parse(source)}, {"TooLow"}) == []) is is_marked


def _texts(message_id: str | tuple[str, ...] | list[str]) -> list[str]:
    return [message_id] if isinstance(message_id, str) else list(message_id)


def subclasses(kind: type[Refusal]) -> list[type[Refusal]]:
    return [one for child in kind.__subclasses__() for one in (child, *subclasses(child))]


@pytest.mark.parametrize(
    ("template", "bare"),
    [
        ("<p>{{ _('Marked') }}</p>", []),
        ("<p>{% trans %}Marked{% endtrans %}</p>", []),
        ("<p class='Some Class'>{{ name }}, 12 {{ url_for('Some.where') }}</p>", []),
        ("<p><code>anything</code> <b translate='no'>isocket</b></p>", []),
        ("<p>Bare</p>", ["Bare"]),
        ("<img alt='Bare'>", ["Bare"]),
        ("{{ field(form.name, hint='Bare words.') }}", ["Bare words."]),
        ("{{ 'Bare' if is_open else _('Marked') }}", ["Bare"]),
    ],
)
def test_what_is_bare_in_a_template(template: str, bare: list[str]) -> None:
    assert bare_in_template(template) == bare


@pytest.mark.parametrize(
    ("source", "bare"),
    [
        ("'''A docstring.'''\nx = _('Marked words')\ny = lazy('Marked')", 0),
        ("log.info('Something happened')\nmessage = f'no {x} here'\nresponse.headers['Cache-Control'] = 'no-store'", 0),
        ("x = 'Bare words'", 1),
        ("x = f'{n} days left'", 1),
        ("x = Field('Your name', [Needed('Enter your name.')])", 2),
    ],
)
def test_what_is_bare_in_a_module(source: str, bare: int) -> None:
    assert len(bare_in_module(ast.parse(source))) == bare
