"""State machines as tables: which state may follow which, and nothing else."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from app.foundation.errors import InvariantBroken

State = TypeVar("State", bound=StrEnum)


class WrongMove(InvariantBroken):
    """A state was to follow one that it cannot follow."""


class Transitions(Generic[State]):
    """The moves of one kind of thing: for each of its states, those that may come next.

    A state from which nothing follows is final; it stands in the table with an empty set. A table that
    leaves a state out is refused when the module is loaded.
    """

    def __init__(self, table: Mapping[State, frozenset[State]]) -> None:
        self._table = dict(table)
        self.of = type(next(iter(self._table)))
        """The enum that the table is about."""
        missing = [state for state in self.of if state not in self._table]
        if missing:
            message = f"{self.of.__name__} has no row for {', '.join(missing)}"
            raise InvariantBroken(message)
        self.final = frozenset(state for state, following in self._table.items() if not following)
        """The states that nothing follows."""

    def allows(self, current: State, to: State) -> bool:
        """Whether ``to`` may come straight after ``current``."""
        return to in self._table[current]

    def advance(self, current: State, to: State) -> State:
        """The state moved to; a wrong move is a bug and raises ``WrongMove``."""
        if not self.allows(current, to):
            message = f"{type(current).__name__}: {to} cannot follow {current}"
            raise WrongMove(message)
        return to
