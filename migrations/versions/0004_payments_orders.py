"""Payments and orders: stored cards, payment intents, orders, line items and their history.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ad_order",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("buyer_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("publisher_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "source",
            sa.Enum("award", "rate_card", name="source", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum("unpaid", "paid", "cancelled", name="state", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("credit_minor", sa.BigInteger(), nullable=False),
        sa.Column("commission_bps", sa.Integer(), nullable=False),
        sa.Column("billing", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'paid') = (paid_at IS NOT NULL)", name=op.f("ck_ad_order_paid_at_when_paid")),
        sa.CheckConstraint("commission_bps BETWEEN 0 AND 10000", name=op.f("ck_ad_order_commission_in_range")),
        sa.CheckConstraint("credit_minor BETWEEN 0 AND total_minor", name=op.f("ck_ad_order_credit_in_range")),
        sa.CheckConstraint("total_minor > 0", name=op.f("ck_ad_order_total_positive")),
        sa.ForeignKeyConstraint(["buyer_account_id"], ["account.id"], name=op.f("fk_ad_order_buyer_account_id")),
        sa.ForeignKeyConstraint(
            ["publisher_account_id"], ["account.id"], name=op.f("fk_ad_order_publisher_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ad_order")),
        sa.UniqueConstraint("public_id", name=op.f("uq_ad_order_public_id")),
    )
    with op.batch_alter_table("ad_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ad_order_buyer_account_id"), ["buyer_account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ad_order_publisher_account_id"), ["publisher_account_id"], unique=False)
        batch_op.create_index(
            "ix_ad_order_unpaid",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'unpaid'"),
            postgresql_where=sa.text("state = 'unpaid'"),
        )

    op.create_table(
        "gateway_identity",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("gateway_id", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_gateway_identity_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_gateway_identity")),
        sa.UniqueConstraint("gateway_id", name=op.f("uq_gateway_identity_gateway_id")),
    )
    op.create_table(
        "stored_card",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_sealed", sa.String(length=300), nullable=False),
        sa.Column("brand", sa.String(length=30), nullable=False),
        sa.Column("last_four", sa.String(length=4), nullable=False),
        sa.Column("expires_month", sa.SmallInteger(), nullable=False),
        sa.Column("expires_year", sa.SmallInteger(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_stored_card_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_card")),
    )
    with op.batch_alter_table("stored_card", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stored_card_account_id"), ["account_id"], unique=False)
        batch_op.create_index(
            "uq_stored_card_default",
            ["account_id"],
            unique=True,
            sqlite_where=sa.text("is_default AND removed_at IS NULL"),
            postgresql_where=sa.text("is_default AND removed_at IS NULL"),
        )

    op.create_table(
        "payment_intent",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("charge", "refund", name="kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "sent",
                "unknown",
                "succeeded",
                "declined",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("card_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("refunds_intent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("is_merchant_initiated", sa.Boolean(), nullable=False),
        sa.Column("gateway_id", sa.String(length=60), nullable=True),
        sa.Column("decline_code", sa.String(length=40), nullable=True),
        sa.Column(
            "decline_kind",
            sa.Enum(
                "bank",
                "gateway",
                "network",
                "invalid",
                name="decline_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("is_hard_decline", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_look_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(kind = 'refund') = (refunds_intent_id IS NOT NULL)", name=op.f("ck_payment_intent_refund_of_a_charge")
        ),
        sa.CheckConstraint(
            "(settled_at IS NOT NULL) = (state IN ('succeeded', 'declined'))",
            name=op.f("ck_payment_intent_settled_when_the_answer_is_known"),
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payment_intent_amount_positive")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_payment_intent_account_id")),
        sa.ForeignKeyConstraint(["card_id"], ["stored_card.id"], name=op.f("fk_payment_intent_card_id")),
        sa.ForeignKeyConstraint(
            ["refunds_intent_id"], ["payment_intent.id"], name=op.f("fk_payment_intent_refunds_intent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_intent")),
        sa.UniqueConstraint("key", name=op.f("uq_payment_intent_key")),
    )
    with op.batch_alter_table("payment_intent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_intent_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_intent_next_look_at"), ["next_look_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_intent_order_id"), ["order_id"], unique=False)
        batch_op.create_index(
            "uq_payment_intent_running_charge",
            ["order_id"],
            unique=True,
            sqlite_where=sa.text("kind = 'charge' AND state IN ('planned', 'sent', 'unknown', 'succeeded')"),
            postgresql_where=sa.text("kind = 'charge' AND state IN ('planned', 'sent', 'unknown', 'succeeded')"),
        )

    op.create_table(
        "line_item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("socket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_before", sa.Date(), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "reserved",
                "booked",
                "in_flight",
                "paused",
                "finished",
                "stopped",
                "cancelled",
                "declined",
                "expired",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("hold_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_before > starts_on", name=op.f("ck_line_item_flight_not_empty")),
        sa.CheckConstraint("price_minor > 0", name=op.f("ck_line_item_price_positive")),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_line_item_hold_id")),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_line_item_listing_id")),
        sa.ForeignKeyConstraint(["order_id"], ["ad_order.id"], name=op.f("fk_line_item_order_id")),
        sa.ForeignKeyConstraint(["socket_id"], ["socket.id"], name=op.f("fk_line_item_socket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_item")),
        sa.UniqueConstraint("hold_id", name=op.f("uq_line_item_hold_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_line_item_public_id")),
    )
    with op.batch_alter_table("line_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_line_item_listing_id"), ["listing_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_line_item_order_id"), ["order_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_line_item_socket_id"), ["socket_id"], unique=False)

    op.create_table(
        "line_item_move",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "from_state",
            sa.Enum(
                "reserved",
                "booked",
                "in_flight",
                "paused",
                "finished",
                "stopped",
                "cancelled",
                "declined",
                "expired",
                name="from_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "to_state",
            sa.Enum(
                "reserved",
                "booked",
                "in_flight",
                "paused",
                "finished",
                "stopped",
                "cancelled",
                "declined",
                "expired",
                name="to_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["line_item_id"], ["line_item.id"], name=op.f("fk_line_item_move_line_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_item_move")),
    )
    with op.batch_alter_table("line_item_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_line_item_move_line_item_id"), ["line_item_id"], unique=False)


def downgrade() -> None:
    for table in ("line_item_move", "line_item", "payment_intent", "stored_card", "gateway_identity", "ad_order"):
        op.drop_table(table)
