"""Readers of publishers' pages, and what they were answered: the load under which processes are killed."""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Self

from tests.factories.delivery import OnAir
from tests.support.ad_reader import AdReader, nonce_of

ROBOT = "Googlebot/2.1 (+http://www.google.com/bot.html)"
FORGED = "A" * 56
BREATH_S = 0.01
PATIENCE_S = 0.2
VIEWS_OF_A_FAN = 7
VISITS_A_CONNECTION = 11
MANNERS = 12
"""How many ways to visit a page there are; most visits are ordinary ones."""

visits = count(1)

Event = tuple[str, str]
"""Kind and nonce, as the event log has them."""


@dataclass
class Heard:
    """Every event that was asked for, and every one whose answer came."""

    asked: Counter[Event] = field(default_factory=Counter)
    answered: Counter[Event] = field(default_factory=Counter)
    decisions_asked: int = 0
    decisions_answered: int = 0
    """Of sockets; one answer speaks of several."""


class Crowd:
    """Some readers at a time, until it is told to leave."""

    def __init__(self, port: int, on_air: Sequence[OnAir], *, readers: int) -> None:
        self._port = port
        self._on_air = on_air
        self._heard = [Heard() for _ in range(readers)]
        self._leave = threading.Event()
        self._threads = [threading.Thread(target=self._read_on, args=(heard,)) for heard in self._heard]
        self.problems: list[str] = []

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.go_home()

    def go_home(self) -> None:
        """Ends the load; every request that was sent is answered or lost by then."""
        self._leave.set()
        for thread in self._threads:
            thread.join(60)

    def heard(self) -> Heard:
        """What all of them together asked and heard."""
        whole = Heard()
        for one in self._heard:
            whole.asked += one.asked
            whole.answered += one.answered
            whole.decisions_asked += one.decisions_asked
            whole.decisions_answered += one.decisions_answered
        return whole

    def _read_on(self, heard: Heard) -> None:
        reader = AdReader(self._port, "")
        while not self._leave.is_set():
            number = next(visits)
            try:
                _Visit(reader, heard, self._on_air).pay(number)
                time.sleep(BREATH_S)
                if number % VISITS_A_CONNECTION == 0:
                    reader.close()  # a worker that was started again is to get its share
            except (OSError, http.client.HTTPException):
                time.sleep(PATIENCE_S)  # whoever was to answer is dead
            except AssertionError as problem:
                self.problems.append(str(problem))
        reader.close()


@dataclass
class _Visit:
    """One visit to a page with an ad on it, by a reader who was never there before."""

    reader: AdReader
    heard: Heard
    on_air: Sequence[OnAir]

    def pay(self, number: int) -> None:
        manner, socket = number % MANNERS, number // MANNERS % len(self.on_air)
        home = self.on_air[socket]
        self.reader.origin = "https://elsewhere.example" if manner == 1 else home.origin
        self.reader.headers = {"X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}
        self.reader.headers |= OF_MANNER.get(manner, {})
        if manner == 4:
            self._tell("i", FORGED, nonce="-")
        for _ in range(VIEWS_OF_A_FAN if manner == 5 else 1):
            for token in self._decide(home.slug):
                self._look(token, again=manner == 6)

    def _decide(self, slug: str) -> list[str]:
        self.heard.decisions_asked += 1
        answers = self.reader.decide(slug)
        self.heard.decisions_answered += 1
        tokens = [answer["token"] for answer in answers if "token" in answer]
        self.heard.answered.update(("d", nonce_of(token)) for token in tokens)
        return tokens

    def _look(self, token: str, *, again: bool) -> None:
        for step in ("i", "v", "i", "v") if again else ("i", "v"):
            self._tell(step, token, nonce=nonce_of(token))
        event = ("c", nonce_of(token))
        self.heard.asked[event] += 1
        assert self.reader.click(token), "the click led nowhere"
        self.heard.answered[event] += 1

    def _tell(self, step: str, token: str, *, nonce: str) -> None:
        self.heard.asked[step, nonce] += 1
        self.reader.tell(step, token)
        self.heard.answered[step, nonce] += 1


OF_MANNER = {
    2: {"User-Agent": ROBOT},
    3: {"Sec-Purpose": "prefetch;prerender"},
    7: {"Sec-GPC": "1"},
    8: {"X-Forwarded-For": "3.5.0.1"},
}
