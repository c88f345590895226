"""Tables of the payments room. Card numbers never come here: only the processor's token, sealed."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.payments.states import DeclineKind, IntentKind, IntentState
from app.foundation.db import INTERNAL, PERSONAL, SECRET, Id, Model, UtcDateTime, enum_type


class GatewayIdentity(Model):
    """An account as the card processor knows it."""

    __tablename__ = "gateway_identity"

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), primary_key=True, info=INTERNAL)
    gateway_id: Mapped[str] = mapped_column(sa.String(60), unique=True, info=SECRET)


class StoredCard(Model):
    """A verified card of an account: the processor's token (sealed), brand, last four digits, expiry."""

    __tablename__ = "stored_card"

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=INTERNAL)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True, info=INTERNAL)
    token_sealed: Mapped[str] = mapped_column(sa.String(300), info=SECRET)
    brand: Mapped[str] = mapped_column(sa.String(30), info=PERSONAL)
    last_four: Mapped[str] = mapped_column(sa.String(4), info=PERSONAL)
    expires_month: Mapped[int] = mapped_column(sa.SmallInteger, info=PERSONAL)
    expires_year: Mapped[int] = mapped_column(sa.SmallInteger, info=PERSONAL)
    is_default: Mapped[bool] = mapped_column(info=INTERNAL)
    verified_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=INTERNAL)

    __table_args__ = (
        sa.Index(
            "uq_stored_card_default",
            "account_id",
            unique=True,
            sqlite_where=sa.text("is_default AND removed_at IS NULL"),
            postgresql_where=sa.text("is_default AND removed_at IS NULL"),
        ),
    )


class PaymentIntent(Model):
    """One thing asked of the card processor, written before it is asked; its key is the processor's order id."""

    __tablename__ = "payment_intent"

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=INTERNAL)
    key: Mapped[str] = mapped_column(sa.String(60), unique=True, info=INTERNAL)
    kind: Mapped[IntentKind] = mapped_column(enum_type(IntentKind, "kind"), info=INTERNAL)
    state: Mapped[IntentState] = mapped_column(enum_type(IntentState, "state"), info=INTERNAL)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True, info=INTERNAL)
    order_id: Mapped[int] = mapped_column(Id, index=True, info=INTERNAL)
    # Of a refund: the line item whose undelivered money goes back; none when a whole charge is called off.
    line_item_id: Mapped[int | None] = mapped_column(Id, index=True, info=INTERNAL)
    card_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_card.id"), info=INTERNAL)
    refunds_intent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("payment_intent.id"), info=INTERNAL)
    amount_minor: Mapped[int] = mapped_column(sa.BigInteger, info=INTERNAL)
    currency: Mapped[str] = mapped_column(sa.String(3), info=INTERNAL)
    is_merchant_initiated: Mapped[bool] = mapped_column(info=INTERNAL)
    gateway_id: Mapped[str | None] = mapped_column(sa.String(60), info=INTERNAL)
    decline_code: Mapped[str | None] = mapped_column(sa.String(40), info=INTERNAL)
    decline_kind: Mapped[DeclineKind | None] = mapped_column(enum_type(DeclineKind, "decline_kind"), info=INTERNAL)
    is_hard_decline: Mapped[bool] = mapped_column(default=False, info=INTERNAL)
    attempts: Mapped[int] = mapped_column(default=0, info=INTERNAL)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=INTERNAL)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=INTERNAL)
    next_look_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True, info=INTERNAL)

    __table_args__ = (
        sa.CheckConstraint("amount_minor > 0", name="amount_positive"),
        sa.CheckConstraint("(kind = 'refund') = (refunds_intent_id IS NOT NULL)", name="refund_of_a_charge"),
        sa.CheckConstraint(
            "(settled_at IS NOT NULL) = (state IN ('succeeded', 'declined'))", name="settled_when_the_answer_is_known"
        ),
        sa.Index(
            "uq_payment_intent_running_charge",
            "order_id",
            unique=True,
            sqlite_where=sa.text("kind = 'charge' AND state IN ('planned', 'sent', 'unknown', 'succeeded')"),
            postgresql_where=sa.text("kind = 'charge' AND state IN ('planned', 'sent', 'unknown', 'succeeded')"),
        ),
    )
