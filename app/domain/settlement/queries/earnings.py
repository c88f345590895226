"""Reads about a publisher's money: pending, available, on its way, and what the next payout needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.domain.accounts.models import Account
from app.domain.ledger.queries import balance
from app.domain.ledger.rules import publisher_payable
from app.domain.settlement.models import Adjustment, Payout, PayoutAccount, SettledDay, TaxProfile
from app.domain.settlement.rules.days import PAYOUT_MINOR_MIN, WEEK, payout_round
from app.domain.settlement.states import PayoutObstacle, PayoutState
from app.foundation.db import db
from app.foundation.work_failures import Retries

OPEN = (PayoutState.DUE, PayoutState.IN_FILE)
LAST_PAYOUTS = 10


def lock_publisher(account_id: int) -> None:
    """Locks an account for what is paid to it: one queue for each, so that nothing is paid twice."""
    db.session.execute(sa.select(Account.id).where(Account.id == account_id).with_for_update(key_share=True))


@dataclass(frozen=True, slots=True)
class Earnings:
    """A publisher's money, in minor units: together what the ledger owes them."""

    pending_minor: int
    """Delivered, and not a week old yet."""
    available_minor: int
    """To be paid out; may be less than nothing, and is then carried over."""
    on_its_way_minor: int
    """In payouts that are not paid yet."""
    paid_minor: int
    """In payouts that were paid and did not come back; no part of what the ledger owes."""

    @property
    def total_minor(self) -> int:
        """What the ledger owes them."""
        return self.pending_minor + self.available_minor + self.on_its_way_minor


def earnings_of(account_id: int, *, at: datetime) -> Earnings:
    """A publisher's money; ``at`` decides what is old enough to be available."""
    [earnings] = _earnings_at(account_id, at)
    return earnings


def _earnings_at(account_id: int, *moments: datetime) -> list[Earnings]:
    """A publisher's money as it is now, with what is available at each of these moments."""
    moved = _moved_for(account_id)
    share = sa.func.sum(moved.c.share_minor)
    pending = sa.select(*(sa.func.coalesce(share.filter(moved.c.available_at > at), 0) for at in moments))
    amounts = sa.func.sum(Payout.amount_minor)
    payouts = sa.select(
        sa.func.coalesce(amounts.filter(Payout.state.in_(OPEN)), 0),
        sa.func.coalesce(amounts.filter(Payout.state == PayoutState.PAID), 0),
    ).where(Payout.account_id == account_id)
    open_minor, paid_minor = (int(amount) for amount in db.session.execute(payouts).one())
    total = balance(publisher_payable(account_id))
    return [
        Earnings(int(pending_minor), total - int(pending_minor) - open_minor, open_minor, paid_minor)
        for pending_minor in db.session.execute(pending).one()
    ]


def _moved_for(account_id: int) -> sa.Subquery:
    """What each settled day, and each correction of one, moved for a publisher; a correction waits like its day."""
    days = sa.select(
        SettledDay.available_at, (SettledDay.price_minor - SettledDay.commission_minor).label("share_minor")
    ).where(SettledDay.publisher_account_id == account_id)
    is_of_day = sa.and_(SettledDay.line_item_id == Adjustment.line_item_id, SettledDay.day == Adjustment.day)
    corrections = (
        sa.select(SettledDay.available_at, Adjustment.price_minor - Adjustment.commission_minor)
        .join(Adjustment, is_of_day)
        .where(SettledDay.publisher_account_id == account_id)
    )
    return sa.union_all(days, corrections).subquery("moved")


@dataclass(frozen=True, slots=True)
class NextPayout:
    """What the next round of payouts will pay a publisher, by what is known now."""

    round_at: datetime
    amount_minor: int
    """What will be available then; paid out when there is no obstacle."""
    obstacles: tuple[PayoutObstacle, ...]


@dataclass(frozen=True, slots=True)
class PublisherMoney:
    """Everything that a publisher is told about their money."""

    earnings: Earnings
    next_payout: NextPayout
    bank_account: PayoutAccount | None
    tax_profile: TaxProfile | None
    payouts: Sequence[Payout]
    """The ten newest, newest first."""


