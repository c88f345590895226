"""A sale keeps the places of its socket and what its price is for; those that are there get them as they stand.

Revision ID: 0011
Revises: 0010
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SOCKET = sa.table("socket", sa.column("id", sa.BigInteger()), sa.column("places", sa.SmallInteger()))
LINE_ITEM = sa.table(
    "line_item",
    sa.column("id", sa.BigInteger()),
    sa.column("socket_id", sa.BigInteger()),
    sa.column("terms", sa.JSON()),
)
ADDED = ("places", "pricing")
ROWS_AT_ONCE = 1_000


def upgrade() -> None:
    # Everything sold until now was sold at one price for all days of its flight.
    _rewrite(lambda terms, places: terms | {"places": places, "pricing": {"basis": "flat_days"}})


def downgrade() -> None:
    _rewrite(lambda terms, _places: {name: value for name, value in terms.items() if name not in ADDED})


def _rewrite(changed: Callable[[dict[str, Any], int], dict[str, Any]]) -> None:
    bind, last = op.get_bind(), 0
    query = sa.select(LINE_ITEM.c.id, LINE_ITEM.c.terms, SOCKET.c.places)
    query = query.join(SOCKET, SOCKET.c.id == LINE_ITEM.c.socket_id).order_by(LINE_ITEM.c.id).limit(ROWS_AT_ONCE)
    write = sa.update(LINE_ITEM).where(LINE_ITEM.c.id == sa.bindparam("row_id")).values(terms=sa.bindparam("new"))
    while rows := bind.execute(query.where(LINE_ITEM.c.id > last)).all():
        bind.execute(write, [{"row_id": row.id, "new": changed(row.terms, row.places)} for row in rows])
        last = rows[-1].id
