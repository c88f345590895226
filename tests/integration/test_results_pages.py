"""Pages of results: one line item's numbers are the same for both sides, on the page, in the chart and in the file."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from flask import Flask

from app.delivery.event_log import EventFlag, EventKind
from app.domain.measurement.states import Verdict
from app.foundation.clock import set_offset
from app.foundation.db import in_transaction
from app.web.words.states.measurement import MEASURES, VERDICTS
from config import Config
from tests.factories.accounts import make_person, sign_in
from tests.factories.creatives import make_house_ad
from tests.factories.delivery import OnAir, make_on_air
from tests.factories.events import Told
from tests.factories.readers import come_by, count_lines, visit_lines
from tests.support.event_lines import forget_events
from tests.support.page import Page
from tests.support.page_client import PageClient

MEASURE_NAMES = [words.label_id for words in MEASURES.values()]
COLUMNS = len(MEASURE_NAMES) + 3
DAYS = 3


@dataclass(frozen=True)
class Sides:
    """A running line item that was read for three days, and browsers of its two parties."""

    on_air: OnAir
    buyer: PageClient
    publisher: PageClient

    @property
    def bought(self) -> str:
        """The buyer's page of results."""
        return f"/campaigns/{self.on_air.booking.line_item}/results"

    @property
    def sold(self) -> str:
        """The publisher's page of the socket's results."""
        return f"/selling/sockets/{self.on_air.booking.socket_id}/results"

    def both(self, query: str = "") -> tuple[Page, Page]:
        """The same line item on both sides' pages."""
        return (
            self.buyer.get(f"{self.bought}?{query}"),
            self.publisher.get(f"{self.sold}?line_item={self.on_air.booking.line_item}&{query}"),
        )

    def both_files(self, name: str, query: str = "") -> tuple[Page, Page]:
        """The same of the chart and of the file."""
        line_item = self.on_air.booking.line_item
        return (
            self.buyer.get(f"{self.bought}/{name}?{query}"),
            self.publisher.get(f"{self.sold}/{name}?line_item={line_item}&{query}"),
        )


@pytest.fixture
def sides(app: Flask, config: Config) -> Sides:
    """Readers came through the gate on the first day, and as lines of its log on all three; not everything counts."""
    forget_events(app)
    on_air = make_on_air(app, days=DAYS)
    come_by(app, config, on_air, readers=3)
    visits = [(noon(on_air, day) + timedelta(hours=hour), hour) for day in range(DAYS) for hour in range(2 + day)]
    lines = [visit_lines(on_air, at, who=hour, sees=hour % 2 == 0, clicks=hour == 2) for at, hour in visits]
    count_lines(app, config, "".join([*lines, faulty_lines(on_air)]))
    move_clock(app, timedelta(days=DAYS))
    booking = on_air.booking
    return Sides(on_air, sign_in(PageClient(app), booking.buyer), sign_in(PageClient(app), booking.publisher))


def noon(on_air: OnAir, day: int) -> datetime:
    """Noon of a day of the flight."""
    return datetime.combine(on_air.booking.starts_on + timedelta(days=day), time(12), tzinfo=UTC)


def faulty_lines(on_air: OnAir) -> str:
    """A visit of the second day, and every way in which it does not count."""
    at = noon(on_air, 1) + timedelta(hours=6)
    told = Told(at=at, socket_id=on_air.booking.socket_id, line_item_id=on_air.booking.line_item_id, host=on_air.domain)
    told = told.but(creative_id=on_air.creative_id, nonce="once", address_hash="F" * 22)
    impression = told.but(kind=EventKind.IMPRESSION, flags=EventFlag.MEASURABLE.value)
    ways: Sequence[dict[str, Any]] = (
        {},
        {},  # repeated
        {"nonce": "bot", "agent": "Googlebot/2.1"},
        {"nonce": "ahead", "flags": EventFlag.PREFETCH.value},
        {"nonce": "old", "issued_at": at - timedelta(hours=5)},
        {"nonce": "elsewhere", "host": "elsewhere.example"},
        *({"nonce": f"many{number}"} for number in range(6)),  # the first four are let through
    )
    return told.line + "".join(impression.but(**way).line for way in ways)


