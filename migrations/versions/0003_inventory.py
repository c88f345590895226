"""Inventory: sites with their proofs, audience figures, sockets, listings, holds, the calendar.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "site",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("domain", sa.String(length=253), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("description", sa.String(length=2000), nullable=False),
        sa.Column("category_code", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("country_code", sa.String(length=2), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column(
            "state",
            sa.Enum("unproved", "proved", "lapsed", name="state", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("proof_token", sa.String(length=60), nullable=False),
        sa.Column(
            "proof_method",
            sa.Enum(
                "well_known_file",
                "meta_tag",
                "ads_txt",
                name="proof_method",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("check_result", sa.String(length=300), nullable=False),
        sa.Column("next_check_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("missing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_site_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("slug", name=op.f("uq_site_slug")),
    )
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_site_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_site_category_code"), ["category_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_site_domain"), ["domain"], unique=False)
        batch_op.create_index(batch_op.f("ix_site_next_check_at"), ["next_check_at"], unique=False)
        batch_op.create_index(
            "uq_site_proved_domain",
            ["domain"],
            unique=True,
            sqlite_where=sa.text("state = 'proved'"),
            postgresql_where=sa.text("state = 'proved'"),
        )

    op.create_table(
        "audience_figure",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("measured_on", sa.Date(), nullable=False),
        sa.CheckConstraint("value >= 0", name=op.f("ck_audience_figure_value_not_negative")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_audience_figure_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audience_figure")),
    )
    with op.batch_alter_table("audience_figure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audience_figure_site_id"), ["site_id"], unique=False)

    op.create_table(
        "socket",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("page_hint", sa.String(length=200), nullable=False),
        sa.Column(
            "position",
            sa.Enum(
                "header",
                "above_fold",
                "in_content",
                "sidebar",
                "below_fold",
                "footer",
                "newsletter",
                name="position",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False),
        sa.Column("formats", sa.JSON(), nullable=False),
        sa.Column("bytes_max", sa.Integer(), nullable=False),
        sa.Column("places", sa.SmallInteger(), nullable=False),
        sa.Column(
            "approval_rule",
            sa.Enum(
                "approve_all",
                "known_buyers",
                "each_one",
                name="approval_rule",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("approval_hours", sa.SmallInteger(), nullable=False),
        sa.Column(
            "on_silence",
            sa.Enum("approve", "refuse", name="on_silence", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("taste_rules", sa.String(length=1000), nullable=False),
        sa.Column("blocked_products", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "closed", name="state", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("approval_hours BETWEEN 24 AND 120", name=op.f("ck_socket_approval_hours_in_range")),
        sa.CheckConstraint("height_px BETWEEN 1 AND 2000", name=op.f("ck_socket_height_in_range")),
        sa.CheckConstraint("places BETWEEN 1 AND 10", name=op.f("ck_socket_places_in_range")),
        sa.CheckConstraint("width_px BETWEEN 1 AND 2000", name=op.f("ck_socket_width_in_range")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_socket_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_socket")),
        sa.UniqueConstraint("slug", name=op.f("uq_socket_slug")),
    )
    with op.batch_alter_table("socket", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_socket_site_id"), ["site_id"], unique=False)

    op.create_table(
        "listing",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("socket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("auction", "rate_card", name="kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum("open", "closed", "cancelled", name="state", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("price_day_minor", sa.BigInteger(), nullable=True),
        sa.Column("price_week_minor", sa.BigInteger(), nullable=True),
        sa.Column("price_30_days_minor", sa.BigInteger(), nullable=True),
        sa.Column("lead_days", sa.SmallInteger(), nullable=False),
        sa.Column("days_min", sa.SmallInteger(), nullable=False),
        sa.Column("days_max", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "days_min BETWEEN 1 AND days_max AND days_max <= 366", name=op.f("ck_listing_days_in_range")
        ),
        sa.CheckConstraint("lead_days BETWEEN 0 AND 366", name=op.f("ck_listing_lead_days_in_range")),
        sa.CheckConstraint("price_30_days_minor > 0", name=op.f("ck_listing_price_30_days_positive")),
        sa.CheckConstraint("price_day_minor > 0", name=op.f("ck_listing_price_day_positive")),
        sa.CheckConstraint("price_week_minor > 0", name=op.f("ck_listing_price_week_positive")),
        sa.ForeignKeyConstraint(["socket_id"], ["socket.id"], name=op.f("fk_listing_socket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing")),
    )
    with op.batch_alter_table("listing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_listing_socket_id"), ["socket_id"], unique=False)
        batch_op.create_index(
            "uq_listing_open_rate_card",
            ["socket_id"],
            unique=True,
            sqlite_where=sa.text("kind = 'rate_card' AND state = 'open'"),
            postgresql_where=sa.text("kind = 'rate_card' AND state = 'open'"),
        )

    op.create_table(
        "hold",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("socket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_before", sa.Date(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "state",
            sa.Enum("held", "used", "released", name="state", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_before > starts_on", name=op.f("ck_hold_flight_not_empty")),
        sa.CheckConstraint("price_minor > 0", name=op.f("ck_hold_price_positive")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_hold_account_id")),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_hold_listing_id")),
        sa.ForeignKeyConstraint(["socket_id"], ["socket.id"], name=op.f("fk_hold_socket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
        sa.UniqueConstraint("public_id", name=op.f("uq_hold_public_id")),
    )
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hold_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_hold_socket_id"), ["socket_id"], unique=False)
        batch_op.create_index(
            "ix_hold_running",
            ["expires_at"],
            unique=False,
            sqlite_where=sa.text("state = 'held'"),
            postgresql_where=sa.text("state = 'held'"),
        )

    op.create_table(
        "calendar_day",
        sa.Column("socket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("place", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "held", "sold", "auction", "blackout", name="kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("hold_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("line_item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(kind = 'auction') = (listing_id IS NOT NULL)", name=op.f("ck_calendar_day_auctioned_by_a_listing")
        ),
        sa.CheckConstraint("(kind = 'held') = (hold_id IS NOT NULL)", name=op.f("ck_calendar_day_held_by_a_hold")),
        sa.CheckConstraint(
            "(kind = 'sold') = (line_item_id IS NOT NULL)", name=op.f("ck_calendar_day_sold_to_a_line_item")
        ),
        sa.CheckConstraint("place BETWEEN 1 AND 10", name=op.f("ck_calendar_day_place_in_range")),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_calendar_day_hold_id")),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_calendar_day_listing_id")),
        sa.ForeignKeyConstraint(["socket_id"], ["socket.id"], name=op.f("fk_calendar_day_socket_id")),
        sa.PrimaryKeyConstraint("socket_id", "day", "place", name=op.f("pk_calendar_day")),
    )
    with op.batch_alter_table("calendar_day", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calendar_day_hold_id"), ["hold_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_calendar_day_line_item_id"), ["line_item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_calendar_day_listing_id"), ["listing_id"], unique=False)


def downgrade() -> None:
    for table in ("calendar_day", "hold", "listing", "socket", "audience_figure", "site"):
        op.drop_table(table)
