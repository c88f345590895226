"""Reads about payouts and bank files, for staff."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app.domain.accounts.models import Account, User
from app.domain.settlement.models import Payout, PayoutAccount, PayoutBatch
from app.domain.settlement.states import PayoutState
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.paging import PAGE_SIZE, Page

DUE_SHOWN = 200


@dataclass(frozen=True, slots=True)
class PayoutRow:
    """A payout with who gets it; of the account only the last four characters."""

    payout: Payout
    display_name: str
    holder_name: str | None


def due_payouts() -> Sequence[PayoutRow]:
    """What waits for the next bank file, oldest first; at most 200."""
    return _rows(Payout.state == PayoutState.DUE, limit=DUE_SHOWN)


def payouts_in(batch_id: int) -> Sequence[PayoutRow]:
    """The payouts of a bank file, in its order."""
    return _rows(Payout.batch_id == batch_id, limit=None)


@dataclass(frozen=True, slots=True)
class DueSum:
    """How much is due altogether."""

    payouts: int
    total_minor: int


def due_sum() -> DueSum:
    """How many payouts are due, and how much they are together."""
    query = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(Payout.amount_minor), 0))
    row = db.session.execute(query.where(Payout.state == PayoutState.DUE)).one()
    return DueSum(int(row[0]), int(row[1]))


def batches(number: int) -> Page[PayoutBatch]:
    """Bank files, newest first."""
    total = db.session.scalars(sa.select(sa.func.count()).select_from(PayoutBatch)).one()
    query = sa.select(PayoutBatch).order_by(PayoutBatch.id.desc()).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)
    return Page(rows=db.session.scalars(query).all(), number=number, total=total)


def batch_called(public_id: str) -> PayoutBatch:
    """A bank file.

    Raises:
        NotFound: there is none of this name.
    """
    return _one(sa.select(PayoutBatch).where(PayoutBatch.public_id == public_id))


def lock_batch(public_id: str) -> PayoutBatch:
    """A bank file, locked.

    Raises:
        NotFound: there is none of this name.
    """
    return _one(sa.select(PayoutBatch).where(PayoutBatch.public_id == public_id).with_for_update())


def lock_due() -> Sequence[Payout]:
    """Every payout that is due, locked, in the order in which they were made."""
    query = sa.select(Payout).where(Payout.state == PayoutState.DUE).order_by(Payout.id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def lock_payouts_in(batch_id: int) -> Sequence[Payout]:
    """The payouts of a bank file, locked, in its order."""
    query = sa.select(Payout).where(Payout.batch_id == batch_id).order_by(Payout.id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def lock_payout(public_id: str) -> Payout:
    """A payout, locked.

    Raises:
        NotFound: there is none of this name.
    """
    query = sa.select(Payout).where(Payout.public_id == public_id).with_for_update()
    payout = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if payout is None:
        raise NotFound
    return payout


def staff_name(user_id: int) -> str:
    """A member of staff, as the payout pages name them."""
    user = db.session.get_one(User, user_id)
    return f"{user.first_name} {user.last_name}"


def _one(query: sa.Select[PayoutBatch]) -> PayoutBatch:
    batch = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if batch is None:
        raise NotFound
    return batch


def _rows(condition: sa.ColumnElement[bool], *, limit: int | None) -> Sequence[PayoutRow]:
    query = (
        sa.select(Payout, Account.display_name, PayoutAccount.holder_name)
        .join(Account, Account.id == Payout.account_id)
        .outerjoin(PayoutAccount, PayoutAccount.account_id == Payout.account_id)
        .where(condition)
        .order_by(Payout.id)
        .limit(limit)
    )
    return [PayoutRow(*row) for row in db.session.execute(query)]