def money_of_publisher(account_id: int, *, now: datetime) -> PublisherMoney:
    """A publisher's money now, what the next round will pay, and what still prevents it."""
    round_at = next_round(now)
    earnings, then = _earnings_at(account_id, now, round_at)
    bank_account, tax_profile = payout_account_of(account_id), tax_profile_of(account_id)
    payouts = last_payouts_of(account_id)
    last = payouts[0] if payouts else None
    applies = {
        PayoutObstacle.NO_BANK_ACCOUNT: bank_account is None,
        PayoutObstacle.NO_TAX_PROFILE: tax_profile is None,
        PayoutObstacle.CAME_BACK: _came_back_from(last, bank_account),
        PayoutObstacle.ON_ITS_WAY: last is not None and last.state in OPEN,
        PayoutObstacle.TOO_LITTLE: then.available_minor < PAYOUT_MINOR_MIN,
    }
    obstacles = tuple(obstacle for obstacle in PayoutObstacle if applies[obstacle])
    next_payout = NextPayout(round_at, then.available_minor, obstacles)
    return PublisherMoney(earnings, next_payout, bank_account, tax_profile, payouts)


def payout_account_of(account_id: int) -> PayoutAccount | None:
    """Where an account's earnings go; None while it has not said."""
    return db.session.get(PayoutAccount, account_id)


def tax_profile_of(account_id: int) -> TaxProfile | None:
    """What an account certified to be for tax; None while it has not."""
    return db.session.get(TaxProfile, account_id)


def open_payout_of(account_id: int) -> Payout | None:
    """The payout of an account that is set aside or in a file; there is one at most."""
    query = sa.select(Payout).where(Payout.account_id == account_id, Payout.state.in_(OPEN))
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def lock_open_payout_of(account_id: int) -> Payout | None:
    """The same, locked: it cannot get into a file meanwhile."""
    query = sa.select(Payout).where(Payout.account_id == account_id, Payout.state.in_(OPEN)).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def can_be_paid(account_id: int, began_at: datetime) -> bool:
    """Whether a round of payouts reaches an account that told bank and tax details before it began.

    A bank account from which the last payout came back is no such account.
    """
    account, profile = payout_account_of(account_id), tax_profile_of(account_id)
    return (
        account is not None
        and profile is not None
        and max(account.changed_at, profile.certified_at) <= began_at
        and not came_back_last(account_id)
    )


def last_payout_of(account_id: int) -> Payout | None:
    """The newest payout of an account."""
    query = sa.select(Payout).where(Payout.account_id == account_id).order_by(Payout.id.desc()).limit(1)
    return db.session.scalars(query).one_or_none()


def last_payouts_of(account_id: int) -> Sequence[Payout]:
    """The ten newest payouts of an account, newest first."""
    query = sa.select(Payout).where(Payout.account_id == account_id).order_by(Payout.id.desc())
    return db.session.scalars(query.limit(LAST_PAYOUTS)).all()


def came_back_last(account_id: int) -> bool:
    """Whether the last payout came back from the very bank account that is still there."""
    return _came_back_from(last_payout_of(account_id), payout_account_of(account_id))


def _came_back_from(last: Payout | None, account: PayoutAccount | None) -> bool:
    return (
        last is not None
        and account is not None
        and last.state is PayoutState.RETURNED
        and last.vault_entry_id == account.vault_entry_id
    )


def round_began_at(now: datetime) -> datetime:
    """When payouts were set aside last, or are just being."""
    return payout_round(now)


def next_round(now: datetime) -> datetime:
    """When payouts are set aside next."""
    return payout_round(now) + WEEK


def least_payout_minor() -> int:
    """From how much on earnings are paid out, in minor units."""
    return PAYOUT_MINOR_MIN


def publishers_to_pay(began_at: datetime, *, retries: Retries) -> Sequence[int]:
    """Accounts with a bank account and a tax profile from before this round, and no payout made in it."""
    has_one = sa.select(Payout.id).where(Payout.account_id == PayoutAccount.account_id, Payout.created_at >= began_at)
    is_running = sa.select(Payout.id).where(Payout.account_id == PayoutAccount.account_id, Payout.state.in_(OPEN))
    query = (
        sa.select(PayoutAccount.account_id)
        .join(TaxProfile, TaxProfile.account_id == PayoutAccount.account_id)
        .where(
            PayoutAccount.changed_at <= began_at,
            TaxProfile.certified_at <= began_at,
            ~has_one.exists(),
            ~is_running.exists(),
            retries.allow(PayoutAccount.account_id),
        )
    )
    return db.session.scalars(query.order_by(PayoutAccount.account_id)).all()
