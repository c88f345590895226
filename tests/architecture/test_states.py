"""Every stored state moves by one table and one verb: nobody writes a state that the table does not allow."""

import ast
import importlib
from enum import StrEnum
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app.foundation.db import db
from app.foundation.states import Transitions
from tests.architecture.tree import parsed, python_files, relative

COLUMN = "state"


def tables() -> dict[type[StrEnum], list[str]]:
    """The names of the tables of moves, by the enum that they are about."""
    found: dict[type[StrEnum], list[str]] = {}
    for path in python_files("app"):
        if path.name != "states.py" or "foundation" in path.parts:
            continue
        module = importlib.import_module(relative(path).removesuffix(".py").replace("/", "."))
        for name, table in vars(module).items():
            if isinstance(table, Transitions):
                found.setdefault(table.of, []).append(name)
    return found


def stored_states() -> set[type[StrEnum]]:
    """The enums of columns, as far as they are states."""
    return {enum for _column, enum in enum_columns() if enum.__name__.endswith("State")}


def enum_columns() -> list[tuple[sa.Column[object], type[StrEnum]]]:
    """Every column that keeps a member of an enum, with that enum."""
    columns = [column for table in db.metadata.sorted_tables for column in table.columns]
    kinds = [(column, getattr(column.type, "enum_class", None)) for column in columns]
    return [(column, kind) for column, kind in kinds if kind is not None]


def test_every_stored_state_has_one_table_of_moves(looked_at: Flask) -> None:
    del looked_at  # making the app imports every model
    named = tables()
    assert set(named) == stored_states()
    assert [names for names in named.values() if len(names) != 1 or not names[0].endswith("_MOVES")] == []


def test_states_are_kept_in_columns_of_that_name_or_say_whose(looked_at: Flask) -> None:
    del looked_at
    moved = [column for column, enum in enum_columns() if enum in tables()]
    history = {"line_item_move.from_state", "line_item_move.to_state"}
    assert {str(column) for column in moved if column.name != COLUMN} == history


def test_no_state_is_written_but_by_its_table() -> None:
    wrong = [f"{relative(path)}:{line}" for path in python_files("app", "demo") for line in stray_moves(path)]
    assert not wrong


@pytest.mark.parametrize(
    "source",
    [
        "order.state = OrderState.PAID",
        "order.state = moved",
        "order.state: OrderState = to",
        "order.name, order.state = name, to",
        "setattr(order, 'state', to)",
        "sa.update(Order).values(state=OrderState.PAID)",
        "sa.update(Order).values({'state': to})",
        "sa.update(Order).values({Order.state: to})",
        "order.state = ORDER_MOVES.allows(order.state, to)",
    ],
)
def test_a_stray_move_is_seen(tmp_path: Path, source: str) -> None:
    path = tmp_path / "code.py"
    path.write_text(source)
    assert stray_moves(path) == [1]


@pytest.mark.parametrize(
    "source",
    [
        "order.state = ORDER_MOVES.advance(order.state, to)",
        "Order(state=OrderState.UNPAID)",
        "if order.state == to: ...",
    ],
)
def test_a_move_by_the_table_and_a_first_state_are_not(tmp_path: Path, source: str) -> None:
    path = tmp_path / "code.py"
    path.write_text(source)
    assert stray_moves(path) == []


def stray_moves(path: Path) -> list[int]:
    """The lines that write a state otherwise than with what ``advance`` of a table gives."""
    return [node.lineno for node in ast.walk(parsed(path)) if isinstance(node, ast.stmt | ast.Call) and _strays(node)]


def _strays(node: ast.stmt | ast.Call) -> bool:
    if isinstance(node, ast.Assign):
        targets = [one for target in node.targets for one in ast.walk(target)]
        return any(_is_state(one) for one in targets) and not _is_advance(node.value)
    if isinstance(node, ast.AnnAssign | ast.AugAssign):
        return _is_state(node.target)
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name) and node.func.id == "setattr":
        return isinstance(node.args[1], ast.Constant) and node.args[1].value == COLUMN
    return isinstance(node.func, ast.Attribute) and node.func.attr == "values" and _values_state(node)


def _values_state(node: ast.Call) -> bool:
    keys = [key for one in node.args if isinstance(one, ast.Dict) for key in one.keys]
    return any(keyword.arg == COLUMN for keyword in node.keywords) or any(
        (isinstance(key, ast.Constant) and key.value == COLUMN) or _is_state(key) for key in keys
    )


def _is_state(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == COLUMN


def _is_advance(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "advance"
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id.endswith("_MOVES")
    )
