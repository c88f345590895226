"""What belongs to a line item refers to it, an order is one line item, and words that nothing ever wrote are gone.

The ledger's accounts and the counters get a foreign key to their line item. Counters say zero where there is none, so
theirs is on a column that is made of it; on PostgreSQL the table of counters is written anew for that.

Revision ID: 0018
Revises: 0017
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

STATES = ("reserved", "booked", "in_flight", "paused", "finished", "stopped", "declined", "expired")
OUTCOMES = (
    "delivered",
    "no_creative",
    "paused_by_buyer",
    "paused_by_publisher",
    "review_late",
    "no_requests",
    "under_delivered",
    "ended",
)
UNUSED_STATES = ("cancelled",)
UNUSED_OUTCOMES = ("platform_fault",)
LINE_ITEM = """
    id INTEGER NOT NULL,
    public_id VARCHAR(40) NOT NULL,
    order_id INTEGER NOT NULL,
    socket_id INTEGER NOT NULL,
    place SMALLINT NOT NULL,
    starts_on DATE NOT NULL,
    ends_before DATE NOT NULL,
    time_zone VARCHAR(60) NOT NULL,
    terms JSON NOT NULL,
    price_minor BIGINT NOT NULL,
    currency VARCHAR(3) NOT NULL,
    state VARCHAR(40) NOT NULL,
    hold_id INTEGER,
    listing_id INTEGER NOT NULL,
    created_at DATETIME NOT NULL,
    settle_after DATETIME,
    CONSTRAINT pk_line_item PRIMARY KEY (id),
    CONSTRAINT ck_line_item_flight_not_empty CHECK (ends_before > starts_on),
    CONSTRAINT ck_line_item_price_positive CHECK (price_minor > 0),
    CONSTRAINT ck_line_item_state CHECK (state IN ({states})),
    CONSTRAINT uq_line_item_public_id UNIQUE (public_id),
    CONSTRAINT uq_line_item_hold_id UNIQUE (hold_id),
    CONSTRAINT fk_line_item_order_id FOREIGN KEY(order_id) REFERENCES ad_order (id),
    CONSTRAINT fk_line_item_socket_id FOREIGN KEY(socket_id) REFERENCES socket (id),
    CONSTRAINT fk_line_item_hold_id FOREIGN KEY(hold_id) REFERENCES hold (id),
    CONSTRAINT fk_line_item_listing_id FOREIGN KEY(listing_id) REFERENCES listing (id)
"""
ONE_ORDER = ", CONSTRAINT uq_line_item_order_id UNIQUE (order_id)"
LINE_ITEM_MOVE = """
    id INTEGER NOT NULL,
    line_item_id INTEGER NOT NULL,
    from_state VARCHAR(40),
    to_state VARCHAR(40) NOT NULL,
    party VARCHAR(40) DEFAULT 'platform' NOT NULL
        CONSTRAINT ck_line_item_move_party CHECK (party IN ('buyer', 'publisher', 'platform')),
    reason VARCHAR(200) NOT NULL,
    moved_at DATETIME NOT NULL,
    CONSTRAINT pk_line_item_move PRIMARY KEY (id),
    CONSTRAINT ck_line_item_move_from_state CHECK (from_state IN ({states})),
    CONSTRAINT ck_line_item_move_to_state CHECK (to_state IN ({states})),
    CONSTRAINT fk_line_item_move_line_item_id FOREIGN KEY(line_item_id) REFERENCES line_item (id)
"""
SETTLED_DAY = """
    line_item_id INTEGER NOT NULL,
    day DATE NOT NULL,
    publisher_account_id INTEGER NOT NULL,
    outcome VARCHAR(40) NOT NULL,
    requests BIGINT NOT NULL,
    filled BIGINT NOT NULL,
    price_minor BIGINT NOT NULL,
    commission_minor BIGINT NOT NULL,
    currency VARCHAR(3) NOT NULL,
    entry_id INTEGER,
    settled_at DATETIME NOT NULL,
    available_at DATETIME NOT NULL,
    CONSTRAINT pk_settled_day PRIMARY KEY (line_item_id, day),
    CONSTRAINT ck_settled_day_price_not_negative CHECK (price_minor >= 0),
    CONSTRAINT ck_settled_day_commission_in_range CHECK (commission_minor BETWEEN 0 AND price_minor),
    CONSTRAINT ck_settled_day_posted_when_earned CHECK ((price_minor > 0) = (entry_id IS NOT NULL)),
    CONSTRAINT ck_settled_day_outcome CHECK (outcome IN ({outcomes})),
    CONSTRAINT uq_settled_day_entry_id UNIQUE (entry_id),
    CONSTRAINT fk_settled_day_line_item_id FOREIGN KEY(line_item_id) REFERENCES line_item (id),
    CONSTRAINT fk_settled_day_publisher_account_id FOREIGN KEY(publisher_account_id) REFERENCES account (id),
    CONSTRAINT fk_settled_day_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id)
