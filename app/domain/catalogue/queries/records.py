"""What an account's deals came to, as its public profile tells everybody."""

from dataclasses import dataclass

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
    """Sold days that are over and settled; days that were lost through us are left out."""
    days_delivered: int
    """Those of them that were delivered, or count as delivered."""

    @property
    def delivered_percent(self) -> int | None:
        """Delivered days of every hundred ordered ones, rounded down; None before the first."""
        return 100 * self.days_delivered // self.days_ordered if self.days_ordered else None


def track_record(account_slug: str) -> TrackRecord:
    """The record of the account at this public address; nothing but zeros for one without deals."""
    account_id = sa.select(Account.id).where(Account.slug == account_slug).scalar_subquery()
    completed = (
        sa.select(sa.func.count())
        .select_from(LineItem)
        .join(Order, Order.id == LineItem.order_id)
        .where(
            LineItem.state == LineItemState.FINISHED,
            sa.or_(Order.buyer_account_id == account_id, Order.publisher_account_id == account_id),
        )
    )
    days = sa.select(sa.func.count()).where(
        SettledDay.publisher_account_id == account_id, SettledDay.outcome != DayOutcome.PLATFORM_FAULT
    )
    counted = (completed, days, days.where(SettledDay.outcome.in_(EARNED)))
    row = db.session.execute(sa.select(*(one.scalar_subquery() for one in counted))).one()
    return TrackRecord(*map(int, row))
