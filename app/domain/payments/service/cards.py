"""Storing cards. The processor is asked outside any transaction; here its token is kept."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.domain.audit.service import record_audit
from app.domain.payments.errors import CardBeingCharged, CardInUse, TooManyCards
from app.domain.payments.models import GatewayIdentity, PaymentIntent, StoredCard
from app.domain.payments.queries import cards_of, lock_payer, own_card
from app.domain.payments.states import UNSETTLED
from app.foundation.db import db
from app.foundation.identifiers import new_public_id

CARDS_MAX = 10


@dataclass(frozen=True, slots=True)
class VerifiedCard:
    """What the processor tells of a card it verified; the token is sealed already."""

    token_sealed: str
    brand: str
    last_four: str
    expires_month: int
    expires_year: int


def prepare_card(account_id: int) -> str:
    """The name under which the processor knows the account, given once and for ever; commit it before asking.

    Raises:
        TooManyCards: ten are stored already.
    """
    lock_payer(account_id)
    _refuse_too_many(account_id)
    identity = db.session.get(GatewayIdentity, account_id)
    if identity is None:
        identity = GatewayIdentity(account_id=account_id, gateway_id=f"b-{new_public_id()}")
        db.session.add(identity)
        db.session.flush()
    return identity.gateway_id


def store_card(account_id: int, verified: VerifiedCard, *, user_id: int, now: datetime) -> StoredCard:
    """Keeps a verified card; the first one is the default.

    Raises:
        TooManyCards: ten are stored already.
    """
    lock_payer(account_id)
    _refuse_too_many(account_id)
    card = StoredCard(
        account_id=account_id,
        token_sealed=verified.token_sealed,
        brand=verified.brand,
        last_four=verified.last_four,
        expires_month=verified.expires_month,
        expires_year=verified.expires_year,
        is_default=not cards_of(account_id),
        verified_at=now,
    )
    db.session.add(card)
    db.session.flush()
    record_audit("card_stored", actor=f"user:{user_id}", subject=f"card:{card.id}", now=now, account=account_id)
    return card


def make_default(account_id: int, card_id: int) -> None:
    """Makes a card the one that is charged when nothing else is said.

    Raises:
        NotFound: it is not a card of this account.
    """
    lock_payer(account_id)
    card = own_card(account_id, card_id)
    others = sa.update(StoredCard).where(StoredCard.account_id == account_id, StoredCard.id != card.id)
    db.session.execute(others.values(is_default=False))
    card.is_default = True
    db.session.flush()


def remove_card(account_id: int, card_id: int, *, keep_one: bool, user_id: int, now: datetime) -> StoredCard:
    """Removes a card; the oldest one left becomes the default. What was paid with it stays as it is.

    Raises:
        NotFound: it is not a card of this account.
        CardBeingCharged: a payment with it has no answer yet.
        CardInUse: it is the last one, and the account has to keep one.
    """
    lock_payer(account_id)
    card = own_card(account_id, card_id)
    running = sa.select(PaymentIntent.id).where(PaymentIntent.card_id == card.id, PaymentIntent.state.in_(UNSETTLED))
    if db.session.scalars(running.limit(1)).first() is not None:
        raise CardBeingCharged
    if keep_one and len(cards_of(account_id)) == 1:
        raise CardInUse
    card.removed_at = now
    was_default, card.is_default = card.is_default, False
    db.session.flush()
    left = cards_of(account_id)
    if was_default and left:
        left[0].is_default = True
    db.session.flush()
    record_audit("card_removed", actor=f"user:{user_id}", subject=f"card:{card.id}", now=now, account=account_id)
    return card


def lock_own_card(account_id: int, card_id: int) -> StoredCard:
    """A card of this account, locked against removal until the transaction ends.

    Raises:
        NotFound: it is not a card of this account.
    """
    lock_payer(account_id)
    return own_card(account_id, card_id)


def _refuse_too_many(account_id: int) -> None:
    if len(cards_of(account_id)) >= CARDS_MAX:
        raise TooManyCards
