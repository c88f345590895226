"""Tables of the settlement room: settled days, money returned, and payouts."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.settlement.states import AdjustmentReason, BatchState, DayOutcome, EntityKind, PayoutState, ReturnReason
from app.foundation.db import INTERNAL, PERSONAL, Id, Model, UtcDateTime, enum_type, open_enum


class SettledDay(Model):
    """One site day of a line item, settled once: what became of it and what it moved."""

    __tablename__ = "settled_day"

    line_item_id: Mapped[int] = mapped_column(
        sa.ForeignKey("line_item.id"), primary_key=True, autoincrement=False, info=INTERNAL
    )
    day: Mapped[date] = mapped_column(sa.Date, primary_key=True, info=INTERNAL)
    publisher_account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), info=INTERNAL)
    outcome: Mapped[DayOutcome] = mapped_column(enum_type(DayOutcome, "outcome"), info=INTERNAL)
    requests: Mapped[int] = mapped_column(sa.BigInteger, info=INTERNAL)
    filled: Mapped[int] = mapped_column(sa.BigInteger, info=INTERNAL)
    price_minor: Mapped[int] = mapped_column(sa.BigInteger, info=INTERNAL)
    commission_minor: Mapped[int] = mapped_column(sa.BigInteger, info=INTERNAL)
    currency: Mapped[str] = mapped_column(sa.String(3), info=INTERNAL)
    entry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("journal_entry.id"), unique=True, info=INTERNAL)
    settled_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)
    available_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)

    __table_args__ = (
        sa.CheckConstraint("price_minor >= 0", name="price_not_negative"),
        sa.CheckConstraint("commission_minor BETWEEN 0 AND price_minor", name="commission_in_range"),
        sa.CheckConstraint("(price_minor > 0) = (entry_id IS NOT NULL)", name="posted_when_earned"),
        sa.Index("ix_settled_day_earnings", "publisher_account_id", "available_at"),
    )


class Adjustment(Model):
    """A correction of a settled day, which itself is never changed: by how much, why, by which entry, and by whom."""

    __tablename__ = "adjustment"

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=INTERNAL)
    reference: Mapped[str] = mapped_column(sa.String(60), unique=True, info=INTERNAL)
    line_item_id: Mapped[int] = mapped_column(Id, info=INTERNAL)
    day: Mapped[date] = mapped_column(sa.Date, info=INTERNAL)
    reason: Mapped[AdjustmentReason] = mapped_column(open_enum(AdjustmentReason), info=INTERNAL)
    note: Mapped[str] = mapped_column(sa.String(200), info=INTERNAL)
    price_minor: Mapped[int] = mapped_column(sa.BigInteger, info=INTERNAL)
    commission_minor: Mapped[int] = mapped_column(sa.BigInteger, info=INTERNAL)
    currency: Mapped[str] = mapped_column(sa.String(3), info=INTERNAL)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("journal_entry.id"), unique=True, info=INTERNAL)
    decided_by_user_id: Mapped[int] = mapped_column(sa.ForeignKey("app_user.id"), info=INTERNAL)
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)

    __table_args__ = (
        sa.ForeignKeyConstraint(["line_item_id", "day"], ["settled_day.line_item_id", "settled_day.day"]),
        sa.Index("ix_adjustment_line_item_id_day", "line_item_id", "day"),
        sa.CheckConstraint(
            "(price_minor > 0 AND commission_minor BETWEEN 0 AND price_minor)"
            " OR (price_minor < 0 AND commission_minor BETWEEN price_minor AND 0)",
            name="one_way",
        ),
    )


class MoneyReturn(Model):
    """What is left in escrow when a line item is over, on its way back to the buyer; once for each."""

    __tablename__ = "money_return"

    line_item_id: Mapped[int] = mapped_column(
        sa.ForeignKey("line_item.id"), primary_key=True, autoincrement=False, info=INTERNAL
    )
    reason: Mapped[ReturnReason] = mapped_column(enum_type(ReturnReason, "reason"), info=INTERNAL)
    amount_minor: Mapped[int] = mapped_column(sa.BigInteger, info=INTERNAL)
    to_card_minor: Mapped[int] = mapped_column(sa.BigInteger, info=INTERNAL)
    to_credit_minor: Mapped[int] = mapped_column(sa.BigInteger, info=INTERNAL)
    currency: Mapped[str] = mapped_column(sa.String(3), info=INTERNAL)
    intent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("payment_intent.id"), unique=True, info=INTERNAL)
    planned_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)

    __table_args__ = (
        sa.CheckConstraint("amount_minor > 0", name="amount_positive"),
        sa.CheckConstraint("to_card_minor >= 0 AND to_credit_minor >= 0", name="parts_not_negative"),
        sa.CheckConstraint("to_card_minor + to_credit_minor = amount_minor", name="parts_make_the_whole"),
        sa.CheckConstraint("(to_card_minor > 0) = (intent_id IS NOT NULL)", name="card_part_has_an_intent"),
    )


class PayoutAccount(Model):
    """Where a publisher's earnings go; the numbers themselves lie in the vault."""

    __tablename__ = "payout_account"

    account_id: Mapped[int] = mapped_column(
        sa.ForeignKey("account.id"), primary_key=True, autoincrement=False, info=INTERNAL
    )
    holder_name: Mapped[str] = mapped_column(sa.String(140), info=PERSONAL)
    country_code: Mapped[str] = mapped_column(sa.String(2), info=PERSONAL)
    vault_entry_id: Mapped[int] = mapped_column(sa.ForeignKey("vault_entry.id"), info=INTERNAL)
    last_four: Mapped[str] = mapped_column(sa.String(4), info=PERSONAL)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)


