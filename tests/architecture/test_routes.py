"""Every address is declared: who may open it, and that it exists at all."""

import difflib

from flask import Flask

from tests.architecture.routes import LIST, UNDECLARED, listed_routes


def test_every_endpoint_declares_who_may_open_it(looked_at: Flask) -> None:
    undeclared = [line for line in listed_routes(looked_at) if line.endswith(UNDECLARED)]
    assert not undeclared, "declare public, signed_in or requires(...) on these views"


def test_no_address_appears_or_goes_unnoticed(looked_at: Flask) -> None:
    kept = LIST.read_text().splitlines() if LIST.exists() else []
    changes = list(difflib.unified_diff(kept, listed_routes(looked_at), "routes.txt", "the app", lineterm="", n=0))
    assert not changes, "if meant: .venv/bin/python -m tests.architecture.routes\n" + "\n".join(changes)


def test_addresses_name_things_and_end_without_a_slash(looked_at: Flask) -> None:
    rules = [rule.rule for rule in looked_at.url_map.iter_rules()]
    wrong = [
        rule for rule in rules if rule != "/" and (rule.endswith("/") or rule != rule.lower() or "_" in _fixed(rule))
    ]
    assert not wrong


def _fixed(rule: str) -> str:
    return "/".join(part for part in rule.split("/") if not part.startswith("<"))
