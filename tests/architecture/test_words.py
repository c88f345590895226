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
        for word in words_of(name)
        if word in BANNED_WORDS
    ]
    assert not wrong


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
