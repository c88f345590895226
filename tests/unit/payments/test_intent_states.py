"""Every pair of an intent's states: what may follow what."""

import itertools

import pytest

from app.domain.payments.states import INTENT_MOVES, UNSETTLED, IntentState
from app.foundation.states import WrongMove

PLANNED, SENT, UNKNOWN = IntentState.PLANNED, IntentState.SENT, IntentState.UNKNOWN
SUCCEEDED, DECLINED = IntentState.SUCCEEDED, IntentState.DECLINED
ALLOWED = {
    (PLANNED, SENT),
    (SENT, SUCCEEDED),
    (SENT, DECLINED),
    (SENT, UNKNOWN),
    (UNKNOWN, SUCCEEDED),
    (UNKNOWN, DECLINED),
    (UNKNOWN, SENT),
}


@pytest.mark.parametrize(("current", "to"), list(itertools.product(IntentState, repeat=2)))
def test_what_may_follow_what(current: IntentState, to: IntentState) -> None:
    if (current, to) in ALLOWED:
        assert INTENT_MOVES.advance(current, to) is to
    else:
        with pytest.raises(WrongMove):
            INTENT_MOVES.advance(current, to)


def test_what_is_unsettled_is_what_can_still_change() -> None:
    assert set(IntentState) - INTENT_MOVES.final == UNSETTLED