"""
LEDGER_ACCOUNT = """
    id INTEGER NOT NULL,
    code VARCHAR(40) NOT NULL,
    account_id INTEGER,
    line_item_id {kind},
    currency VARCHAR(3) NOT NULL,
    CONSTRAINT pk_ledger_account PRIMARY KEY (id),
    CONSTRAINT ck_ledger_account_account_where_owned
        CHECK ((account_id IS NOT NULL) = (code IN ('publisher_payable', 'buyer_credit'))),
    CONSTRAINT ck_ledger_account_line_item_where_owned CHECK ((line_item_id IS NOT NULL) = (code IN ('escrow'))),
    CONSTRAINT fk_ledger_account_account_id FOREIGN KEY(account_id) REFERENCES account (id)
"""
REFERS = ", CONSTRAINT fk_ledger_account_line_item_id FOREIGN KEY(line_item_id) REFERENCES line_item (id)"


def upgrade() -> None:
    op.drop_index("ix_line_item_order_id", table_name="line_item")
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_on_sqlite(STATES, OUTCOMES, is_held=True)
        # On two lines, for SQLAlchemy reads what it is made of to the end of the line.
        op.execute(
            "ALTER TABLE ad_count ADD COLUMN booked_line_item_id INTEGER "
            "GENERATED ALWAYS AS (nullif(line_item_id, 0))\n"
            "VIRTUAL CONSTRAINT fk_ad_count_booked_line_item_id REFERENCES line_item (id)"
        )
        return
    _allow_on_postgresql(STATES, OUTCOMES)
    op.create_unique_constraint(op.f("uq_line_item_order_id"), "line_item", ["order_id"])
    _refer_on_postgresql("ledger_account", "line_item_id")
    # As long as it takes: every row is written anew.
    op.execute("SET LOCAL statement_timeout = 0")
    op.execute(
        "ALTER TABLE ad_count ADD COLUMN booked_line_item_id BIGINT "
        "GENERATED ALWAYS AS (nullif(line_item_id, 0)) STORED"
    )
    _refer_on_postgresql("ad_count", "booked_line_item_id")


def downgrade() -> None:
    words = (STATES + UNUSED_STATES, OUTCOMES + UNUSED_OUTCOMES)
    op.execute("ALTER TABLE ad_count DROP COLUMN booked_line_item_id")
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_on_sqlite(*words, is_held=False)
    else:
        op.drop_constraint(op.f("fk_ledger_account_line_item_id"), "ledger_account", type_="foreignkey")
        op.drop_constraint(op.f("uq_line_item_order_id"), "line_item", type_="unique")
        _allow_on_postgresql(*words)
    op.create_index("ix_line_item_order_id", "line_item", ["order_id"])


def _listed(words: Sequence[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _rebuild_on_sqlite(states: Sequence[str], outcomes: Sequence[str], *, is_held: bool) -> None:
    """Copies each table into one as it is written here: SQLite cannot change a constraint."""
    # The ledger's triggers name a table that is away for a moment; the new way to rename would look at them.
    op.get_bind().exec_driver_sql("PRAGMA legacy_alter_table = ON")
    ledger_account = LEDGER_ACCOUNT.format(kind="INTEGER" if is_held else "BIGINT")
    _rebuild("line_item", LINE_ITEM.format(states=_listed(states)) + ONE_ORDER * is_held)
    _rebuild("line_item_move", LINE_ITEM_MOVE.format(states=_listed(states)))
    _rebuild("settled_day", SETTLED_DAY.format(outcomes=_listed(outcomes)))
    _rebuild("ledger_account", ledger_account + REFERS * is_held)
    op.get_bind().exec_driver_sql("PRAGMA legacy_alter_table = OFF")


def _rebuild(table: str, parts: str) -> None:
    bind = op.get_bind()
    find = sa.text(
        "SELECT sql FROM sqlite_master WHERE tbl_name = :table AND type IN ('index', 'trigger') AND sql IS NOT NULL"
    )
    kept = bind.scalars(find, {"table": table}).all()
    bind.exec_driver_sql(f"CREATE TABLE {table}_new ({parts})")
    columns = ", ".join(row.name for row in bind.execute(sa.text(f"PRAGMA table_info({table}_new)")))
    for statement in (
        f"INSERT INTO {table}_new ({columns}) SELECT {columns} FROM {table}",  # noqa: S608 - names of our own
        f"DROP TABLE {table}",
        f"ALTER TABLE {table}_new RENAME TO {table}",
        *kept,
    ):
        bind.exec_driver_sql(statement)


def _allow_on_postgresql(states: Sequence[str], outcomes: Sequence[str]) -> None:
    for table, column, words in (
        ("line_item", "state", states),
        ("line_item_move", "from_state", states),
        ("line_item_move", "to_state", states),
        ("settled_day", "outcome", outcomes),
    ):
        name = op.f(f"ck_{table}_{column}")
        op.drop_constraint(name, table, type_="check")
        op.create_check_constraint(name, table, f"{column} IN ({_listed(words)})")


def _refer_on_postgresql(table: str, column: str) -> None:
    """Refers to line items; what is there is looked at without keeping others from writing."""
    name = f"fk_{table}_{column}"
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}) REFERENCES line_item (id) NOT VALID")
    op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")
