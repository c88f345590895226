"""Every state that pages show has its words, and every enum of the domain is shown or known not to be."""

import importlib
import pkgutil
from enum import Enum

import pytest

import app.domain
import app.web.words.states
from app.web.words.states.wording import StateWords

# Names for the code and for staff's lists of raw records only: no sentence of a page depends on them.
NOT_SHOWN = frozenset(
    {
        "AccountKind",
        "AccountScope",
        "StatementKind",
        "Consumer",
        "DeclineKind",
        "Delivery",
        "DocumentKind",
        "HoldState",
        "LinkPurpose",
        "MailResult",
        "MembershipRole",
        "PriceBasis",
        "LedgerProblem",
        "SessionEnd",
        "PostingSide",
        "SubjectKind",
        "PageTarget",
        "VaultKind",
    }
)


def tables() -> list[tuple[str, dict[Enum, StateWords]]]:
    """Every table of words, by the module and name it has."""
    found = []
    for info in pkgutil.iter_modules(app.web.words.states.__path__):
        module = importlib.import_module(f"app.web.words.states.{info.name}")
        found += [
            (f"{info.name}.{name}", value)
            for name, value in vars(module).items()
            if isinstance(value, dict) and name.isupper()
        ]
    return found


def enums() -> set[type[Enum]]:
    """The enums that the rooms of the domain name their states and kinds by."""
    found = set()
    for info in pkgutil.iter_modules(app.domain.__path__):
        if importlib.util.find_spec(f"app.domain.{info.name}.states") is None:
            continue
        module = importlib.import_module(f"app.domain.{info.name}.states")
        found |= {
            value
            for value in vars(module).values()
            if isinstance(value, type) and issubclass(value, Enum) and value.__module__ == module.__name__
        }
    return found


@pytest.mark.parametrize(("name", "table"), tables(), ids=[name for name, _table in tables()])
def test_every_member_has_its_words(name: str, table: dict[Enum, StateWords]) -> None:
    kind = type(next(iter(table)))
    assert set(table) == set(kind), name
    assert all(words.label for words in table.values())
    # Of a sentence either all have one, or none.
    assert len({bool(words.sentence_id) for words in table.values()}) == 1 or name == "settlement.OBSTACLES"


def test_every_enum_is_shown_or_known_not_to_be() -> None:
    shown = {type(next(iter(table))).__name__ for _name, table in tables()}
    assert {kind.__name__ for kind in enums()} == shown | NOT_SHOWN
