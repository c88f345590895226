"""A line item keeps the terms it was sold with; those that are there get their socket's as they stand.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SOCKET = sa.table(
    "socket",
    sa.column("id", sa.BigInteger()),
    sa.column("width_px", sa.Integer()),
    sa.column("height_px", sa.Integer()),
    sa.column("formats", sa.JSON()),
    sa.column("bytes_max", sa.Integer()),
    sa.column("approval_rule", sa.String()),
    sa.column("approval_hours", sa.SmallInteger()),
    sa.column("on_silence", sa.String()),
    sa.column("taste_rules", sa.String()),
    sa.column("blocked_products", sa.JSON()),
)
LINE_ITEM = sa.table("line_item", sa.column("socket_id", sa.BigInteger()), sa.column("terms", sa.JSON()))


def upgrade() -> None:
    op.add_column("line_item", sa.Column("terms", sa.JSON()))
    _fill()
    if op.get_bind().dialect.name == "sqlite":
        _forbid_null_on_sqlite()
    else:
        op.alter_column("line_item", "terms", nullable=False)


def downgrade() -> None:
    op.execute("ALTER TABLE line_item DROP COLUMN terms")


def _fill() -> None:
    bind = op.get_bind()
    sold = sa.select(SOCKET).where(SOCKET.c.id.in_(sa.select(LINE_ITEM.c.socket_id)))
    for row in bind.execute(sold).mappings().all():
        terms = {name: value for name, value in row.items() if name != "id"}
        bind.execute(sa.update(LINE_ITEM).where(LINE_ITEM.c.socket_id == row["id"]).values(terms=terms))


def _forbid_null_on_sqlite() -> None:
    """Copies the table into one whose new column has to be filled; everything else stays, word for word.

    SQLite cannot change a column, and Alembic's batch mode would lose the table's CHECKs, which it does
    not see. Other tables point at this one: env.py has switched foreign keys off.
    """
    bind = op.get_bind()
    find = sa.text("SELECT type, sql FROM sqlite_master WHERE tbl_name = 'line_item' AND sql IS NOT NULL")
    parts = bind.execute(find).all()
    (made,) = [sql for kind, sql in parts if kind == "table"]
    head, name, body = made.partition("line_item")
    if body.count("terms JSON") != 1 or head.rstrip('"') != "CREATE TABLE ":
        message = f"line_item is not made as expected: {made}"
        raise ValueError(message)
    for statement in (
        # A trigger may name the table that is away for a moment; the new way to rename would look at it.
        "PRAGMA legacy_alter_table = ON",
        f"{head}{name}_new{body.replace('terms JSON', 'terms JSON NOT NULL')}",
        "INSERT INTO line_item_new SELECT * FROM line_item",
        "DROP TABLE line_item",
        "ALTER TABLE line_item_new RENAME TO line_item",
        *(sql for kind, sql in parts if kind != "table"),
        "PRAGMA legacy_alter_table = OFF",
    ):
        bind.exec_driver_sql(statement)
