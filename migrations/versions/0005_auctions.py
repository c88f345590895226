"""Auctions: auctions, bids, awards, strikes, blocked bidders; and the facts that the market adds.

Revision ID: 0005
Revises: 0004
"""

import re
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = ("blocked_bidder", "strike", "award", "bid", "auction")
FACT_KINDS_BEFORE = (
    "signed_up",
    "sign_up_repeated",
    "confirmation_asked",
    "email_confirmed",
    "password_reset_asked",
    "password_changed",
    "email_change_asked",
    "email_changed",
    "signed_in_on_new_device",
    "sessions_ended",
)
FACT_KINDS = (
    *FACT_KINDS_BEFORE,
    "order_paid",
    "payment_declined",
    "bid_placed",
    "outbid",
    "auction_extended",
    "bid_withdrawn",
    "leads_again",
    "auction_won",
    "auction_lost",
    "auction_sold",
    "auction_unsold",
    "award_reminder",
    "award_lapsed",
    "second_chance_offered",
    "offered_at_reserve",
    "socket_changed",
)
MESSAGE_KINDS_BEFORE = (
    "email_confirmation",
    "email_already_registered",
    "password_reset",
    "password_changed",
    "email_change_requested",
    "email_changed",
    "new_sign_in",
    "sessions_ended",
    "policy_changed",
    "product_news",
)
MESSAGE_KINDS = (
    *MESSAGE_KINDS_BEFORE,
    "bid_placed",
    "outbid",
    "auction_extended",
    "bid_withdrawn",
    "leads_again",
    "auction_won",
    "auction_lost",
    "auction_sold",
    "auction_unsold",
    "award_reminder",
    "award_lapsed",
    "offer_for_a_day",
    "order_paid",
    "payment_declined",
)
MESSAGE_TABLES = ("notification", "mail_message", "notification_preference")
CONSUMERS_BEFORE = ("notifications",)
CONSUMERS = (*CONSUMERS_BEFORE, "catalogue")


def upgrade() -> None:
    _create_auction()
    _create_bid()
    _create_award()
    _create_strike()
    _create_blocked_bidder()
    _allow("fact", "kind", FACT_KINDS)
    _allow("fact_delivery", "consumer", CONSUMERS)
    for table in MESSAGE_TABLES:
        _allow(table, "kind", MESSAGE_KINDS)


def downgrade() -> None:
    for table in MESSAGE_TABLES:
        _allow(table, "kind", MESSAGE_KINDS_BEFORE)
    _allow("fact_delivery", "consumer", CONSUMERS_BEFORE)
    _allow("fact", "kind", FACT_KINDS_BEFORE)
    for table in TABLES:
        op.drop_table(table)


def _allow(table: str, column: str, values: Sequence[str]) -> None:
    """Replaces the CHECK of a column that holds one of several words."""
    name = f"ck_{table}_{column}"
    listed = ", ".join(f"'{value}'" for value in values)
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_on_sqlite(table, name, f"CHECK ({column} IN ({listed}))")
    else:
        op.drop_constraint(op.f(name), table, type_="check")
        op.create_check_constraint(op.f(name), table, f"{column} IN ({listed})")


def _rebuild_on_sqlite(table: str, constraint: str, check: str) -> None:
    """Copies a table into one with another CHECK; everything else about it stays, word for word.

    SQLite cannot change a constraint, and Alembic's batch mode would lose the table's other CHECKs,
    which it does not see. Other tables may point at this one: env.py has switched foreign keys off.
    """
    bind = op.get_bind()
    find = sa.text("SELECT type, sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL")
    parts = bind.execute(find, {"table": table}).all()
    (made,) = [sql for kind, sql in parts if kind == "table"]
    pattern = rf'^CREATE TABLE "?{table}"?(.*CONSTRAINT {constraint} )CHECK \([^()]*\([^()]*\)\)(.*)$'
    found = re.match(pattern, made, re.DOTALL)
    if found is None:
        message = f"{table} is not made as expected: {made}"
        raise ValueError(message)
    for statement in (
        f"CREATE TABLE {table}_new{found[1]}{check}{found[2]}",
        f"INSERT INTO {table}_new SELECT * FROM {table}",  # noqa: S608 - names of our own
        f"DROP TABLE {table}",
        f"ALTER TABLE {table}_new RENAME TO {table}",
        *(sql for kind, sql in parts if kind != "table"),
    ):
        bind.exec_driver_sql(statement)


