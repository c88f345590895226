"""One word per concept: the words the house does not use stay out of identifiers."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.tree import CODE, parsed, python_files, relative

# The banned word, and the house's word for it.
BANNED_WORDS = {
    "autobid": "ceiling",
    "booking": "line_item",
    "campaign": "line_item",
    "customer": "buyer",
    "fee": "commission",
    "fraud": "invalid_traffic",
    "kyc": "verification",
    "organisation": "account",
    "organization": "account",
    "purchase": "order",
    "reservation": "hold",
    "seller": "publisher",
    "slot": "socket",
    "snipe": "soft_close",
    "snippet": "ad_tag",
    "supplier": "publisher",
    "ticket": "dispute",
    "vendor": "publisher",
    "wallet": "ledger_account",
    "winning": "standing",
}
# Names that say nothing to an engineer of the field, or the wrong thing.
OBSCURE_NAMES = frozenset(
    {"Asked", "Errand", "Face", "Happening", "Hurdle", "Kept", "Matter", "News", "Prospect", "Wish"}
)
OBSCURE_PARTS = frozenset({"errand", "hurdle", "bench"})
# The same of parameters, fields and variables.
OBSCURE_WORDS = frozenset({"desk", "errand", "happening", "hurdle", "wish"})
# Longer words hold one of these by chance: a feed is no fee. They are looked for alone and in the plural.
SHORT_WORDS = frozenset({"fee", "kyc", "slot"})
# The folder of a buyer's pages, by the name that their addresses have had from the beginning.
NAMED_BY_ADDRESSES = frozenset({"campaigns"})
# Two things by one name, each with its reason.
TWO_OF_A_NAME = {
    "N_": "the image process runs by itself and imports nothing of ours",
    "WsgiApp": "what Flask gives both; the adapter and delivery may not import each other",
    "register": "every module of pages or commands has one, and create_app calls them all",
    "run": "every job has one, and the table of jobs names its module",
}
# What Braintree calls things is Braintree's: its adapter and its stand-in speak its language.
FOREIGN_SPEAKERS = ("app/adapters/braintree/", "local_braintree/")
EMPTY_VERBS = frozenset({"process", "handle", "manage", "do", "perform"})
# Methods whose names a library fixes.
NAMED_BY_LIBRARIES = frozenset({"process_bind_param", "process_formdata", "process_result_value", "handle_starttag"})
EMPTY_MODULES = frozenset({"util", "utils", "helper", "helpers", "common", "misc", "stuff", "manager", "managers"})


def test_identifiers_use_the_words_of_the_house() -> None:
    wrong = [
        f"{relative(path)}:{line} {name!r}: say {BANNED_WORDS[word]!r}, not {word!r}"
        for path in python_files(*CODE)
        if not relative(path).startswith(FOREIGN_SPEAKERS)
        for name, line in defined_names(path)
        for word in banned_in(name)
    ]
    assert not wrong


def test_no_name_is_a_riddle() -> None:
    wrong = [
        f"{relative(path)}:{line} {name!r}"
        for path in python_files(*CODE)
        for name, line in defined_names(path)
        if name.lstrip("_") in OBSCURE_NAMES or is_obscure(name)
    ]
    assert not wrong


def test_an_obscure_name_is_found() -> None:
    assert [is_obscure(name) for name in ("run_errand", "wishes", "desk_rows", "HurdleRow")] == [True] * 4
    assert not any(is_obscure(name) for name in ("bench", "desktop", "request", "ADDRESSES"))


def test_no_two_things_have_one_name() -> None:
    found: dict[str, list[str]] = {}
    for path in python_files("app"):
        for node in parsed(path).body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_") and not is_view(node):
                found.setdefault(node.name, []).append(f"{relative(path)}:{node.lineno}")
    wrong = {name: where for name, where in found.items() if len(where) > 1 and name not in TWO_OF_A_NAME}
    assert not wrong


def test_a_docstring_says_what_is_done_and_not_what_is_let() -> None:
    # A guard says "Raises if ..."; what gives leave says "Allows ...", "Unblocks ..." or the like.
    wrong = [
        f"{relative(path)}:{node.lineno}"
        for path in python_files(*CODE)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        if re.match(r"\s*Lets\b", node.value.value)
    ]
    assert not wrong


def test_refusals_use_the_words_of_the_house() -> None:
    # To people a line item is a booking; everything else has one word for all.
    wrong = [
        f"{relative(path)}:{line} {word!r}"
        for path in python_files("app")
        for sentence, line in refused_sentences(parsed(path), is_list=path.stem == "errors")
        for text in words_of(sentence)
        for word in banned_in(text)
        if word != "booking"
    ]
    assert not wrong


def test_the_sentences_of_refusals_are_found() -> None:
    source = """
