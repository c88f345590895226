"""What happens in the demo's month: who buys what, what is auctioned, and the things that go wrong. Data only.

Days are counted from the demo's last day: -30 is a month before it, 2 is the day after tomorrow.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from demo.ads import Art
from demo.deals import Flight, Prices

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
SILENT_DAYS = {"crumb": (-12,), "letras": (-9,)}
"""By site, days on which its pages carried no tag."""


class Turn(StrEnum):
    """How the creative of a sale fares."""

    SMOOTH = "smooth"
    """Sent at once, approved within a day and a half."""
    REFUSED_ONCE = "refused_once"
    """Refused on a published ground; the second one is approved."""
    CHANGE_ASKED = "change_asked"
    """"Please change", and the buyer has not answered yet."""
    WAITING = "waiting"
    """Nobody has looked at it yet."""
    SILENT = "silent"
    """The publisher never answers: what the socket says happens."""
    LATE = "late"
    """The buyer sends it two days after the flight has begun."""
    MISSING = "missing"
    """The buyer has still to send one."""
    PAUSED = "paused"
    """Approved, and paused by the buyer for a day and a half in mid-flight."""


@dataclass(frozen=True, slots=True)
class Sale:
    """Days bought at the fixed price; paid ``ahead`` days before the first."""

    buyer: str
    socket: str
    flight: Flight
    turn: Turn = Turn.SMOOTH
    art: Art = Art.DRAWN
    ahead: float = 2.7


@dataclass(frozen=True, slots=True)
class Contest:
    """An auction: when it opens and ends, and who bids how much at most (None: a little over the least)."""

    socket: str
    flight: Flight
    prices: Prices
    opens: timedelta
    ends: timedelta
    bids: tuple[tuple[str, int | None], ...]
    turn: Turn = Turn.SMOOTH
    second_chance: str = ""
    """Who takes the offer after the winner's award has lapsed."""


def _sale(buyer: str, socket: str, starts: int, days: int, turn: Turn = Turn.SMOOTH, art: Art = Art.DRAWN) -> Sale:
    return Sale(buyer, socket, Flight(starts, days), turn, art)


