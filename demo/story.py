"""Plays the plot: each thing happens at its moment, in order, and may lead to more."""

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import count

from app.domain.creatives.states import RefusalGround
from app.domain.orders.service.running import pause_line_item, resume_line_item
from app.domain.settlement.queries.earnings import next_round
from app.foundation.clock import database_now
from demo.ads import Art, Studio, answer, send_creative, show_own_ad
from demo.brands import BRANDS
from demo.clockwork import MONEY, Clockwork, committed
from demo.deals import bid, buy_days, buyer_of, line_item_won, put_up, take_second_chance
from demo.market import Market
from demo.payouts import make_file, mark_paid
from demo.plot import DAY, HOUR, MINUTE, PAST, RUNNING, SALES, Contest, Sale, Turn

PAY_WINDOW = 48 * HOUR
FASTEST_ANSWER, SLOWEST_ANSWER = 3 * HOUR, 34 * HOUR
REFUSAL = "The words on the button are too small to read at this size. Make them as large as the name, please."
CHANGE = "Could the date come out of the picture? The diary is read for months. Otherwise a lovely ad."
PAYOUTS = ("make_payouts",)
FILE_AFTER, PAID_AFTER = 4 * HOUR, 27 * HOUR
"""After a round of payouts has begun: when staff make the bank file, and when a second person marks it paid."""
HOUSE_ADS = ("branch-line/half", "dijk/tekst")

Act = Callable[[], None]


@dataclass(slots=True)
class Sent:
    """A creative on its way: for which line item, by whom, and how it fares."""

    line_item: str
    buyer: str
    starts_at: datetime
    turn: Turn
    art: Art