def move_clock(app: Flask, by: timedelta) -> None:
    """The market's time from now on."""
    with app.app_context():
        in_transaction(lambda: set_offset(int(by.total_seconds())))


def figures(page: Page) -> list[list[str]]:
    """The rows of the table of figures, its sum too."""
    heads = {"Day", "Hour from", "Measure", *MEASURE_NAMES}
    return [row for row in page.rows if len(row) == COLUMNS and row[0] not in heads]


def counts(row: Sequence[str]) -> list[int]:
    """The counted figures of a row."""
    return [int(cell.replace(",", "")) for cell in row[1 : len(MEASURE_NAMES) + 1]]


def not_counted(page: Page) -> dict[str, dict[str, int]]:
    """By measure: what came in, what was counted, and each reason."""
    rows = [row for row in page.rows if row[0] in {"Measure", *MEASURE_NAMES}]
    heads = rows[0][1:]
    return {row[0]: dict(zip(heads, map(int, row[1:]), strict=True)) for row in rows[1:]}


def read_csv(page: Page) -> list[list[str]]:
    """The rows of a file."""
    return list(csv.reader(io.StringIO(page.body)))


def test_both_sides_see_the_same_numbers_by_day(sides: Sides) -> None:
    bought, sold = sides.both()
    assert figures(bought) == figures(sold)
    first, second, third, in_all = (counts(row) for row in figures(bought))
    # Requests, filled, impressions, measurable, viewable, clicks: three readers came through the gate.
    assert first == [5, 5, 5, 5, 4, 1]
    assert second == [4, 4, 8, 8, 2, 1]
    assert third == [4, 4, 4, 4, 2, 1]
    assert in_all == [sum(column) for column in zip(first, second, third, strict=True)]
    assert not_counted(bought) == not_counted(sold)


def test_whatever_came_in_is_counted_or_has_one_reason(sides: Sides) -> None:
    bought, _sold = sides.both()
    by_measure = not_counted(bought)
    for measure, sums in by_measure.items():
        came_in, counted, *reasons = sums.values()
        assert came_in == counted + sum(reasons), measure
    names = [words.label_id for verdict, words in VERDICTS.items() if verdict is not Verdict.COUNTED]
    assert by_measure["Impressions"] == {
        "Came in": 24,
        "Counted": 17,
        "Too old": 1,
        "Another site": 1,
        "Fetched ahead": 1,
        "Robot": 1,
        "Repeated": 1,
        "Too many": 2,
    }
    assert [name for name in names if name in by_measure["Impressions"]] == list(by_measure["Impressions"])[2:]


def test_the_hours_of_a_day_add_up_to_it_and_are_the_same_for_both(sides: Sides) -> None:
    for number in range(DAYS):
        day = sides.on_air.booking.starts_on + timedelta(days=number)
        bought, sold = sides.both(f"day={day}")
        assert figures(bought) == figures(sold)
        *hours, in_all = figures(bought)
        assert len(hours) == 24
        assert counts(in_all) == [sum(column) for column in zip(*map(counts, hours), strict=True)]
        assert counts(in_all) == counts(figures(sides.buyer.get(sides.bought))[number])
    assert dict(zip([row[0] for row in hours], map(counts, hours), strict=True))["14:00"] == [1, 1, 1, 1, 1, 1]


