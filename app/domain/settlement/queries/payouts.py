"""Reads about payouts and bank files, for staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.domain.accounts.models import Account, User
from app.domain.settlement.models import Payout, PayoutAccount, PayoutBatch
from app.domain.settlement.states import PayoutState
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.paging import PAGE_SIZE, RowsPage

DUE_SHOWN = 200


@dataclass(frozen=True, slots=True)
class PayoutRow:
    """A payout with who gets it; of the account only the last four characters."""

    payout: Payout
    batch: str | None
    """The public name of the bank file that it is in."""
    display_name: str
    holder_name: str | None
    changed_at: datetime | None
    """When the publisher told the present account."""


def due_payouts() -> Sequence[PayoutRow]:
    """What waits for a bank file, oldest first; at most 200."""
    return _rows(Payout.state == PayoutState.DUE, limit=DUE_SHOWN)


def payouts_in(batch_id: int) -> Sequence[PayoutRow]:
    """The payouts of a bank file, in its order."""
    return _rows(Payout.batch_id == batch_id, limit=None)


def payout_called(public_id: str) -> PayoutRow | None:
    """A payout; None when none has this name."""
    rows = _rows(Payout.public_id == public_id, limit=1)
    return rows[0] if rows else None


def is_batch(public_id: str) -> bool:
    """Whether a bank file has this name."""
    return db.session.scalars(sa.select(PayoutBatch.id).where(PayoutBatch.public_id == public_id)).first() is not None


@dataclass(frozen=True, slots=True)
class DueSum:
    """How much is due altogether."""

    payouts: int
    total_minor: int


def due_sum(began_at: datetime) -> DueSum:
    """How many payouts a file that is made now would hold, and how much they are together."""
    query = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(Payout.amount_minor), 0))
    row = db.session.execute(query.where(*_is_ready(began_at))).one()
    return DueSum(int(row[0]), int(row[1]))


def batches(number: int) -> RowsPage[PayoutBatch]:
    """Bank files, newest first."""
    total = db.session.scalars(sa.select(sa.func.count()).select_from(PayoutBatch)).one()
    query = sa.select(PayoutBatch).order_by(PayoutBatch.id.desc()).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)
    return RowsPage(rows=db.session.scalars(query).all(), number=number, total=total)


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


def lock_due(began_at: datetime) -> Sequence[Payout]:
    """Every payout that may go into a file now, locked, in the order in which they were made."""
    query = sa.select(Payout).where(*_is_ready(began_at)).order_by(Payout.id).with_for_update()
    locked = db.session.scalars(query.execution_options(populate_existing=True)).all()
    # Whoever changes an account locks its payout but leaves it as it is, so a lock that had to wait for that
    # does not look at the account again. From here on no account can change.
    still_ready = set(db.session.scalars(sa.select(Payout.id).where(*_is_ready(began_at))))
    return [payout for payout in locked if payout.id in still_ready]


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


def _is_ready(began_at: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Due, to an account that was not changed since the round began.

    Otherwise an intruder could redirect a payout that was set aside before the owner reads the mail about the
    change; so a changed account waits for the next round, like a new one.
    """
    account = sa.select(PayoutAccount.account_id).where(
        PayoutAccount.account_id == Payout.account_id, PayoutAccount.changed_at <= began_at
    )
    return Payout.state == PayoutState.DUE, account.exists()


def _one(query: sa.Select[PayoutBatch]) -> PayoutBatch:
    batch = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if batch is None:
        raise NotFound
    return batch


def _rows(condition: sa.ColumnElement[bool], *, limit: int | None) -> Sequence[PayoutRow]:
    query = (
        sa.select(
            Payout, PayoutBatch.public_id, Account.display_name, PayoutAccount.holder_name, PayoutAccount.changed_at
        )
        .join(Account, Account.id == Payout.account_id)
        .outerjoin(PayoutBatch, PayoutBatch.id == Payout.batch_id)
        .outerjoin(PayoutAccount, PayoutAccount.account_id == Payout.account_id)
        .where(condition)
        .order_by(Payout.id)
        .limit(limit)
    )
    return [PayoutRow(*row) for row in db.session.execute(query)]
