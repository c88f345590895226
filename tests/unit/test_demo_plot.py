"""The demo's plot keeps the market's rules at whatever time of day it is played."""

from datetime import timedelta

import pytest

from app.domain.auctions.rules import HARD_END_AFTER, LEAD_BEFORE_FLIGHT
from demo.plot import PAST, RUNNING, SALES, SILENT_DAYS, Contest
from demo.sites import SITES
from demo.sockets import SOCKETS

WORDS = {f"{words.site}/{words.key}": words for words in SOCKETS}
# A flight begins at a site's midnight, which may be almost a day before the time of day of the demo's last moment;
# and a clock may be changed in between.
TIME_OF_DAY = timedelta(hours=25)


def test_there_are_twelve_sites_and_forty_sockets() -> None:
    assert (len(SITES), len(SOCKETS), len(WORDS)) == (12, 40, 40)
    assert {words.site for words in SOCKETS} == {site.key for site in SITES}


@pytest.mark.parametrize("contest", [*PAST, *RUNNING], ids=lambda contest: f"{contest.socket}{contest.flight.starts}")
def test_an_auction_ends_long_enough_before_its_flight(contest: Contest) -> None:
    needed = LEAD_BEFORE_FLIGHT + timedelta(hours=WORDS[contest.socket].hours) + HARD_END_AFTER
    assert timedelta(days=contest.flight.starts) - contest.ends >= needed + TIME_OF_DAY
    assert contest.opens < contest.ends


def test_no_place_is_sold_twice() -> None:
    taken: dict[tuple[str, int], int] = {}
    for one in (*SALES, *PAST, *RUNNING):
        for day in range(one.flight.starts, one.flight.starts + one.flight.days):
            taken[one.socket, day] = taken.get((one.socket, day), 0) + 1
    assert {key: number for key, number in taken.items() if number > WORDS[key[0]].places} == {}


def test_a_tag_is_missing_only_on_days_that_were_sold() -> None:
    for site, days in SILENT_DAYS.items():
        for day in days:
            assert any(
                sale.socket.startswith(f"{site}/") and sale.flight.starts <= day < sale.flight.starts + sale.flight.days
                for sale in SALES
            )