class Story:
    """What is still to happen, the next first."""

    def __init__(self, market: Market, clock: Clockwork, chance: random.Random, *, begins_at: datetime) -> None:
        self._market, self._clock, self._chance = market, clock, chance
        self._studio = Studio()
        self._begins_at = begins_at
        self._beats: list[tuple[datetime, int, Act]] = []
        self._numbers = count()
        for sale in SALES:
            self._plan_sale(sale)
        for contest in (*PAST, *RUNNING):
            self._plan_contest(contest)
        for socket in HOUSE_ADS:
            if socket in market.sockets:
                self._at(begins_at + HOUR, partial(show_own_ad, market, self._studio, socket))
        self._at(next_round(begins_at) + FILE_AFTER, self._pay_publishers)

    def play_until(self, moment: datetime, meanwhile: Callable[[datetime], None]) -> None:
        """Plays everything that is due before this moment, each at its time.

        Args:
            moment: exclusive.
            meanwhile: is called with each time before the clock is turned to it, at last with ``moment``.
        """
        while self._beats and self._beats[0][0] < moment:
            at, _, act = heapq.heappop(self._beats)
            meanwhile(at)
            self._clock.turn_to(at)
            act()
        meanwhile(moment)
        self._clock.turn_to(moment)

    def _at(self, moment: datetime, act: Act) -> None:
        heapq.heappush(self._beats, (moment, next(self._numbers), act))

    def _soon(self, shortest: timedelta, longest: timedelta) -> datetime:
        return self._now() + shortest + (longest - shortest) * self._chance.random()

    def _now(self) -> datetime:
        return committed(database_now)

    def _moment(self, since_last: timedelta) -> datetime:
        return self._market.last_moment + since_last

    def _pay_publishers(self) -> None:
        """The round of one week. The last file stays to be marked as paid, by whoever tries the demo."""
        self._clock.run_jobs(PAYOUTS)
        batch, following = make_file(self._market), next_round(self._now()) + FILE_AFTER
        if following < self._market.last_moment:
            if batch is not None:
                self._at(self._now() - FILE_AFTER + PAID_AFTER, partial(mark_paid, self._market, batch))
            self._at(following, self._pay_publishers)

    def _plan_sale(self, sale: Sale) -> None:
        at = self._moment((sale.flight.starts - sale.ahead) * DAY)
        if sale.socket in self._market.sockets and at > self._begins_at + HOUR:
            self._studio.order(BRANDS[sale.buyer], self._market.sockets[sale.socket], sale.art)
            self._at(at, partial(self._sell, sale))

    def _sell(self, sale: Sale) -> None:
        line_item = buy_days(self._market, sale.buyer, sale.socket, sale.flight)
        starts_at = self._moment(sale.flight.starts * DAY)
        self._follow(Sent(line_item, sale.buyer, starts_at, sale.turn, sale.art))

    def _plan_contest(self, contest: Contest) -> None:
        at = self._moment(contest.opens)
        if contest.socket in self._market.sockets and at > self._begins_at + HOUR:
            self._at(at, partial(self._open, contest))

    def _open(self, contest: Contest) -> None:
        ends_at = self._moment(contest.ends)
        auction_id = put_up(self._market, contest.socket, contest.flight, contest.prices, ends_at)
        opened_at, last = self._now(), min(ends_at, self._market.last_moment) - 12 * MINUTE
        steps = sorted(self._chance.random() for _ in contest.bids)
        for step, (bidder, ceiling) in zip(steps, contest.bids, strict=True):
            # Most come near the end, as everywhere.
            at = opened_at + (last - opened_at) * step**0.6
            self._at(at, partial(self._bid, auction_id, bidder, ceiling))
        if ends_at < self._market.last_moment:
            self._at(ends_at + MINUTE, partial(self._close, contest, auction_id))

    def _bid(self, auction_id: int, bidder: str, ceiling: int | None) -> None:
        bid(self._market, auction_id, bidder, up_to=ceiling, chance=self._chance)

    def _close(self, contest: Contest, auction_id: int) -> None:
        self._clock.run_jobs(MONEY)
        self._clock.run_jobs(MONEY)
        if contest.second_chance:
            self._at(self._now() + PAY_WINDOW + HOUR, partial(self._lapse, contest, auction_id))
            return
        self._win(contest, auction_id)

    def _lapse(self, contest: Contest, auction_id: int) -> None:
        self._clock.run_jobs(MONEY)
        accept = partial(self._take_second_chance, contest, auction_id)
        self._at(self._soon(2 * HOUR, 14 * HOUR), accept)

    def _take_second_chance(self, contest: Contest, auction_id: int) -> None:
        take_second_chance(self._market, auction_id, contest.second_chance)
        self._clock.run_jobs(MONEY)
        self._clock.run_jobs(MONEY)
        self._win(contest, auction_id)

    def _win(self, contest: Contest, auction_id: int) -> None:
        line_item = line_item_won(auction_id)
        if line_item is not None:
            starts_at = self._moment(contest.flight.starts * DAY)
            buyer = buyer_of(self._market, line_item)
            self._follow(Sent(line_item, buyer, starts_at, contest.turn, Art.DRAWN))

    def _follow(self, sent: Sent) -> None:
        if sent.turn is Turn.MISSING:
            return
        at = self._soon(HOUR, 9 * HOUR)
        if sent.turn is Turn.LATE:
            at = max(at, sent.starts_at + 1.6 * DAY)
        if sent.turn is Turn.WAITING:
            # Sent lately, so that the time to answer has not run out.
            at = max(at, self._market.last_moment - 14 * HOUR)
        self._at(at, partial(self._send, sent))

    def _send(self, sent: Sent) -> None:
        review = send_creative(self._market, self._studio, sent.line_item, buyer=sent.buyer, art=sent.art)
        answers_at = self._soon(FASTEST_ANSWER, SLOWEST_ANSWER)
        if sent.turn in {Turn.WAITING, Turn.SILENT}:
            return
        if sent.turn is Turn.REFUSED_ONCE:
            self._at(self._soon(2 * HOUR, 6 * HOUR), partial(self._refuse, sent, review))
        elif sent.turn is Turn.CHANGE_ASKED:
            self._at(self._soon(3 * HOUR, 9 * HOUR), partial(answer, self._market, review, note=CHANGE))
        else:
            self._at(answers_at, partial(answer, self._market, review))
        if sent.turn is Turn.PAUSED:
            self._at(sent.starts_at + 8 * DAY, partial(self._pause, sent))

    def _refuse(self, sent: Sent, review: str) -> None:
        answer(self._market, review, note=REFUSAL, ground=RefusalGround.TECHNICAL_FAULT)
        again = Sent(sent.line_item, sent.buyer, sent.starts_at, Turn.SMOOTH, Art.DRAWN_AGAIN)
        self._at(self._soon(3 * HOUR, 8 * HOUR), partial(self._send, again))

    def _pause(self, sent: Sent) -> None:
        account_id = self._market.members[sent.buyer].account_id
        committed(lambda: pause_line_item(account_id, sent.line_item, now=database_now()))
        self._at(self._now() + 1.5 * DAY, partial(self._resume, sent))

    def _resume(self, sent: Sent) -> None:
        account_id = self._market.members[sent.buyer].account_id
        committed(lambda: resume_line_item(account_id, sent.line_item, now=database_now()))
