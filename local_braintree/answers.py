"""What an operation answers with, and the ways it can end otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from local_braintree.wire import Node, Symbol, Value

HIDDEN = frozenset({"number", "cvv"})


@dataclass(frozen=True)
class Answer:
    """A status and, unless there is nothing to say, a root with its content."""

    status: int
    root: str = ""
    content: Mapping[str, Node] = field(default_factory=dict)


class Missing(Exception):  # noqa: N818 - named after what happened
    """There is no such thing: 404."""


class NotAuthentic(Exception):  # noqa: N818 - named after what happened
    """The keys are not this merchant's: 401."""


@dataclass(frozen=True)
class Problem:
    """One validation error, at a place in the request's tree."""

    path: tuple[str, ...]
    attribute: str
    code: str
    message: str


class Invalid(Exception):  # noqa: N818 - named after what happened
    """The request breaks rules: 422, and nothing is kept of it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(problem.message for problem in problems))
        self.problems = problems


def refuse(path: str, attribute: str, *, code: str, message: str) -> NoReturn:
    """Ends the request with one validation error; the path is dotted."""
    raise broken_rule(path=path, attribute=attribute, code=code, message=message)


def broken_rule(*, path: str, attribute: str, code: str, message: str) -> Invalid:
    """One validation error, to be raised."""
    return Invalid([Problem(tuple(path.split(".")), attribute, code, message)])


def invalid_answer(invalid: Invalid, params: Mapping[str, Value]) -> Answer:
    """The 422 that lists what is wrong, in the shape of the request."""
    tree: dict[str, Node] = {"errors": []}
    for problem in invalid.problems:
        level = tree
        for name in problem.path:
            below = level.setdefault(name, {"errors": []})
            level = below if isinstance(below, dict) else {}
        errors = level["errors"]
        if isinstance(errors, list):
            attribute = Symbol(problem.attribute)
            errors.append({"code": problem.code, "attribute": attribute, "message": problem.message})
    content: dict[str, Node] = {"errors": tree, "params": echo(params), "message": str(invalid)}
    return Answer(422, "api_error_response", content)


def declined_answer(message: str, kind: str, node: dict[str, Node]) -> Answer:
    """The 422 that carries what was declined: no validation error, but a transaction or verification."""
    return Answer(422, "api_error_response", {"errors": {"errors": []}, "message": message, kind: node})


def echo(params: Mapping[str, Value]) -> dict[str, Node]:
    """What was sent, without card data."""
    kept: dict[str, Node] = {}
    for name, value in params.items():
        if isinstance(value, dict):
            kept[name] = echo(value)
        elif not isinstance(value, list) and name not in HIDDEN:
            kept[name] = value
    return kept
