"""Documents: invoices and the series they are numbered in.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document_series",
        sa.Column(
            "kind",
            sa.Enum("invoice", name="kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("last_number", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("last_number >= 0", name=op.f("ck_document_series_last_number_not_negative")),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_document_series")),
    )
    op.create_table(
        "invoice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("invoice", name="kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("buyer", sa.JSON(), nullable=False),
        sa.Column("publisher", sa.JSON(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("paid_with", sa.String(length=80), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_invoice_number_positive")),
        sa.CheckConstraint("tax_minor >= 0", name=op.f("ck_invoice_tax_not_negative")),
        sa.CheckConstraint("total_minor > 0", name=op.f("ck_invoice_total_positive")),
        sa.ForeignKeyConstraint(["order_id"], ["ad_order.id"], name=op.f("fk_invoice_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("kind", "number", name=op.f("uq_invoice_kind_number")),
        sa.UniqueConstraint("order_id", name=op.f("uq_invoice_order_id")),
    )
    op.execute("INSERT INTO document_series (kind, last_number) VALUES ('invoice', 0)")


def downgrade() -> None:
    for table in ("invoice", "document_series"):
        op.drop_table(table)
