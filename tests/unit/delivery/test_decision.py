"""The decision: equal shares for places, nothing outside its flight, nothing on somebody else's page."""

import json
from collections import Counter
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from app.delivery.decision import choose, choose_for_page
from app.delivery.snapshot import (
    CreativeEntry,
    Filling,
    LiveLineItem,
    SocketEntry,
    filled_by_house_ad,
    filled_by_invitation,
    filled_by_line_item,
    filled_by_nothing,
)

NOW_MS = 1_795_000_000_000
DAY_MS = 86_400_000
CREATIVE = CreativeEntry(7, "https://c.example/x.png", None, 300, 250, 'Boots, "dry" </script>', "https://shop.example")
HOUSE = filled_by_house_ad("top", 3, CREATIVE)
NOTHING = filled_by_nothing("top")


def booking(line_item_id: int, place: int = 1, starts_ms: int = NOW_MS, ends_ms: int = NOW_MS + DAY_MS) -> LiveLineItem:
    return LiveLineItem(place, starts_ms, ends_ms, filled_by_line_item("top", 3, line_item_id, CREATIVE))


def socket(*bookings: LiveLineItem, places: int = 1, otherwise: Filling = HOUSE) -> SocketEntry:
    by_place = tuple(tuple(one for one in bookings if one.place == place) for place in range(1, places + 1))
    return SocketEntry(3, "news.example", by_place, otherwise, NOTHING, count(0))


@given(places=st.integers(1, 10), first_turn=st.integers(0, 1_000), rounds=st.integers(1, 20))
def test_places_get_equal_shares_wherever_the_turns_begin(places: int, first_turn: int, rounds: int) -> None:
    entry = socket(*(booking(place, place) for place in range(1, places + 1)), places=places)
    turns = range(first_turn, first_turn + places * rounds)
    given_to = Counter(choose(entry, turn=turn, now_ms=NOW_MS).line_item_id for turn in turns)
    assert given_to == dict.fromkeys(range(1, places + 1), rounds)


@given(
    flights=st.lists(st.tuples(st.integers(1, 4), st.integers(-5, 5), st.integers(1, 5)), max_size=12),
    turn=st.integers(0, 100),
    hour=st.integers(-100, 100),
)
def test_a_line_item_never_runs_outside_its_flight(flights: list[tuple[int, int, int]], turn: int, hour: int) -> None:
    bookings = [
        booking(number, place, NOW_MS + start * DAY_MS, NOW_MS + (start + days) * DAY_MS)
        for number, (place, start, days) in enumerate(flights, 1)
    ]
    now_ms = NOW_MS + hour * 3_600_000
    chosen = choose(socket(*bookings, places=4), turn=turn, now_ms=now_ms)
    running = [one.filling for one in bookings if one.place == turn % 4 + 1 and one.starts_ms <= now_ms < one.ends_ms]
    assert chosen is (running[0] if running else HOUSE)


def test_a_flight_begins_and_ends_on_the_millisecond() -> None:
    entry = socket(booking(5))
    moments = {"before": NOW_MS - 1, "first": NOW_MS, "last": NOW_MS + DAY_MS - 1, "after": NOW_MS + DAY_MS}
    found = {name: choose(entry, turn=0, now_ms=now_ms).line_item_id for name, now_ms in moments.items()}
    assert found == {"before": 0, "first": 5, "last": 5, "after": 0}


def test_one_flight_follows_the_other_on_the_same_place() -> None:
    entry = socket(booking(5), booking(6, starts_ms=NOW_MS + DAY_MS, ends_ms=NOW_MS + 2 * DAY_MS))
    assert [choose(entry, turn=0, now_ms=NOW_MS + day * DAY_MS).line_item_id for day in range(3)] == [5, 6, 0]


def test_a_free_place_shows_what_the_publisher_chose_and_takes_no_share_of_others() -> None:
    entry = socket(booking(5, place=2), places=3)
    chosen = [choose(entry, turn=turn, now_ms=NOW_MS).line_item_id for turn in range(6)]
    assert chosen == [0, 5, 0, 0, 5, 0]


def test_a_page_of_somebody_else_gets_nothing_and_takes_no_turn() -> None:
    entry = socket(booking(5), booking(6, place=2), places=2)
    hosts = ["news.example", "evil.example", "www.news.example", "", "blog.news.example", "xnews.example"]
    chosen = [choose_for_page(entry, host, NOW_MS).line_item_id for host in hosts]
    assert chosen == [5, 0, 6, 5, 6, 0]
    assert choose_for_page(entry, "evil.example", NOW_MS) is NOTHING


def test_what_an_answer_says_is_json_whatever_the_words_are() -> None:
    said = json.loads(booking(5).filling.opening + 'TOKEN"}')
    assert said == {
        "socket": "top",
        "kind": "ad",
        "image": "https://c.example/x.png",
        "width": 300,
        "height": 250,
        "alt": 'Boots, "dry" </script>',
        "token": "TOKEN",
    }
    invitation = filled_by_invitation("top", "https://market.example/sockets/top", width_px=300, height_px=250)
    assert json.loads(invitation.opening)["link"] == "https://market.example/sockets/top"
    assert json.loads(NOTHING.opening) == {"socket": "top", "kind": "nothing"}


def test_a_still_frame_is_named_only_where_there_is_one() -> None:
    moving = CreativeEntry(7, "https://c.example/x.gif", "https://c.example/y.png", 1, 1, "Boots", "https://s.example")
    assert '"still":"https://c.example/y.png"' in filled_by_house_ad("top", 3, moving).opening
    assert "still" not in HOUSE.opening
