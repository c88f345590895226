"""Days belong to claims: one owner of (socket, day, place), with its kind and, where it is for a while, its end.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# Two claims may have come from one source only when one of them was freed, and then it is not here.
CLAIMS = (
    # Held for a checkout; with its order, where there is one.
    """
    INSERT INTO claim (kind, socket_id, expires_at, hold_id, line_item_id)
    SELECT 'hold', hold.socket_id, hold.expires_at, hold.id, line_item.id
    FROM hold LEFT JOIN line_item ON line_item.hold_id = hold.id
    WHERE hold.id IN (SELECT hold_id FROM calendar_day WHERE kind = 'held')
    """,
    # In an auction, or awarded; with the order that is to be paid.
    """
    INSERT INTO claim (kind, socket_id, listing_id, line_item_id)
    SELECT 'auction', listing.socket_id, listing.id,
        (SELECT MAX(line_item.id) FROM line_item WHERE line_item.listing_id = listing.id AND state = 'reserved')
    FROM listing WHERE listing.id IN (SELECT listing_id FROM calendar_day WHERE kind = 'auction')
    """,
    # Sold; where the days came from stays with them.
    """
    INSERT INTO claim (kind, socket_id, hold_id, listing_id, line_item_id)
    SELECT 'sale', line_item.socket_id, line_item.hold_id,
        CASE WHEN line_item.hold_id IS NULL THEN line_item.listing_id END, line_item.id
    FROM line_item WHERE line_item.id IN (SELECT line_item_id FROM calendar_day WHERE kind = 'sold')
    """,
    # Kept by their publisher: one claim a socket.
    "INSERT INTO claim (kind, socket_id) SELECT DISTINCT 'house', socket_id FROM calendar_day WHERE kind = 'blackout'",
)
DAYS = """
    CREATE TABLE calendar_day_moved AS
    SELECT calendar_day.socket_id, calendar_day.day, calendar_day.place, claim.id AS claim_id
    FROM calendar_day JOIN claim ON
        (calendar_day.kind = 'held' AND claim.kind = 'hold' AND claim.hold_id = calendar_day.hold_id)
        OR (calendar_day.kind = 'auction' AND claim.kind = 'auction' AND claim.listing_id = calendar_day.listing_id)
        OR (calendar_day.kind = 'sold' AND claim.kind = 'sale' AND claim.line_item_id = calendar_day.line_item_id)
        OR (calendar_day.kind = 'blackout' AND claim.kind = 'house' AND claim.socket_id = calendar_day.socket_id)
"""
DAYS_BEFORE = """
    CREATE TABLE calendar_day_moved AS
    SELECT calendar_day.socket_id, calendar_day.day, calendar_day.place,
        CASE claim.kind WHEN 'hold' THEN 'held' WHEN 'sale' THEN 'sold' WHEN 'house' THEN 'blackout' ELSE claim.kind END
            AS kind,
        CASE WHEN claim.kind = 'hold' THEN claim.hold_id END AS hold_id,
        CASE WHEN claim.kind = 'auction' THEN claim.listing_id END AS listing_id,
        CASE WHEN claim.kind = 'sale' THEN claim.line_item_id END AS line_item_id
    FROM calendar_day JOIN claim ON claim.id = calendar_day.claim_id