NEVER = N_("Never.")
class Sold(Refusal):
    '''It is sold.'''
def check() -> None:
    sentence = N_("Here.")
    raise Sold(N_("Now."), NEVER, sentence, field="day")
    raise Sold
"""
    assert {sentence for sentence, _line in refused_sentences(ast.parse(source), is_list=True)} == {
        "It is sold.",
        "Never.",
        "Here.",
        "Now.",
    }


def test_functions_are_named_by_the_verbs_of_the_trade() -> None:
    wrong = [
        f"{relative(path)}:{node.lineno} {node.name}"
        for path in python_files(*CODE)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if node.name not in NAMED_BY_LIBRARIES and EMPTY_VERBS.intersection(words_of(node.name)[:1])
    ]
    assert not wrong


def test_no_module_is_a_drawer_for_everything() -> None:
    wrong = [relative(path) for path in python_files(*CODE, "tests") if {path.stem, path.parent.name} & EMPTY_MODULES]
    assert not wrong


def test_the_words_of_a_name() -> None:
    assert words_of("placeBidForSeller_2") == ["place", "bid", "for", "seller", "2"]
    assert words_of("HTTPSlot") == ["http", "slot"]


def test_the_plural_and_the_part_of_a_word_are_found() -> None:
    assert [banned_in(name) for name in ("bookings_of", "Sellers", "rebooking", "slots")] == [
        ["booking"],
        ["seller"],
        ["booking"],
        ["slot"],
    ]
    assert not banned_in("feed")
    assert not banned_in("campaigns")


def banned_in(name: str) -> list[str]:
    """The banned words that a name holds: alone, in the plural, or in a longer word."""
    if name in NAMED_BY_ADDRESSES or name.startswith("__"):
        return []
    return [
        banned
        for word in words_of(name)
        for banned in BANNED_WORDS
        if word in {banned, f"{banned}s"} or (banned not in SHORT_WORDS and banned in word)
    ]


def refused_sentences(tree: ast.Module, *, is_list: bool) -> Iterator[tuple[str, int]]:
    """The sentences by which people are refused something: those of a list of refusals, and those given to one."""
    marked = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if is_list and isinstance(node, ast.ClassDef):
            yield ast.get_docstring(node) or "", node.lineno
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            for given in node.exc.args:
                sentence = marked.get(given.id, given) if isinstance(given, ast.Name) else given
                yield marked_sentence(sentence), node.lineno


def marked_sentence(node: ast.expr) -> str:
    """The text in ``N_("...")``; empty for anything else."""
    match node:
        case ast.Call(func=ast.Name(id="N_"), args=[ast.Constant(value=str(text))]):
            return text
    return ""


def is_obscure(name: str) -> bool:
    """Whether a part of a name says nothing, alone or in the plural; more words are obscure in the name of a class."""
    obscure = OBSCURE_WORDS | OBSCURE_PARTS if name[:1].isupper() and not name.isupper() else OBSCURE_WORDS
    return any(word in {one, f"{one}s", f"{one}es"} for word in words_of(name) for one in obscure)


def is_view(node: ast.ClassDef | ast.FunctionDef) -> bool:
    """Whether a function answers a route: it is named like what it shows or calls, within its blueprint."""
    calls = [decorator.func for decorator in node.decorator_list if isinstance(decorator, ast.Call)]
    return any(isinstance(call, ast.Attribute) and call.attr in {"get", "post", "route"} for call in calls)


def defined_names(path: Path) -> Iterator[tuple[str, int]]:
    """The names a file gives to things: modules, classes, functions, arguments, variables, attributes."""
    yield path.stem, 1
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node.lineno
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr, node.lineno


def words_of(name: str) -> list[str]:
    """The words a name is made of, in lower case."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)]
