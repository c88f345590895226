"""Searches: criteria into SQL, and the two steps the SDK takes (ids first, then pages)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from local_braintree.amounts import minor_units
from local_braintree.answers import Answer, broken_rule
from local_braintree.call import Call
from local_braintree.store import stamp
from local_braintree.wire import Collection, Node, Value

PAGE_SIZE = 50
IDS_MAX = 5000

Column = sa.ColumnElement[Any]


@dataclass(frozen=True)
class Criteria:
    """What may be searched for, by the kind of question that may be asked of it."""

    texts: Mapping[str, Column] = field(default_factory=dict)
    lists: Mapping[str, Column] = field(default_factory=dict)
    ranges: Mapping[str, Column] = field(default_factory=dict)
    presences: Mapping[str, Column] = field(default_factory=dict)
    skipped: frozenset[str] = frozenset()


def matching_ids(call: Call, table: sa.Table, criteria: Criteria, *, newest_first: Column) -> list[str]:
    """The ids that match everything asked for, newest first, at most 5,000.

    Raises:
        Invalid: something was asked for that this gateway cannot search for; it never guesses.
    """
    conditions = [
        condition
        for name, value in call.fields.values.items()
        if name not in criteria.skipped
        for condition in _conditions(name, value, criteria)
    ]
    query = sa.select(table.c.id).where(*conditions).order_by(newest_first.desc()).limit(IDS_MAX)
    return [str(id_) for id_ in call.connection.execute(query).scalars()]


def results(ids: Sequence[str]) -> Answer:
    """The first step's answer: only the ids."""
    return Answer(200, "search_results", {"page_size": PAGE_SIZE, "ids": list(ids)})


def page_of(root: str, name: str, nodes: list[dict[str, Node]]) -> Answer:
    """The second step's answer: the objects."""
    return Answer(200, root, {"current_page_number": 1, "page_size": PAGE_SIZE, "items": Collection(name, nodes)})


def _conditions(name: str, value: Value, criteria: Criteria) -> list[Column]:
    if name in criteria.lists and isinstance(value, list):
        return [criteria.lists[name].in_([str(item) for item in value])]
    if name in criteria.presences and isinstance(value, bool):
        column = criteria.presences[name]
        return [column.is_not(None) if value else column.is_(None)]
    if isinstance(value, dict) and name in criteria.texts:
        return [_text_condition(criteria.texts[name], comparison, str(text)) for comparison, text in value.items()]
    if isinstance(value, dict) and name in criteria.ranges:
        return [_range_condition(criteria.ranges[name], comparison, bound) for comparison, bound in value.items()]
    raise broken_rule(path="search", attribute=name, code="local", message=f"This gateway cannot search by {name}.")


def _text_condition(column: Column, comparison: str, text: str) -> Column:
    match comparison:
        case "is":
            return column == text
        case "is_not":
            return sa.or_(column != text, column.is_(None))
        case "starts_with":
            return column.startswith(text, autoescape=True)
        case "ends_with":
            return column.endswith(text, autoescape=True)
        case "contains":
            return column.contains(text, autoescape=True)
    raise broken_rule(
        path="search", attribute=comparison, code="local", message=f"This gateway cannot compare by {comparison}."
    )


def _range_condition(column: Column, comparison: str, bound: Value) -> Column:
    low: str | int
    high: str | int
    # A moment is sent with whole seconds; the end of that second still belongs to it.
    if isinstance(bound, datetime):
        low, high = stamp(bound), stamp(bound.replace(microsecond=999_999))
    else:
        low = high = minor_units(str(bound)) or 0
    match comparison:
        case "min":
            return column >= low
        case "max":
            return column <= high
        case "is":
            return column.between(low, high)
    raise broken_rule(
        path="search", attribute=comparison, code="local", message=f"This gateway cannot compare by {comparison}."
    )
