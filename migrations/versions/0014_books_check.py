"""What each check of all books found.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "books_check",
        sa.Column("id", ID, nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("compared", sa.JSON(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("differences", sa.JSON(), nullable=False),
        sa.CheckConstraint("found >= 0", name=op.f("ck_books_check_found_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_books_check")),
    )


def downgrade() -> None:
    op.drop_table("books_check")
