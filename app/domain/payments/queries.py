"""Reads of the payments room; what belongs to somebody else is not found."""

from collections.abc import Sequence

import sqlalchemy as sa

from app.domain.accounts.models import Account
from app.domain.payments.models import GatewayIdentity, PaymentIntent, StoredCard
from app.domain.payments.states import UNSETTLED, IntentKind, IntentState
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.paging import PAGE_SIZE, RowsPage
from app.foundation.work_failures import Retries


def lock_payer(account_id: int) -> None:
    """Locks what an account pays with, cards and credit: one queue for each account.

    Without it two first cards would both become the default, an eleventh would slip in, and two
    checkouts would count on the same credit.
    """
    db.session.execute(sa.select(Account.id).where(Account.id == account_id).with_for_update(key_share=True))


def cards_of(account_id: int) -> Sequence[StoredCard]:
    """An account's stored cards, the default one first."""
    query = sa.select(StoredCard).where(StoredCard.account_id == account_id, StoredCard.removed_at.is_(None))
    return db.session.scalars(query.order_by(StoredCard.is_default.desc(), StoredCard.id)).all()


def own_card(account_id: int, card_id: int) -> StoredCard:
    """A stored card of this account.

    Raises:
        NotFound: there is none, it was removed, or it is somebody else's.
    """
    card = db.session.get(StoredCard, card_id)
    if card is None or card.account_id != account_id or card.removed_at is not None:
        raise NotFound
    return card


def default_card(account_id: int) -> StoredCard | None:
    """The card that is charged when nothing else is said; None when the account has none."""
    return next(iter(cards_of(account_id)), None)


def gateway_identity_of(account_id: int) -> str | None:
    """The account's name at the card processor; None before its first card."""
    return db.session.scalar(sa.select(GatewayIdentity.gateway_id).where(GatewayIdentity.account_id == account_id))


def lock_intent(intent_id: int) -> PaymentIntent:
    """A payment intent, locked."""
    query = sa.select(PaymentIntent).where(PaymentIntent.id == intent_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def intents_to_look_at(limit: int, *, retries: Retries) -> Sequence[int]:
    """Intents that wait to be sent, or whose answer never came; oldest first."""
    query = sa.select(PaymentIntent.id).where(
        PaymentIntent.state.in_(UNSETTLED),
        PaymentIntent.next_look_at.is_not(None),
        PaymentIntent.next_look_at <= retries.now,
        retries.allow(PaymentIntent.id),
    )
    return db.session.scalars(query.order_by(PaymentIntent.next_look_at, PaymentIntent.id).limit(limit)).all()


def intents_of(order_id: int) -> Sequence[PaymentIntent]:
    """Everything asked of the card processor for an order, oldest first."""
    query = sa.select(PaymentIntent).where(PaymentIntent.order_id == order_id)
    return db.session.scalars(query.order_by(PaymentIntent.id)).all()


def successful_charge_of(order_id: int) -> PaymentIntent | None:
    """The charge that paid an order; None while it is unpaid."""
    query = sa.select(PaymentIntent).where(
        PaymentIntent.order_id == order_id,
        PaymentIntent.kind == IntentKind.CHARGE,
        PaymentIntent.state == IntentState.SUCCEEDED,
    )
    return db.session.scalars(query).one_or_none()


def left_on_card(charge: PaymentIntent) -> int:
    """How much of a charge no refund was planned for yet, in minor units."""
    query = sa.select(sa.func.coalesce(sa.func.sum(PaymentIntent.amount_minor), 0)).where(
        PaymentIntent.order_id == charge.order_id,
        PaymentIntent.refunds_intent_id == charge.id,
    )
    return charge.amount_minor - int(db.session.scalars(query).one())


def has_unsettled_charge(order_id: int) -> bool:
    """Whether a charge for this order is planned, being made, or without a known answer."""
    query = sa.select(PaymentIntent.id).where(
        PaymentIntent.order_id == order_id,
        PaymentIntent.kind == IntentKind.CHARGE,
        PaymentIntent.state.in_(UNSETTLED),
    )
    return db.session.scalars(query).first() is not None


def all_intents(number: int) -> RowsPage[PaymentIntent]:
    """Everything asked of the card processor, what still waits for an answer first, then newest first; for staff."""
    total = db.session.scalars(sa.select(sa.func.count()).select_from(PaymentIntent)).one()
    urgency = sa.case({state: rank for rank, state in enumerate(_BY_URGENCY)}, value=PaymentIntent.state, else_=9)
    query = sa.select(PaymentIntent).order_by(urgency, PaymentIntent.id.desc())
    rows = db.session.scalars(query.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all()
    return RowsPage(rows=rows, number=number, total=total)


def intent_counts() -> dict[IntentState, int]:
    """How many intents are in each state."""
    query = sa.select(PaymentIntent.state, sa.func.count()).group_by(PaymentIntent.state)
    found = {row[0]: row[1] for row in db.session.execute(query)}
    return {state: found.get(state, 0) for state in IntentState}


def order_of_intent(name: str) -> int | None:
    """The order of the intent with this key, or with this id at the card processor; for staff."""
    query = sa.select(PaymentIntent.order_id).where(sa.or_(PaymentIntent.key == name, PaymentIntent.gateway_id == name))
    return db.session.scalars(query.order_by(PaymentIntent.id).limit(1)).first()


_BY_URGENCY = (IntentState.UNKNOWN, IntentState.PLANNED, IntentState.SENT)