def test_a_click_after_midnight_stands_below_the_last_day_and_both_pages_come_to_the_same(
    app: Flask, config: Config, sides: Sides
) -> None:
    on_air = sides.on_air
    over = datetime.combine(on_air.booking.ends_before, time(), tzinfo=UTC)
    told = Told(
        at=over + timedelta(minutes=2),
        socket_id=on_air.booking.socket_id,
        line_item_id=on_air.booking.line_item_id,
        creative_id=on_air.creative_id,
        host=on_air.domain,
        kind=EventKind.CLICK,
        issued_at=over - timedelta(minutes=1),
        nonce="late",
        address_hash="L" * 22,
    )
    request = told.but(kind=EventKind.DECISION, line_item_id=0, creative_id=0, nonce="next", address_hash="N" * 22)
    count_lines(app, config, told.line + request.line)
    bought, sold = sides.both()
    assert figures(bought) == figures(sold)
    *days, after, in_all = figures(bought)
    assert len(days) == DAYS
    assert (after[0], counts(after)) == ("After the last day", [0, 0, 0, 0, 0, 1])
    assert counts(in_all) == [sum(column) for column in zip(*map(counts, [*days, after]), strict=True)]
    assert not_counted(bought)["Clicks"]["Counted"] == counts(in_all)[-1]
    [line] = [row for row in sides.buyer.get("/campaigns").rows if row[0].startswith("Top banner")]
    assert [int(cell) for cell in line[2:4]] == [counts(in_all)[4], counts(in_all)[5]]
    last = read_csv(sides.both_files("results.csv", "period=flight")[0])[-1]
    assert (last[2], last[8]) == ("After the last day", "1")
    assert "After the last day" not in sides.buyer.get(f"{sides.bought}?day={on_air.booking.starts_on}")


def test_the_file_holds_the_figures_of_the_table(sides: Sides) -> None:
    for query in ("", f"day={sides.on_air.booking.starts_on}"):
        bought, sold = sides.both_files("results.csv", query)
        assert bought.body == sold.body
        heads, *rows = read_csv(bought)
        table = figures(sides.buyer.get(f"{sides.bought}?{query}"))[:-1]
        assert [list(map(int, row[3:9])) for row in rows] == [counts(row) for row in table]
        assert [row[9:] for row in rows] == [
            [cell.removesuffix(" %").replace("–", "") for cell in row[7:]]  # noqa: RUF001 - the dash for "none"
            for row in table
        ]
        assert heads[2:4] == [f"{'hour' if query else 'day'} (UTC)", "requests (count)"]
        assert rows[0][:2] == ["Compiler News", "Top banner"]
    assert bought.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert bought.headers["Content-Disposition"].startswith('attachment; filename="isocket-results-')


