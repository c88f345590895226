"""Money of line items and buyers: escrow, what goes back, and credit."""

from typing import Any

import sqlalchemy as sa

from app.domain.accounts.models import Account
from app.domain.books.queries.comparing import Comparison, Expression, differing, or_zero, owed_by_account
from app.domain.books.queries.corrected import given_as_credit, out_of_escrow
from app.domain.books.states import BookSection, DifferenceSubject
from app.domain.ledger.models import LedgerAccount
from app.domain.ledger.states import AccountCode
from app.domain.orders.models import LineItem, Order
from app.domain.orders.states import OrderState
from app.domain.payments.models import PaymentIntent
from app.domain.payments.states import IntentKind, IntentState
from app.domain.settlement.models import MoneyReturn, SettledDay
from app.foundation.messages import N_


def held_comparisons() -> list[Comparison]:
    """What must be the same of money that is kept for somebody."""
    return [
        Comparison(
            part=BookSection.ESCROW,
            what=N_("price against charge and credit"),
            subject=DifferenceSubject.ORDER,
            rows=_paid(),
        ),
        Comparison(
            part=BookSection.ESCROW, what=N_("in escrow"), subject=DifferenceSubject.LINE_ITEM, rows=_in_escrow()
        ),
        Comparison(
            part=BookSection.ESCROW, what=N_("on its way back"), subject=DifferenceSubject.LINE_ITEM, rows=_returned()
        ),
        Comparison(part=BookSection.CREDIT, what=N_("credit"), subject=DifferenceSubject.ACCOUNT, rows=_credit()),
    ]


def _intents(sum_of: Expression, *conditions: "sa.ColumnElement[bool]") -> sa.Subquery:
    """The amounts of some intents, by ``owner``."""
    query = sa.select(sum_of.label("owner"), sa.func.sum(PaymentIntent.amount_minor).label("minor"))
    return query.where(*conditions).group_by(sum_of).subquery()


def _charged() -> sa.Subquery:
    is_charge = PaymentIntent.kind == IntentKind.CHARGE, PaymentIntent.state == IntentState.SUCCEEDED
    return _intents(PaymentIntent.order_id, *is_charge)


def _settled() -> sa.Subquery:
    """What settled days and corrections of them took out of escrow."""
    days = sa.select(SettledDay.line_item_id.label("owner"), SettledDay.price_minor.label("minor"))
    moved = sa.union_all(days, out_of_escrow()).subquery()
    return sa.select(moved.c.owner, sa.func.sum(moved.c.minor).label("minor")).group_by(moved.c.owner).subquery()


def _credit_spent() -> "sa.ColumnElement[int]":
    return sa.case((Order.state == OrderState.PAID, Order.credit_minor), else_=0)


def _paid() -> "sa.Select[Any]":
    """A paid order's price came by card and credit; a charge that came too late goes back and does not count."""
    charged = _charged()
    unwanted = _intents(
        PaymentIntent.order_id, PaymentIntent.kind == IntentKind.REFUND, PaymentIntent.line_item_id.is_(None)
    )
    found = or_zero(charged.c.minor) - or_zero(unwanted.c.minor) + _credit_spent()
    expected = sa.case((Order.state == OrderState.PAID, Order.total_minor), else_=0)
    return (
        differing(Order.id, public_id=Order.public_id, expected=expected, found=found)
        .select_from(Order)
        .outerjoin(charged, charged.c.owner == Order.id)
        .outerjoin(unwanted, unwanted.c.owner == Order.id)
        .where(expected != found)
        .order_by(Order.id)
    )


def _in_escrow() -> "sa.Select[Any]":
    """What came for a line item, less what was delivered and what has left for its buyer."""
    charged, settled, kept = _charged(), _settled(), owed_by_account(AccountCode.ESCROW, LedgerAccount.line_item_id)
    # A refund that the card refused left escrow too: it became credit.
    left = _intents(
        PaymentIntent.order_id,
        PaymentIntent.kind == IntentKind.REFUND,
        PaymentIntent.state.in_((IntentState.SUCCEEDED, IntentState.DECLINED)),
    )
    came = or_zero(charged.c.minor) + _credit_spent()
    expected = came - or_zero(settled.c.minor) - or_zero(left.c.minor) - or_zero(MoneyReturn.to_credit_minor)
    found = or_zero(kept.c.minor)
    return (
        differing(LineItem.id, public_id=LineItem.public_id, expected=expected, found=found)
        .select_from(LineItem)
        .join(Order, Order.id == LineItem.order_id)
        .outerjoin(MoneyReturn, MoneyReturn.line_item_id == LineItem.id)
        .outerjoin(charged, charged.c.owner == Order.id)
        .outerjoin(left, left.c.owner == Order.id)
        .outerjoin(settled, settled.c.owner == LineItem.id)
        .outerjoin(kept, kept.c.owner == LineItem.id)
        .where(expected != found)
        .order_by(LineItem.id)
    )


def _returned() -> "sa.Select[Any]":
    """What goes back of a line item is its price less what was delivered."""
    settled = _settled()
    expected = LineItem.price_minor - or_zero(settled.c.minor)
    return (
        differing(LineItem.id, public_id=LineItem.public_id, expected=expected, found=MoneyReturn.amount_minor)
        .select_from(MoneyReturn)
        .join(LineItem, LineItem.id == MoneyReturn.line_item_id)
        .outerjoin(settled, settled.c.owner == LineItem.id)
        .where(expected != MoneyReturn.amount_minor)
        .order_by(LineItem.id)
    )


def _credit() -> "sa.Select[Any]":
    """What became credit, less what paid orders took of it."""
    returned = (
        sa.select(Order.buyer_account_id.label("owner"), sa.func.sum(MoneyReturn.to_credit_minor).label("minor"))
        .join(LineItem, LineItem.order_id == Order.id)
        .join(MoneyReturn, MoneyReturn.line_item_id == LineItem.id)
        .group_by(Order.buyer_account_id)
        .subquery()
    )
    refused = _intents(
        PaymentIntent.account_id,
        PaymentIntent.kind == IntentKind.REFUND,
        PaymentIntent.state == IntentState.DECLINED,
    )
    spent = (
        sa.select(Order.buyer_account_id.label("owner"), sa.func.sum(Order.credit_minor).label("minor"))
        .where(Order.state == OrderState.PAID)
        .group_by(Order.buyer_account_id)
        .subquery()
    )
    kept = owed_by_account(AccountCode.BUYER_CREDIT, LedgerAccount.account_id)
    corrected = given_as_credit()
    came = or_zero(returned.c.minor) + or_zero(refused.c.minor) + or_zero(corrected.c.minor)
    expected = came - or_zero(spent.c.minor)
    found = or_zero(kept.c.minor)
    query = differing(Account.id, expected=expected, found=found).select_from(Account)
    for sums in (returned, refused, corrected, spent, kept):
        query = query.outerjoin(sums, sums.c.owner == Account.id)
    return query.where(expected != found).order_by(Account.id)
