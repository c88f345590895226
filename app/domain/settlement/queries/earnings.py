"""Reads about a publisher's money: pending, available, on its way; and each line of the statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from app.domain.accounts.models import Account
from app.domain.inventory.models import Site, Socket
from app.domain.ledger.queries import StatementLine, balance
from app.domain.ledger.rules import publisher_payable
from app.domain.orders.models import LineItem
from app.domain.settlement.models import Payout, PayoutAccount, SettledDay, TaxProfile
from app.domain.settlement.rules.days import PAYOUT_MINOR_MIN, WEEK, payout_round
from app.domain.settlement.states import PayoutState
from app.foundation.db import db

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

    @property
    def total_minor(self) -> int:
        """What the ledger owes them."""
        return self.pending_minor + self.available_minor + self.on_its_way_minor


def earnings_of(account_id: int, *, at: datetime) -> Earnings:
    """A publisher's money; ``at`` decides what is old enough to be available."""
    share = SettledDay.price_minor - SettledDay.commission_minor
    pending = sa.select(sa.func.coalesce(sa.func.sum(share), 0)).where(
        SettledDay.publisher_account_id == account_id, SettledDay.available_at > at
    )
    on_its_way = sa.select(sa.func.coalesce(sa.func.sum(Payout.amount_minor), 0)).where(
        Payout.account_id == account_id, Payout.state.in_(OPEN)
    )
    pending_minor, open_minor = (int(db.session.scalars(query).one()) for query in (pending, on_its_way))
    total = balance(publisher_payable(account_id))
    return Earnings(pending_minor, total - pending_minor - open_minor, open_minor)


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
    last, account = last_payout_of(account_id), payout_account_of(account_id)
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


def publishers_to_pay(began_at: datetime) -> Sequence[int]:
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
        )
    )
    return db.session.scalars(query.order_by(PayoutAccount.account_id)).all()


@dataclass(frozen=True, slots=True)
class Matter:
    """What a line of a statement is about: a delivered day, or a payout."""

    day: date | None = None
    line_item: str | None = None
    order_id: int | None = None
    what: str | None = None
    destination: str | None = None


def matters_of(lines: Sequence[StatementLine]) -> dict[int, Matter]:
    """What the lines of a statement are about, by their entries; one about nothing of ours is not there."""
    entry_ids = [line.entry_id for line in lines]
    days = (
        sa.select(SettledDay.entry_id, SettledDay.day, LineItem.public_id, LineItem.order_id, Socket.name, Site.name)
        .join(LineItem, LineItem.id == SettledDay.line_item_id)
        .join(Socket, Socket.id == LineItem.socket_id)
        .join(Site, Site.id == Socket.site_id)
        .where(SettledDay.entry_id.in_(entry_ids))
    )
    found = {
        row[0]: Matter(day=row[1], line_item=row[2], order_id=row[3], what=f"{row[4]} on {row[5]}")
        for row in db.session.execute(days)
    }
    payouts = sa.select(Payout.entry_id, Payout.destination).where(Payout.entry_id.in_(entry_ids))
    found |= {row.entry_id: Matter(destination=row.destination) for row in db.session.execute(payouts)}
    return {entry_id: matter for entry_id, matter in found.items() if entry_id is not None}