SALES = (
    _sale("buyer", "branch-line/rect", -29, 14),
    _sale("northlight", "branch-line/rect", -13, 21),
    _sale("buyer", "branch-line/leader", -20, 30),
    _sale("paperbound", "branch-line/leader", -9, 14),
    _sale("oakapple", "branch-line/between", -24, 28, Turn.SILENT),
    _sale("merino", "branch-line/between", -6, 14),
    _sale("tinyledger", "branch-line/between", 2, 7, Turn.WAITING),
    _sale("oakapple", "allotment/top", -26, 14),
    _sale("kettle", "allotment/top", -8, 14),
    _sale("buyer", "allotment/side", -21, 7, Turn.REFUSED_ONCE),
    _sale("kettle", "allotment/foot", 2, 7, Turn.CHANGE_ASKED),
    _sale("paperbound", "fell/map", -27, 30),
    _sale("merino", "fell/bus", -15, 21, Turn.SMOOTH, Art.PHOTOGRAPH),
    _sale("buyer", "crumb/side", -18, 14, Turn.SMOOTH, Art.ANIMATION),
    _sale("kettle", "crumb/top", -25, 30),
    _sale("northlight", "crumb/top", -10, 14),
    _sale("tinyledger", "borrow/archive", -28, 28),
    _sale("tinyledger", "borrow/code", -7, 14),
    _sale("northlight", "rochade/brett", -22, 14),
    _sale("buyer", "rochade/kopf", -12, 21),
    _sale("tinyledger", "rochade/kopf", -5, 14),
    _sale("paperbound", "rochade/kopf", 2, 7),
    _sale("northlight", "nightwatch/tonight", -16, 21, Turn.SMOOTH, Art.ANIMATION),
    _sale("merino", "nightwatch/phone", -14, 14),
    _sale("kettle", "nightwatch/sketch", -3, 7, Turn.WAITING),
    _sale("kettle", "tasse/haut", -20, 14),
    _sale("buyer", "tasse/haut", -4, 14),
    _sale("oakapple", "tasse/colonne", -14, 14, Turn.LATE),
    _sale("merino", "dijk/kaart", -19, 28, Turn.PAUSED),
    _sale("paperbound", "dijk/tekst", -23, 14),
    _sale("brassthumb", "strings/lesson", -29, 30),
    _sale("northlight", "strings/lesson", -8, 14),
    _sale("brassthumb", "strings/end", -12, 14),
    _sale("tinyledger", "invoice/tool", -17, 30),
    _sale("northlight", "invoice/guide", -6, 14, Turn.MISSING),
    _sale("buyer", "letras/portada", -15, 7),
    _sale("paperbound", "letras/entre", -10, 14),
)
_ANY = None
PAST = (
    Contest("branch-line/half", Flight(-17, 7), Prices(2_500), -32 * DAY, -23.4 * DAY,
            (("brassthumb", 4_000), ("northlight", 5_500), ("buyer", 7_500))),
    Contest("crumb/middle", Flight(-15, 14), Prices(6_000), -31 * DAY, -21.5 * DAY,
            (("buyer", 9_000), ("kettle", 12_500), ("buyer", 11_500), ("northlight", 10_000))),
    Contest("strings/tab", Flight(-13, 14), Prices(5_000, buy_now=14_000), -30 * DAY, -19.6 * DAY,
            (("northlight", 7_000), ("brassthumb", 9_500), ("merino", 8_500))),
    Contest("fell/wide", Flight(-9, 7), Prices(4_000), -28 * DAY, -16.5 * DAY,
            (("paperbound", 5_000), ("merino", 8_000), ("paperbound", 7_500))),
    Contest("borrow/letter", Flight(-7, 7), Prices(9_000), -24 * DAY, -13.4 * DAY,
            (("brassthumb", 9_500), ("tinyledger", 21_000), ("northlight", 14_500))),
    Contest("rochade/loesung", Flight(-8, 7), Prices(3_000, reserve=9_000), -25 * DAY, -14.3 * DAY,
            (("oakapple", 3_500), ("buyer", 6_000))),
    # Over 2,000.00 the local gateway's bank declines: the winner does not pay, and the next in line is asked.
    Contest("dijk/boven", Flight(5, 60), Prices(60_000), -15 * DAY, -8 * DAY,
            (("northlight", 80_000), ("merino", 250_000), ("oakapple", 205_000)), second_chance="oakapple"),
    Contest("branch-line/half", Flight(5, 7), Prices(2_500), -11 * DAY, -2.2 * DAY,
            (("kettle", 4_500), ("buyer", 8_000), ("oakapple", 6_000)), Turn.MISSING),
)  # fmt: skip
RUNNING = (
    Contest("branch-line/half", Flight(14, 7), Prices(2_500), -6 * DAY, 7 * MINUTE,
            (("brassthumb", _ANY), ("kettle", _ANY), ("northlight", _ANY), ("kettle", _ANY), ("buyer", 9_500))),
    Contest("crumb/middle", Flight(10, 14), Prices(6_000), -5 * DAY, 26 * MINUTE,
            (("buyer", 8_000), ("northlight", _ANY), ("kettle", _ANY), ("buyer", _ANY), ("northlight", _ANY))),
    Contest("strings/tab", Flight(12, 14), Prices(5_000, reserve=7_500), -7 * DAY, 75 * MINUTE,
            (("merino", 5_500), ("brassthumb", _ANY), ("merino", _ANY))),
    Contest("fell/wide", Flight(15, 7), Prices(4_000, buy_now=9_000), -3 * DAY, 4 * HOUR, ()),
    Contest("borrow/letter", Flight(9, 7), Prices(9_000), -8 * DAY, 9 * HOUR,
            (("tinyledger", _ANY), ("oakapple", _ANY), ("tinyledger", _ANY), ("brassthumb", _ANY))),
    Contest("rochade/loesung", Flight(8, 14), Prices(2_000), -2 * DAY, 20 * HOUR, (("oakapple", _ANY),)),
    Contest("nightwatch/letter", Flight(20, 1), Prices(1_500), -4 * DAY, 31 * HOUR,
            (("paperbound", _ANY), ("northlight", _ANY))),
    Contest("branch-line/rect", Flight(12, 14), Prices(7_000, buy_now=16_000), -1 * DAY, 2.2 * DAY, ()),
    Contest("nightwatch/tonight", Flight(11, 14), Prices(8_000), -5 * DAY, 3 * DAY,
            (("merino", _ANY), ("northlight", _ANY), ("merino", _ANY), ("kettle", _ANY))),
    Contest("letras/carta", Flight(15, 1), Prices(1_000), -3 * DAY, 3.6 * DAY, (("buyer", _ANY),)),
    Contest("crumb/letter", Flight(16, 7), Prices(5_000), -6 * DAY, 5 * DAY,
            (("kettle", _ANY), ("buyer", _ANY), ("kettle", _ANY))),
    Contest("invoice/tool", Flight(16, 30), Prices(18_000), -2 * DAY, 6 * DAY, (("tinyledger", _ANY),)),
    Contest("tasse/haut", Flight(18, 14), Prices(4_000), -1.5 * DAY, 8 * DAY, (("oakapple", _ANY),)),
    Contest("strings/end", Flight(20, 28), Prices(6_000, reserve=10_000), -4 * DAY, 12 * DAY,
            (("brassthumb", _ANY), ("northlight", _ANY))),
)  # fmt: skip
