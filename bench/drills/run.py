"""The list of drills, and running some of them one after the other on one ground."""

import sys
from collections.abc import Callable, Iterator, Sequence

from bench.drills.auctions import last_seconds, storm_through_the_close
from bench.drills.browser import in_chromium
from bench.drills.calendar import one_free_day, racing_orders
from bench.drills.ground import Ground, prepared_ground
from bench.drills.keys import one_effect
from bench.drills.result import Result
from tests.support.databases import Databases

CLIENTS, CLIENTS_SHORT = 50, 10
STORMS, STORMS_SHORT = 20, 1
LOG_TAIL_CHARACTERS = 12_000

DRILLS: dict[str, Callable[[Ground], Result]] = {
    "R1": storm_through_the_close,
    "R2": last_seconds,
    "R3": one_free_day,
    "R4": racing_orders,
    "R5": one_effect,
    "R6": in_chromium,
}


def run_drills(
    names: Sequence[str], kind: str, databases: Databases, *, is_short: bool, storms: int | None = None
) -> Iterator[Result]:
    """Runs these drills on a database of this kind, each as soon as the one before is over."""
    storms = storms or (STORMS_SHORT if is_short else STORMS)
    clients = CLIENTS_SHORT if is_short else CLIENTS
    with prepared_ground(kind, databases, clients=clients, is_short=is_short, storms=storms) as ground:
        for name in names:
            result = DRILLS[name](ground)
            if result.problems:
                print(ground.server.log[-LOG_TAIL_CHARACTERS:], file=sys.stderr)
            yield result
