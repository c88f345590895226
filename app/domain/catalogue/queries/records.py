"""What an account's deals came to, as its public profile tells everybody."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.domain.accounts.models import Account
from app.domain.orders.models import LineItem, Order
from app.domain.orders.states import LineItemState
from app.domain.settlement.models import SettledDay
from app.domain.settlement.states import EARNED, DayOutcome
from app.foundation.db import db


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """What was counted of an account's deals."""

    completed: int
    """Line items that ran to their last day, bought or sold."""
    days_ordered: int
    """Sold days that are settled; those after an early end are left out, for no publisher could deliver them."""
    days_delivered: int
    """Those of them that were delivered, or count as delivered."""

    @property
    def delivered_percent(self) -> int | None:
        """Delivered days of every hundred ordered ones, rounded down; None before the first."""
        return 100 * self.days_delivered // self.days_ordered if self.days_ordered else None


def track_record(account_slug: str) -> TrackRecord:
    """The record of the account at this public address; nothing but zeros for one without deals."""
    account_id = sa.select(Account.id).where(Account.slug == account_slug).scalar_subquery()
    return record_from(db.session.execute(sa.select(*record_columns(account_id))).one())


def record_from(values: Iterable[Any]) -> TrackRecord:
    """The record that ``record_columns`` read."""
    completed, days_ordered, days_delivered = values
    return TrackRecord(completed, days_ordered, days_delivered)


def record_columns(
    account_id: sa.ColumnElement[int] | sa.orm.InstrumentedAttribute[int],
) -> tuple[sa.ScalarSelect[int], ...]:
    """The fields of a track record, in order, to be read along with something else of the account."""
    completed = (
        sa.select(sa.func.count())
        .select_from(LineItem)
        .join(Order, Order.id == LineItem.order_id)
        .where(
            LineItem.state == LineItemState.FINISHED,
            sa.or_(Order.buyer_account_id == account_id, Order.publisher_account_id == account_id),
        )
    )
    days = (
        sa.select(sa.func.count())
        .select_from(SettledDay)
        .where(SettledDay.publisher_account_id == account_id, SettledDay.outcome != DayOutcome.ENDED)
    )
    counted = (completed, days, days.where(SettledDay.outcome.in_(EARNED)))
    return tuple(one.correlate(Account).scalar_subquery() for one in counted)
