"""Corrections of settled days: whatever is settled, corrected and given back, the sums hold."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.orders.states import FlatDays
from app.domain.settlement.rules.adjusting import corrected_by, free_to_earn
from app.domain.settlement.rules.pricing import DeliveryProgress, DueAmounts, due_now, earned_by_now
from app.foundation.errors import InvariantBroken

NOTHING = DueAmounts(0, 0)


@dataclass
class Books:
    """One line item: what its days came to, and where its money is."""

    price_minor: int
    days: int
    bps: int
    settled: list[DueAmounts] = field(default_factory=list)
    changes: list[tuple[int, DueAmounts]] = field(default_factory=list)
    earned: int = 0
    escrow_minor: int = 0
    credit_minor: int = 0
    is_returned: bool = False

    def __post_init__(self) -> None:
        self.escrow_minor = self.price_minor

    def settle(self, *, is_earned: bool) -> None:
        if len(self.settled) == self.days:
            return
        due = NOTHING
        if is_earned:
            self.earned += 1
            posted = _sum(self.settled)
            due = due_now(self._worth(self.earned), self.bps, posted=posted)
        self.settled.append(due)
        self.escrow_minor -= due.price_minor
        if len(self.settled) == self.days:
            self.escrow_minor, self.is_returned = 0, True

    def correct(self, day: int, price_minor: int) -> None:
        if day >= len(self.settled) or price_minor == 0:
            return
        so_far = self.come_to(day)
        if so_far.price_minor + price_minor < 0 or price_minor > self._left():
            return
        change = corrected_by(so_far, price_minor, self.bps)
        assert change.price_minor == price_minor
        assert 0 <= change.commission_minor * (1 if price_minor > 0 else -1) <= abs(price_minor)
        self.changes.append((day, change))
        if price_minor > 0:
            self.escrow_minor -= price_minor
        else:
            self.credit_minor -= price_minor

    def come_to(self, day: int) -> DueAmounts:
        moved = [self.settled[day], *(change for of, change in self.changes if of == day)]
        return _sum(moved)

    @property
    def delivered_minor(self) -> int:
        return sum(self.come_to(day).price_minor for day in range(len(self.settled)))

    def _worth(self, earned: int) -> int:
        return earned_by_now(FlatDays(), self.price_minor, DeliveryProgress(self.days, earned))

    def _left(self) -> int:
        posted = _sum(self.settled).price_minor
        may_come = self._worth(self.earned + self.days - len(self.settled)) - posted
        return free_to_earn(self.escrow_minor, may_come_minor=may_come, is_returned=self.is_returned)


def _sum(dues: Sequence[DueAmounts]) -> DueAmounts:
    return DueAmounts(sum(one.price_minor for one in dues), sum(one.commission_minor for one in dues))


STEPS = st.lists(
    st.booleans() | st.tuples(st.integers(0, 6), st.integers(-2_000, 2_000)),
    max_size=30,
)


@given(st.integers(1, 10_000), st.integers(1, 7), st.integers(0, 10_000), STEPS)
def test_days_corrections_and_returns_always_come_to_the_price(
    price: int, days: int, bps: int, steps: list[bool | tuple[int, int]]
) -> None:
    books = Books(price, days, bps)
    for step in steps:
        if isinstance(step, bool):
            books.settle(is_earned=step)
        else:
            books.correct(*step)
        returned = books.price_minor - books.delivered_minor - books.escrow_minor
        assert books.escrow_minor >= 0
        assert returned >= books.credit_minor if books.is_returned else returned == books.credit_minor
        assert 0 <= books.delivered_minor <= price
        for day in range(len(books.settled)):
            come_to = books.come_to(day)
            assert 0 <= come_to.commission_minor <= come_to.price_minor


@given(st.lists(st.booleans(), min_size=1, max_size=7), st.integers(0, 6), st.integers(1, 2_000))
def test_a_correction_never_takes_what_later_days_may_earn(earned: list[bool], day: int, asked: int) -> None:
    books = Books(1_003, len(earned) + 2, 1_500)
    for is_earned in earned:
        books.settle(is_earned=is_earned)
    books.correct(day, asked)
    kept = books.escrow_minor
    for _ in range(2):
        books.settle(is_earned=True)
    assert books.settled[-1].price_minor + books.settled[-2].price_minor <= kept


def test_more_than_there_is_cannot_be_taken_back() -> None:
    with pytest.raises(InvariantBroken):
        corrected_by(DueAmounts(100, 15), -101, 1_500)


@pytest.mark.parametrize(
    ("escrow", "may_come", "is_returned", "left"), [(300, 100, False, 200), (300, 400, False, 0), (300, 0, True, 0)]
)
def test_what_is_needed_for_days_to_come_or_on_its_way_back_is_not_given(
    *, escrow: int, may_come: int, is_returned: bool, left: int
) -> None:
    assert free_to_earn(escrow, may_come_minor=may_come, is_returned=is_returned) == left
