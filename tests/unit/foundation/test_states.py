"""A table of moves names every state, and nothing moves but as it says."""

from enum import StrEnum
from itertools import product

import pytest

from app.foundation.errors import InvariantBroken
from app.foundation.states import Transitions, WrongMove


class Light(StrEnum):
    RED = "red"
    GREEN = "green"
    BROKEN = "broken"


MOVES = {
    Light.RED: frozenset({Light.GREEN, Light.BROKEN}),
    Light.GREEN: frozenset({Light.RED, Light.BROKEN}),
    Light.BROKEN: frozenset[Light](),
}
LIGHTS = Transitions(MOVES)


@pytest.mark.parametrize(("current", "to"), list(product(Light, Light)))
def test_a_move_in_the_table_is_made_and_any_other_is_a_bug(current: Light, to: Light) -> None:
    assert LIGHTS.allows(current, to) == (to in MOVES[current])
    if LIGHTS.allows(current, to):
        assert LIGHTS.advance(current, to) is to
        return
    with pytest.raises(WrongMove, match=f"Light: {to} cannot follow {current}"):
        LIGHTS.advance(current, to)


def test_states_that_nothing_follows_are_final() -> None:
    assert LIGHTS.final == {Light.BROKEN}


def test_a_wrong_move_is_a_bug() -> None:
    assert issubclass(WrongMove, InvariantBroken)


@pytest.mark.parametrize("left_out", list(Light))
def test_a_table_that_leaves_a_state_out_is_refused(left_out: Light) -> None:
    with pytest.raises(InvariantBroken, match=f"Light has no row for {left_out}"):
        Transitions({state: following for state, following in MOVES.items() if state is not left_out})