class TaxProfile(Model):
    """What a publisher is for tax, as certified by them; the number itself lies in the vault."""

    __tablename__ = "tax_profile"

    account_id: Mapped[int] = mapped_column(
        sa.ForeignKey("account.id"), primary_key=True, autoincrement=False, info=INTERNAL
    )
    legal_name: Mapped[str] = mapped_column(sa.String(140), info=PERSONAL)
    entity_kind: Mapped[EntityKind] = mapped_column(enum_type(EntityKind, "entity_kind"), info=PERSONAL)
    country_code: Mapped[str] = mapped_column(sa.String(2), info=PERSONAL)
    vault_entry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("vault_entry.id"), info=INTERNAL)
    last_four: Mapped[str] = mapped_column(sa.String(4), default="", info=PERSONAL)
    certified_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)


class PayoutBatch(Model):
    """One bank file: made by one member of staff, marked paid by another."""

    __tablename__ = "payout_batch"

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=INTERNAL)
    public_id: Mapped[str] = mapped_column(sa.String(40), unique=True, info=INTERNAL)
    state: Mapped[BatchState] = mapped_column(enum_type(BatchState, "state"), info=INTERNAL)
    currency: Mapped[str] = mapped_column(sa.String(3), info=INTERNAL)
    total_minor: Mapped[int] = mapped_column(sa.BigInteger, info=INTERNAL)
    payouts: Mapped[int] = mapped_column(sa.Integer, info=INTERNAL)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)
    made_by_user_id: Mapped[int] = mapped_column(sa.ForeignKey("app_user.id"), info=INTERNAL)
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=INTERNAL)
    paid_by_user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id"), info=INTERNAL)

    __table_args__ = (
        sa.CheckConstraint("total_minor > 0 AND payouts > 0", name="not_empty"),
        sa.CheckConstraint("(paid_at IS NULL) = (state = 'made')", name="paid_when_marked"),
        sa.CheckConstraint("(paid_at IS NULL) = (paid_by_user_id IS NULL)", name="paid_by_somebody"),
        sa.CheckConstraint("paid_by_user_id <> made_by_user_id", name="paid_by_a_second_person"),
    )


class Payout(Model):
    """One payment of earnings to a publisher."""

    __tablename__ = "payout"

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=INTERNAL)
    public_id: Mapped[str] = mapped_column(sa.String(40), unique=True, info=INTERNAL)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True, info=INTERNAL)
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("payout_batch.id"), index=True, info=INTERNAL)
    state: Mapped[PayoutState] = mapped_column(enum_type(PayoutState, "state"), info=INTERNAL)
    amount_minor: Mapped[int] = mapped_column(sa.BigInteger, info=INTERNAL)
    currency: Mapped[str] = mapped_column(sa.String(3), info=INTERNAL)
    vault_entry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("vault_entry.id"), info=INTERNAL)
    destination: Mapped[str] = mapped_column(sa.String(4), info=PERSONAL)
    entry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("journal_entry.id"), unique=True, info=INTERNAL)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=INTERNAL)

    __table_args__ = (
        sa.CheckConstraint("amount_minor > 0", name="amount_positive"),
        sa.CheckConstraint("(batch_id IS NULL) = (state = 'due')", name="in_a_file_once_it_is_made"),
        sa.CheckConstraint("(entry_id IS NOT NULL) = (state IN ('paid', 'returned'))", name="posted_when_paid"),
        sa.Index(
            "uq_payout_open",
            "account_id",
            unique=True,
            sqlite_where=sa.text("state IN ('due', 'in_file')"),
            postgresql_where=sa.text("state IN ('due', 'in_file')"),
        ),
    )
