"""How long the tests take: as long as can be waited for before a commit, or, with ``--nightly``, in full length."""

import os

VARIABLE = "ISOCKET_TESTS_NIGHTLY"


def begin(*, is_nightly: bool) -> None:
    """Notes the length of this run, for the workers too, which inherit the environment."""
    if is_nightly:
        os.environ[VARIABLE] = "1"
    else:
        os.environ.pop(VARIABLE, None)


def is_full() -> bool:
    """Whether this run takes its full length."""
    return VARIABLE in os.environ


def times(by_day: int, *, by_night: int) -> int:
    """How often something is tried."""
    return by_night if is_full() else by_day
