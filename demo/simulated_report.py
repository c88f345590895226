"""What became of simulated readers: the counters before and after, beside what was sent."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app.domain.measurement.models import AdCount
from app.domain.measurement.states import Measure, Verdict
from app.foundation.db import reading_connection

COUNTED_WITHIN_S = 30.0
LOOK_EVERY_S = 0.5

Counts = Mapping[tuple[Measure, Verdict], int]


@dataclass(frozen=True, slots=True)
class Tally:
    """What was sent and what the counters gained meanwhile."""

    sent: Mapping[Measure, int]
    gained: Counts

    def of(self, measure: Measure, verdict: Verdict) -> int:
        """How many more there are of a measure with a verdict."""
        return self.gained.get((measure, verdict), 0)

    def judged(self, measure: Measure) -> int:
        """How many more there are of a measure, counted or not."""
        return sum(events for (found, _), events in self.gained.items() if found is measure)

    @property
    def lost(self) -> int:
        """How many were sent and are nowhere."""
        return sum(max(0, events - self.judged(measure)) for measure, events in self.sent.items())

    @property
    def of_others(self) -> int:
        """How many were judged that these readers did not send."""
        return sum(max(0, self.judged(measure) - events) for measure, events in self.sent.items())


def counted_so_far(socket_ids: Sequence[int]) -> Counts:
    """All events of these sockets, by measure and verdict."""
    query = sa.select(AdCount.measure, AdCount.verdict, sa.func.sum(AdCount.events))
    query = query.where(AdCount.socket_id.in_(socket_ids)).group_by(AdCount.measure, AdCount.verdict)
    with reading_connection() as connection:
        return {(measure, verdict): int(events) for measure, verdict, events in connection.execute(query)}


def wait_until_counted(sent: Mapping[Measure, int], socket_ids: Sequence[int], before: Counts) -> Tally:
    """The tally when nothing is missing in it any more, or after half a minute as it is then."""
    until_s = time.monotonic() + COUNTED_WITHIN_S
    while True:
        gained = Counter(counted_so_far(socket_ids))
        gained.subtract(Counter(before))
        tally = Tally(sent, gained)
        if not tally.lost or time.monotonic() >= until_s:
            return tally
        time.sleep(LOOK_EVERY_S)
