"""Who reads: browsers and robots, when they come, and what they do with an ad. Pure; chance is an argument."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.measurement.states import Measure

HOUR = timedelta(hours=1)
# How the readers of a day are spread over its hours, local time; from the night's low to the evening's high.
BY_HOUR = (10, 6, 4, 3, 3, 6, 16, 34, 48, 52, 50, 48, 54, 52, 46, 44, 46, 50, 56, 66, 74, 70, 46, 24)
BY_WEEKDAY = (1.04, 1.06, 1.05, 1.02, 0.94, 0.86, 1.03)
BUSY_DAY = 1.9
"""How much more is read on the day on which a weekly comes out."""
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6"
WINDOWS, MAC = "Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7"
# How many of a hundred, and what they call themselves.
AGENTS = (
    (28, f"Mozilla/5.0 ({WINDOWS}) {WEBKIT} Chrome/142.0.0.0 Safari/537.36"),
    (18, f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) {SAFARI} Mobile/15E148 Safari/604.1"),
    (15, f"Mozilla/5.0 (Linux; Android 10; K) {WEBKIT} Chrome/142.0.0.0 Mobile Safari/537.36"),
    (13, f"Mozilla/5.0 ({WINDOWS}; rv:145.0) Gecko/20100101 Firefox/145.0"),
    (10, f"Mozilla/5.0 ({MAC}) {SAFARI} Safari/605.1.15"),
    (7, "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
    (5, f"Mozilla/5.0 ({WINDOWS}) {WEBKIT} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0"),
    (4, f"Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) {SAFARI} Mobile/15E148 Safari/604.1"),
)
ROBOTS = (
    (5, "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"),
    (4, "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)"),
    (2, f"Mozilla/5.0 {WEBKIT}; compatible; GPTBot/1.2; +https://openai.com/gptbot)"),
    (2, "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)"),
)
ELSEWHERE = ("pagecopy.example", "translated.example", "reader-mode.example")
ROBOT_SHARE = 0.035
ELSEWHERE_SHARE = 0.006
AHEAD_SHARE = 0.008
GPC_SHARE = 0.07
RELOADING_SHARE = 0.004
RELOADS = 8
MEASURABLE_SHARE = 0.97
TWICE_SHARE = 0.006
LATE_SHARE = 0.002
CLICK_SHARE = 0.006
"""Of those who saw it."""
MEASURES = {
    "/d?": Measure.REQUEST,
    "/e/i": Measure.IMPRESSION,
    "/e/v": Measure.VIEWABLE,
    "/c/": Measure.CLICK,
}
VIEW_LIFE = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Reader:
    """One browser, or one robot."""

    address: str
    agent: str
    is_robot: bool = False
    objects: bool = False
    """Sends ``Sec-GPC: 1``."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One page opened."""

    at: datetime
    reader: Reader
    host: str
    is_ahead: bool = False
    """The browser fetches the page ahead of its reader."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """What follows a filled socket, so many seconds later."""

    after_s: float
    path: str
    """With ``{}`` where the token goes."""


@dataclass(frozen=True, slots=True)
class Habits:
    """When a site is read, and how much."""

    zone: ZoneInfo
    visits_a_day: float
    busy_weekday: int | None = None
    """Monday is 0."""
    silent_days: frozenset[date] = field(default_factory=frozenset)
    """Days on which the tag was not in the page."""


def expected_visits(habits: Habits, begin: datetime) -> float:
    """How many visits the hour from this moment brings on average."""
    local = begin.astimezone(habits.zone)
    if local.date() in habits.silent_days:
        return 0.0
    week = BY_WEEKDAY[local.weekday()] * (BUSY_DAY if local.weekday() == habits.busy_weekday else 1.0)
    return habits.visits_a_day * week * BY_HOUR[local.hour] / sum(BY_HOUR)


def visits_between(
    habits: Habits, host: str, begin: datetime, end: datetime, *, chance: random.Random
) -> Iterator[Visit]:
    """The visits of a stretch of time, hour by hour; within an hour in no order."""
    at = begin
    while at < end:
        step = min(HOUR, end - at)
        mean = expected_visits(habits, at) * (step / HOUR)
        for _ in range(_poisson(mean, chance)):
            yield from _visit(at + step * chance.random(), host, chance)
        at += step


def reactions(reader: Reader, viewable_percent: int, *, chance: random.Random) -> Iterator[Reaction]:
    """What a reader's browser reports of one ad, and whether they click."""
    if reader.is_robot and chance.random() < 0.6:  # noqa: PLR2004 - most robots run no scripts
        return
    rendered = chance.uniform(0.1, 1.8)
    if chance.random() < LATE_SHARE:
        # A tab that slept, and woke when its token was too old.
        rendered += VIEW_LIFE.total_seconds() + chance.uniform(60, 7200)
    is_measurable = chance.random() < MEASURABLE_SHARE
    shown = Reaction(rendered, "/e/i?t={}&m=1" if is_measurable else "/e/i?t={}")
    yield shown
    if chance.random() < TWICE_SHARE:
        yield Reaction(rendered + 0.4, shown.path)
    if not is_measurable or chance.random() * 100 >= viewable_percent:
        return
    seen = rendered + 1 + chance.expovariate(1 / 4)
    yield Reaction(seen, "/e/v?t={}")
    if chance.random() < CLICK_SHARE:
        yield Reaction(seen + chance.uniform(0.8, 25), "/c/{}")


def measure_of(path: str) -> Measure:
    """What a request of a reader's browser is evidence of.

    >>> measure_of("/d?s=beside-abc"), measure_of("/e/v?t=token"), measure_of("/c/token")
    (<Measure.REQUEST: 'request'>, <Measure.VIEWABLE: 'viewable'>, <Measure.CLICK: 'click'>)
    """
    return next(measure for start, measure in MEASURES.items() if path.startswith(start))


def headers_of(reader: Reader, host: str, *, ahead: bool) -> dict[str, str]:
    """The headers by which a browser says who asks, from which page, and whether ahead of its reader."""
    is_here = host.startswith(("127.", "localhost"))
    said = {"User-Agent": reader.agent, "Origin": f"{'http' if is_here else 'https'}://{host}"}
    if reader.objects:
        said["Sec-GPC"] = "1"
    if ahead:
        said["Sec-Purpose"] = "prefetch;prerender"
    return said


def new_reader(chance: random.Random) -> Reader:
    """A browser somewhere, or now and then a robot."""
    is_robot = chance.random() < ROBOT_SHARE
    agents = ROBOTS if is_robot else AGENTS
    (agent,) = chance.choices([text for _, text in agents], [weight for weight, _ in agents])
    # Networks that are set aside for examples and tests: they are nobody's.
    address = f"198.{chance.choice((18, 19))}.{chance.randrange(256)}.{chance.randrange(1, 255)}"
    return Reader(address, agent, is_robot, objects=not is_robot and chance.random() < GPC_SHARE)


def _visit(at: datetime, host: str, chance: random.Random) -> Iterator[Visit]:
    reader = new_reader(chance)
    where = chance.choice(ELSEWHERE) if chance.random() < ELSEWHERE_SHARE else host
    yield Visit(at, reader, where, is_ahead=chance.random() < AHEAD_SHARE)
    if chance.random() < RELOADING_SHARE:
        for number in range(1, RELOADS + 1):
            yield Visit(at + timedelta(seconds=number * 9), reader, where)


def _poisson(mean: float, chance: random.Random) -> int:
    """How often something happens that happens this often on average."""
    count, waited = 0, chance.expovariate(1.0)
    while waited < mean:
        count, waited = count + 1, waited + chance.expovariate(1.0)
    return count