def test_the_bars_of_the_chart_are_as_high_as_the_figures(sides: Sides) -> None:
    bought, sold = sides.both_files("chart.svg", "period=flight")
    assert bars(bought.body) == bars(sold.body)
    viewable = [counts(row)[4] for row in figures(sides.buyer.get(sides.bought))[:-1]]
    heights = bars(bought.body)[0]
    assert [round(height / heights[0] * viewable[0], 1) for height in heights] == viewable
    assert bought.headers["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert "sandbox" in bought.headers["Content-Security-Policy"]
    assert "<script" not in bought.body


def bars(svg: str) -> list[list[float]]:
    """The heights of a chart's bars, layer by layer from the ground up."""
    root = ET.fromstring(svg)  # noqa: S314 - our own chart
    layers = [group for group in root.iter() if "series" in group.get("class", "").split()]
    return [
        [float(bar.get("height", "0")) for bar in layer.iter() if bar.tag.endswith("rect")]
        for layer in layers
        if any(bar.tag.endswith("rect") for bar in layer.iter())
    ]


def test_the_publisher_sees_the_socket_with_everything_on_it_but_their_own_ad(
    app: Flask, config: Config, sides: Sides
) -> None:
    booking = sides.on_air.booking
    house = make_house_ad(app, booking.publisher, booking.socket_id)
    at = noon(sides.on_air, 2)
    own = Told(at=at, socket_id=booking.socket_id, creative_id=house.id, host=sides.on_air.domain)
    count_lines(app, config, own.line + own.but(kind=EventKind.IMPRESSION).line)
    page = sides.publisher.get(sides.sold)
    by_day = {row[0].removesuffix(", so far"): counts(row) for row in figures(page)}
    assert by_day[f"{at:%a} {at.day} {at:%b %Y}"] == [5, 4, 4, 4, 2, 1]
    assert "It got: impressions 1, viewable 0, clicks 0." in page.text
    assert len(by_day) == 31


def test_nobody_else_finds_a_line_items_results(app: Flask, sides: Sides) -> None:
    stranger = sign_in(PageClient(app), make_person(app))
    other = make_on_air(app, number=1)
    for name in ("", "/chart.svg", "/results.csv"):
        stranger.get(f"{sides.bought}{name}", expect=404)
        stranger.get(f"{sides.sold}{name}", expect=404)
        # The publisher has the page of the socket; the buyer's is the buyer's.
        sides.publisher.get(f"{sides.bought}{name}", expect=404)
        sides.buyer.get(f"{sides.sold}{name}", expect=404)
        sides.publisher.get(f"{sides.sold}{name}?line_item={other.booking.line_item}", expect=404)
        sides.publisher.get(f"{sides.sold}{name}?line_item=no-such-thing", expect=404)
    visitor = PageClient(app)
    visitor.get(sides.bought)
    assert visitor.path.startswith("/sign-in")


def test_what_is_asked_wrongly_is_answered_with_the_usual_period(sides: Sides) -> None:
    usual = figures(sides.buyer.get(sides.bought))
    for query in ("day=yesterday", "day=0001-01-01", "day=9999-12-31", "period=century", "until=soon", "day="):
        assert figures(sides.buyer.get(f"{sides.bought}?{query}")) == usual, query
        sides.publisher.get(f"{sides.sold}?{query}")


def test_a_flight_that_has_not_begun_says_when_it_does(app: Flask, client: PageClient) -> None:
    on_air = make_on_air(app, starts_in=9)
    sign_in(client, on_air.booking.buyer)
    page = client.get(f"/campaigns/{on_air.booking.line_item}/results")
    begins = on_air.booking.starts_on
    assert f"The flight begins on {begins.day} {begins:%b %Y}." in page.text
    assert figures(page) == []
    client.get(f"/campaigns/{on_air.booking.line_item}/results/chart.svg")
    assert len(read_csv(client.get(f"/campaigns/{on_air.booking.line_item}/results/results.csv"))) == 1


def test_days_are_those_of_the_site_when_its_clocks_change(app: Flask, config: Config) -> None:
    """The night of 26 October 2031 has 25 hours in Berlin, the one of 30 March 23."""
    for night, hours, repeated in ((date(2031, 3, 30), 23, 0), (date(2031, 10, 26), 25, 2)):
        forget_events(app)
        eve = datetime.combine(night - timedelta(days=2), time(12), tzinfo=UTC)
        move_clock(app, eve - datetime.now(UTC))  # noqa: TID251 - the clock is moved from the real time
        on_air = make_on_air(app, number=hours, starts_in=1, days=3, time_zone="Europe/Berlin")
        begins_at = datetime.combine(night - timedelta(days=1), time(22 if hours == 25 else 23), tzinfo=UTC)
        lines = [visit_lines(on_air, begins_at + number * timedelta(hours=1), who=number) for number in range(hours)]
        count_lines(app, config, "".join(lines))
        move_clock(app, eve + timedelta(days=4) - datetime.now(UTC))  # noqa: TID251 - as above
        client = sign_in(PageClient(app), on_air.booking.buyer)
        address = f"/campaigns/{on_air.booking.line_item}/results"
        before, changed, after, _sum = figures(client.get(address))
        assert (counts(before)[0], counts(changed)[0], counts(after)[0]) == (0, hours, 0)
        *rows, _sum = figures(client.get(f"{address}?day={night}"))
        assert [counts(row)[0] for row in rows] == [1] * hours
        assert [row[0] for row in rows if row[0].startswith("02:00")] == ["02:00 CEST", "02:00 CET"][:repeated]
        chart = client.get(f"{address}/chart.svg?day={night}")
        assert [len(layer) for layer in bars(chart.body)] == [hours, hours]


def test_no_cell_of_the_file_is_a_formula(app: Flask, config: Config, client: PageClient) -> None:
    forget_events(app)
    on_air = make_on_air(app, socket={"name": '=HYPERLINK("https://evil.example")'})
    come_by(app, config, on_air)
    sign_in(client, on_air.booking.buyer)
    _heads, row = read_csv(client.get(f"/campaigns/{on_air.booking.line_item}/results/results.csv"))[:2]
    assert row[1] == '\'=HYPERLINK("https://evil.example")'
