"""Rows on which a job failed are noted, with the moment at which they are tried again.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "work_failure",
        sa.Column("job", sa.String(60), nullable=False),
        sa.Column("subject", sa.String(60), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("first_failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.String(200), nullable=False),
        sa.CheckConstraint("failures > 0", name=op.f("ck_work_failure_failures_positive")),
        sa.PrimaryKeyConstraint("job", "subject", name=op.f("pk_work_failure")),
    )
    op.create_index("ix_work_failure_last_failed_at", "work_failure", ["last_failed_at"])


def downgrade() -> None:
    op.drop_table("work_failure")
