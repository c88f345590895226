"""Settled days are corrected by rows of their own, each with its reason, its entry and who decided it.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "adjustment",
        sa.Column("id", ID, nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("line_item_id", ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("commission_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("decided_by_user_id", ID, nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(price_minor > 0 AND commission_minor BETWEEN 0 AND price_minor)"
            " OR (price_minor < 0 AND commission_minor BETWEEN price_minor AND 0)",
            name=op.f("ck_adjustment_one_way"),
        ),
        sa.ForeignKeyConstraint(
            ["line_item_id", "day"],
            ["settled_day.line_item_id", "settled_day.day"],
            name=op.f("fk_adjustment_line_item_id_day"),
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["journal_entry.id"], name=op.f("fk_adjustment_entry_id")),
        sa.ForeignKeyConstraint(["decided_by_user_id"], ["app_user.id"], name=op.f("fk_adjustment_decided_by_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjustment")),
        sa.UniqueConstraint("reference", name=op.f("uq_adjustment_reference")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_adjustment_entry_id")),
    )
    op.create_index("ix_adjustment_line_item_id_day", "adjustment", ["line_item_id", "day"])


def downgrade() -> None:
    op.drop_table("adjustment")
