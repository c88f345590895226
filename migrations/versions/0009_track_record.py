"""The number of completed transactions is counted from the line items: nothing ever wrote it beside the account.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("account", "completed_transactions")


def downgrade() -> None:
    op.add_column(
        "account", sa.Column("completed_transactions", sa.Integer(), nullable=False, server_default=sa.text("0"))
    )