def _create_auction() -> None:
    op.create_table(
        "auction",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("socket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("publisher_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_before", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("opening_price_minor", sa.BigInteger(), nullable=False),
        sa.Column("reserve_price_minor", sa.BigInteger(), nullable=True),
        sa.Column("buy_now_price_minor", sa.BigInteger(), nullable=True),
        sa.Column("is_short_notice", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scheduled_end_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hard_end_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "awarded",
                "unsold",
                "cancelled",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bids", sa.Integer(), nullable=False),
        sa.Column("standing_price_minor", sa.BigInteger(), nullable=False),
        sa.Column("meets_reserve", sa.Boolean(), nullable=False),
        sa.Column("leader_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("leader_ceiling_minor", sa.BigInteger(), nullable=True),
        sa.Column("leader_sequence", sa.Integer(), nullable=True),
        sa.Column("second_ceiling_minor", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(leader_account_id IS NULL) = (leader_ceiling_minor IS NULL)", name=op.f("ck_auction_leader_with_ceiling")
        ),
        sa.CheckConstraint("ends_at <= hard_end_at", name=op.f("ck_auction_ends_before_hard_end")),
        sa.CheckConstraint("ends_before > starts_on", name=op.f("ck_auction_flight_not_empty")),
        sa.CheckConstraint(
            "leader_ceiling_minor IS NULL OR standing_price_minor <= leader_ceiling_minor",
            name=op.f("ck_auction_price_not_above_ceiling"),
        ),
        sa.CheckConstraint("opening_price_minor > 0", name=op.f("ck_auction_opening_price_positive")),
        sa.ForeignKeyConstraint(["leader_account_id"], ["account.id"], name=op.f("fk_auction_leader_account_id")),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_auction_listing_id")),
        sa.ForeignKeyConstraint(["publisher_account_id"], ["account.id"], name=op.f("fk_auction_publisher_account_id")),
        sa.ForeignKeyConstraint(["socket_id"], ["socket.id"], name=op.f("fk_auction_socket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auction")),
        sa.UniqueConstraint("listing_id", name=op.f("uq_auction_listing_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_auction_public_id")),
    )
    with op.batch_alter_table("auction", schema=None) as batch_op:
        batch_op.create_index(
            "ix_auction_open",
            ["ends_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.create_index(batch_op.f("ix_auction_publisher_account_id"), ["publisher_account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_auction_socket_id"), ["socket_id"], unique=False)


def _create_bid() -> None:
    op.create_table(
        "bid",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("auction_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ceiling_minor", sa.BigInteger(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("price_after_minor", sa.BigInteger(), nullable=False),
        sa.Column("nonce", sa.String(length=40), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "withdrawal_reason",
            sa.Enum(
                "wrong_amount",
                "terms_changed",
                "no_answer",
                name="withdrawal_reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawal_reason IS NULL)", name=op.f("ck_bid_withdrawn_for_a_reason")
        ),
        sa.CheckConstraint("ceiling_minor > 0", name=op.f("ck_bid_ceiling_positive")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_bid_account_id")),
        sa.ForeignKeyConstraint(["auction_id"], ["auction.id"], name=op.f("fk_bid_auction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bid")),
        sa.UniqueConstraint("auction_id", "sequence", name=op.f("uq_bid_auction_id_sequence")),
        sa.UniqueConstraint("public_id", name=op.f("uq_bid_public_id")),
    )
    with op.batch_alter_table("bid", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bid_account_id"), ["account_id"], unique=False)
        batch_op.create_index("ix_bid_auction_account", ["auction_id", "account_id"], unique=False)


def _create_award() -> None:
    op.create_table(
        "award",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("auction_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "highest_bid",
                "buy_now",
                "second_chance",
                "at_reserve",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "offered",
                "due",
                "paid",
                "lapsed",
                "not_taken",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("hammer_price_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("open_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("hammer_price_minor > 0", name=op.f("ck_award_hammer_price_positive")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_award_account_id")),
        sa.ForeignKeyConstraint(["auction_id"], ["auction.id"], name=op.f("fk_award_auction_id")),
        sa.ForeignKeyConstraint(["order_id"], ["ad_order.id"], name=op.f("fk_award_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
        sa.UniqueConstraint("order_id", name=op.f("uq_award_order_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_award_public_id")),
    )
    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_award_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_award_auction_id"), ["auction_id"], unique=False)
        batch_op.create_index(
            "ix_award_to_follow",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state IN ('offered', 'due')"),
            postgresql_where=sa.text("state IN ('offered', 'due')"),
        )
        batch_op.create_index(
            "uq_award_live",
            ["auction_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('offered', 'due', 'paid')"),
            postgresql_where=sa.text("state IN ('offered', 'due', 'paid')"),
        )


def _create_strike() -> None:
    op.create_table(
        "strike",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("award_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_strike_account_id")),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_strike_award_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_strike")),
        sa.UniqueConstraint("award_id", name=op.f("uq_strike_award_id")),
    )
    with op.batch_alter_table("strike", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_strike_account_id"), ["account_id"], unique=False)


def _create_blocked_bidder() -> None:
    op.create_table(
        "blocked_bidder",
        sa.Column("publisher_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("buyer_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["buyer_account_id"], ["account.id"], name=op.f("fk_blocked_bidder_buyer_account_id")),
        sa.ForeignKeyConstraint(
            ["publisher_account_id"], ["account.id"], name=op.f("fk_blocked_bidder_publisher_account_id")
        ),
        sa.PrimaryKeyConstraint("publisher_account_id", "buyer_account_id", name=op.f("pk_blocked_bidder")),
    )
