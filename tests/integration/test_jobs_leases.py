"""One process at a time runs a job, on real connections of both databases."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from flask import Flask

from app.foundation.db import db, in_transaction
from app.foundation.leases import LEASE_S, JobLease, LeaseLost, release_lease, renew_lease, take_lease
from tests.support.races import race

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
RACERS = 6


def take(holder: str, now: datetime = NOW) -> int | None:
    return in_transaction(lambda: take_lease("counting", holder=holder, now=now))


def stored() -> JobLease:
    lease = db.session.get_one(JobLease, "counting")
    db.session.remove()
    return lease


def everybody_takes_it(app: Flask) -> list[int | None]:
    """At the same moment, each on a connection of its own."""
    taken: dict[int, int | None] = {}

    def taking(number: int) -> None:
        taken[number] = take_lease("counting", holder=f"racer {number}", now=NOW)

    assert race(app, [partial(taking, number) for number in range(RACERS)]) == []
    return list(taken.values())


def test_exactly_one_of_many_gets_a_lease_nobody_ever_held(app: Flask) -> None:
    taken = everybody_takes_it(app)
    assert len(taken) == RACERS
    assert [generation for generation in taken if generation is not None] == [1]


def test_exactly_one_of_many_takes_over_from_a_dead_holder(app_context: Flask) -> None:
    assert take("dead", NOW - timedelta(seconds=LEASE_S)) == 1
    taken = everybody_takes_it(app_context)
    assert len(taken) == RACERS
    assert [generation for generation in taken if generation is not None] == [2]


@pytest.mark.usefixtures("app_context")
def test_a_held_lease_is_not_given_again() -> None:
    assert take("first") == 1
    assert take("second", NOW + timedelta(seconds=LEASE_S - 1)) is None
    assert stored().holder == "first"


@pytest.mark.usefixtures("app_context")
def test_a_dead_holders_lease_is_taken_over_when_it_runs_out() -> None:
    take("first")
    assert take("second", NOW + timedelta(seconds=LEASE_S)) == 2
    assert stored().holder == "second"


@pytest.mark.usefixtures("app_context")
def test_a_renewed_lease_runs_from_its_renewal() -> None:
    later = NOW + timedelta(seconds=LEASE_S - 10)
    take("first")
    in_transaction(lambda: renew_lease("counting", generation=1, now=later))
    assert take("second", NOW + timedelta(seconds=LEASE_S)) is None
    assert take("second", later + timedelta(seconds=LEASE_S)) == 2


@pytest.mark.usefixtures("app_context")
def test_an_old_holder_can_neither_renew_nor_release() -> None:
    take("first")
    later = NOW + timedelta(seconds=LEASE_S)
    take("second", later)
    with pytest.raises(LeaseLost):
        in_transaction(lambda: renew_lease("counting", generation=1, now=later))
    with pytest.raises(LeaseLost):
        in_transaction(lambda: release_lease("counting", generation=1, now=later))
    assert stored().holder == "second"
    assert stored().runs == 0


@pytest.mark.usefixtures("app_context")
def test_a_released_lease_is_free_and_remembers_how_it_ended() -> None:
    take("first")
    in_transaction(lambda: release_lease("counting", generation=1, now=NOW, error="ValueError"))
    lease = stored()
    assert (lease.holder, lease.leased_until, lease.last_error) == (None, None, "ValueError")
    assert (lease.runs, lease.failures) == (1, 1)
    assert take("second") == 2


@pytest.mark.usefixtures("app_context")
def test_a_lease_from_a_clock_since_moved_back_does_not_last_for_days() -> None:
    take("dead", NOW + timedelta(days=3))
    assert take("second") == 2