"""


def upgrade() -> None:
    _create_claim()
    for statement in CLAIMS:
        op.execute(statement)
    _refuse_loss()
    op.execute(DAYS)
    op.drop_table("calendar_day")
    _create_calendar_day()
    op.execute(
        "INSERT INTO calendar_day (socket_id, day, place, claim_id)"
        " SELECT socket_id, day, place, claim_id FROM calendar_day_moved"
    )
    op.drop_table("calendar_day_moved")
    op.drop_index("ix_hold_running", "hold")
    op.execute("ALTER TABLE hold DROP COLUMN expires_at")


def downgrade() -> None:
    op.execute(DAYS_BEFORE)
    op.drop_table("calendar_day")
    _create_calendar_day_before()
    columns = "socket_id, day, place, kind, hold_id, listing_id, line_item_id"
    op.execute(f"INSERT INTO calendar_day ({columns}) SELECT {columns} FROM calendar_day_moved")  # noqa: S608 - our own
    op.drop_table("calendar_day_moved")
    op.add_column(
        "hold",
        sa.Column(
            "expires_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("'2000-01-01 00:00:00'")
        ),
    )
    # Of those that are over, the end they once had is not known any more, and nobody asks for it.
    op.execute(
        "UPDATE hold SET expires_at = COALESCE("
        "(SELECT claim.expires_at FROM claim WHERE claim.hold_id = hold.id AND claim.kind = 'hold'), created_at)"
    )
    op.create_index(
        "ix_hold_running",
        "hold",
        ["expires_at"],
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.drop_table("claim")


def _refuse_loss() -> None:
    """Raises ValueError when a day belongs to nothing that is known: it would be lost, and could be sold again."""
    known = "SELECT id FROM line_item"
    query = f"SELECT COUNT(*) FROM calendar_day WHERE kind = 'sold' AND line_item_id NOT IN ({known})"  # noqa: S608 - our own
    lost = op.get_bind().execute(sa.text(query)).scalar_one()
    if lost:
        message = f"{lost} days are sold to line items that are not there"
        raise ValueError(message)


def _create_claim() -> None:
    op.create_table(
        "claim",
        sa.Column("id", ID, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "hold", "auction", "sale", "house", name="kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("socket_id", ID, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold_id", ID, nullable=True),
        sa.Column("listing_id", ID, nullable=True),
        sa.Column("line_item_id", ID, nullable=True),
        sa.CheckConstraint("(kind = 'hold') = (expires_at IS NOT NULL)", name=op.f("ck_claim_expires_while_held")),
        sa.CheckConstraint("kind <> 'hold' OR hold_id IS NOT NULL", name=op.f("ck_claim_held_by_a_hold")),
        sa.CheckConstraint("kind <> 'auction' OR listing_id IS NOT NULL", name=op.f("ck_claim_auctioned_by_a_listing")),
        sa.CheckConstraint("kind <> 'sale' OR line_item_id IS NOT NULL", name=op.f("ck_claim_sold_to_a_line_item")),
        sa.CheckConstraint("hold_id IS NULL OR listing_id IS NULL", name=op.f("ck_claim_from_one_source")),
        sa.CheckConstraint(
            "kind <> 'house' OR (hold_id IS NULL AND listing_id IS NULL AND line_item_id IS NULL)",
            name=op.f("ck_claim_house_for_nobody"),
        ),
        sa.ForeignKeyConstraint(["socket_id"], ["socket.id"], name=op.f("fk_claim_socket_id")),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_claim_hold_id")),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_claim_listing_id")),
        sa.ForeignKeyConstraint(["line_item_id"], ["line_item.id"], name=op.f("fk_claim_line_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("hold_id", name=op.f("uq_claim_hold_id")),
        sa.UniqueConstraint("listing_id", name=op.f("uq_claim_listing_id")),
        sa.UniqueConstraint("line_item_id", name=op.f("uq_claim_line_item_id")),
    )
    op.create_index(op.f("ix_claim_socket_id"), "claim", ["socket_id"])
    op.create_index(
        "ix_claim_expires_at",
        "claim",
        ["expires_at"],
        sqlite_where=sa.text("expires_at IS NOT NULL"),
        postgresql_where=sa.text("expires_at IS NOT NULL"),
    )
    op.create_index(
        "ux_claim_house",
        "claim",
        ["socket_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'house'"),
        postgresql_where=sa.text("kind = 'house'"),
    )


def _create_calendar_day() -> None:
    op.create_table(
        "calendar_day",
        sa.Column("socket_id", ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("place", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("claim_id", ID, nullable=False),
        sa.CheckConstraint("place BETWEEN 1 AND 10", name=op.f("ck_calendar_day_place_in_range")),
        sa.ForeignKeyConstraint(["socket_id"], ["socket.id"], name=op.f("fk_calendar_day_socket_id")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_calendar_day_claim_id")),
        sa.PrimaryKeyConstraint("socket_id", "day", "place", name=op.f("pk_calendar_day")),
    )
    op.create_index(op.f("ix_calendar_day_claim_id"), "calendar_day", ["claim_id"])


def _create_calendar_day_before() -> None:
    op.create_table(
        "calendar_day",
        sa.Column("socket_id", ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("place", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "held", "sold", "auction", "blackout", name="kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("hold_id", ID, nullable=True),
        sa.Column("listing_id", ID, nullable=True),
        sa.Column("line_item_id", ID, nullable=True),
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
    for column in ("hold_id", "line_item_id", "listing_id"):
        op.create_index(op.f(f"ix_calendar_day_{column}"), "calendar_day", [column])
