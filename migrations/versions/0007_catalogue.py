"""Catalogue: search rows, the words they are found by, and the market in figures.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

PASSED = ("socket_id", "is_on_sale", "has_auction", "has_rate_card", "ends_key", "price_from_minor", "category_code")
ORDERS = {"ending": "ends_key", "newest": "listed_at", "price": "price_from_minor"}
FACETS = ("category_tier1", "country_code", "language", "size")
# The words come ready made, letters and digits only: this tokenizer splits at blanks and changes nothing. Where in a
# text a word stands is not kept; beginnings of words are, so that half a word is found as fast as a whole one.
WORDS_ON_SQLITE = """
    CREATE VIRTUAL TABLE search_text USING fts5 (words, tokenize = 'ascii', detail = 'none', prefix = '1 2 3 4 5 6 7 8')
"""
WORDS_ON_POSTGRESQL = """
    CREATE TABLE search_text (
        socket_id BIGINT CONSTRAINT pk_search_text PRIMARY KEY
            CONSTRAINT fk_search_text_socket_id REFERENCES socket (id),
        words TEXT NOT NULL,
        lexemes TSVECTOR NOT NULL GENERATED ALWAYS AS (array_to_tsvector(string_to_array(words, ' '))) STORED
    )
"""


def upgrade() -> None:
    _create_search_row()
    _create_market_figures()
    if op.get_bind().dialect.name == "sqlite":
        op.execute(WORDS_ON_SQLITE)
    else:
        op.execute(WORDS_ON_POSTGRESQL)
        op.execute("CREATE INDEX ix_search_text_lexemes ON search_text USING gin (lexemes)")


def downgrade() -> None:
    for table in ("search_text", "market_figures", "search_row"):
        op.drop_table(table)


def _create_search_row() -> None:
    op.create_table(
        "search_row",
        sa.Column(
            "socket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("socket_slug", sa.String(length=80), nullable=False),
        sa.Column("socket_name", sa.String(length=80), nullable=False),
        sa.Column("site_slug", sa.String(length=80), nullable=False),
        sa.Column("site_name", sa.String(length=80), nullable=False),
        sa.Column("domain", sa.String(length=253), nullable=False),
        sa.Column("category_tier1", sa.String(length=20), nullable=False),
        sa.Column("category_code", sa.String(length=20), nullable=False),
        sa.Column("country_code", sa.String(length=2), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("size", sa.String(length=9), nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False),
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
        sa.Column("places", sa.SmallInteger(), nullable=False),
        sa.Column("is_on_sale", sa.Boolean(), nullable=False),
        sa.Column("has_auction", sa.Boolean(), nullable=False),
        sa.Column("has_rate_card", sa.Boolean(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("auction_public_id", sa.String(length=40), nullable=True),
        sa.Column("auction_price_minor", sa.BigInteger(), nullable=True),
        sa.Column("auction_bids", sa.Integer(), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_key", sa.DateTime(timezone=True), nullable=False),
        sa.Column("price_day_minor", sa.BigInteger(), nullable=True),
        sa.Column("card_price_minor", sa.BigInteger(), nullable=True),
        sa.Column("price_from_minor", sa.BigInteger(), nullable=True),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "is_on_sale = (has_auction OR has_rate_card)", name=op.f("ck_search_row_on_sale_in_some_way")
        ),
        sa.CheckConstraint("(ends_at IS NOT NULL) = has_auction", name=op.f("ck_search_row_auction_with_an_end")),
        sa.CheckConstraint(
            "(price_from_minor IS NOT NULL) = is_on_sale", name=op.f("ck_search_row_on_sale_at_a_price")
        ),
        sa.ForeignKeyConstraint(["socket_id"], ["socket.id"], name=op.f("fk_search_row_socket_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_search_row_site_id")),
        sa.PrimaryKeyConstraint("socket_id", name=op.f("pk_search_row")),
    )
    for column in ("site_id", "category_code"):
        op.create_index(op.f(f"ix_search_row_{column}"), "search_row", [column])
    for name, order in ORDERS.items():
        _create_walk(name, (order,))
        for facet in FACETS:
            _create_walk(f"{facet}_{name}", (facet, order))


def _create_walk(name: str, leading: tuple[str, ...]) -> None:
    passed = [column for column in (*PASSED, *FACETS) if column not in leading]
    op.create_index(f"ix_search_row_{name}", "search_row", [*leading, *passed])


def _create_market_figures() -> None:
    op.create_table(
        "market_figures",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sockets_on_sale", sa.Integer(), nullable=False),
        sa.Column("auctions_running", sa.Integer(), nullable=False),
        sa.Column("sites", sa.Integer(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("offered", sa.JSON(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_market_figures_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_market_figures")),
    )
