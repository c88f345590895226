"""Ledger: accounts, journal entries, postings, seals, and the triggers that keep them.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEPT_TABLES = ("ledger_account", "journal_entry", "posting", "entry_seal")
FUNCTIONS = ("refuse_ledger_change", "refuse_posting_after_seal", "check_entry_seal")

UNCHANGED = "the ledger is never changed"
SEALED = "a sealed entry takes no posting"
EMPTY = "an entry without postings cannot be sealed"
UNBALANCED = "an entry that does not balance cannot be sealed"
FOREIGN = "an entry with a posting in another currency cannot be sealed"

IS_SEALED = "SELECT 1 FROM entry_seal WHERE entry_id = NEW.entry_id"
POSTINGS = "SELECT 1 FROM posting WHERE entry_id = NEW.entry_id"
IMBALANCES = """
    SELECT 1 FROM posting WHERE entry_id = NEW.entry_id GROUP BY currency
    HAVING SUM(CASE side WHEN 'debit' THEN amount_minor ELSE -amount_minor END) <> 0
"""
FOREIGN_POSTINGS = """
    SELECT 1 FROM posting
    JOIN ledger_account ON ledger_account.id = posting.ledger_account_id
    JOIN journal_entry ON journal_entry.id = posting.entry_id
    WHERE posting.entry_id = NEW.entry_id
    AND (posting.currency <> ledger_account.currency OR posting.currency <> journal_entry.currency)
"""


def upgrade() -> None:
    _create_ledger_account()
    _create_journal()
    _create_posting()
    if op.get_bind().dialect.name == "sqlite":
        _guard_on_sqlite()
    else:
        _guard_on_postgresql()


def _create_ledger_account() -> None:
    op.create_table(
        "ledger_account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "code",
            sa.Enum(
                "gateway_clearing",
                "bank",
                "escrow",
                "publisher_payable",
                "buyer_credit",
                "commission_income",
                "processor_fees",
                "write_off",
                name="code",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("line_item_id", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.CheckConstraint(
            "(account_id IS NOT NULL) = (code IN ('publisher_payable', 'buyer_credit'))",
            name=op.f("ck_ledger_account_account_where_owned"),
        ),
        sa.CheckConstraint(
            "(line_item_id IS NOT NULL) = (code IN ('escrow'))",
            name=op.f("ck_ledger_account_line_item_where_owned"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_ledger_account_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_account")),
    )
    for name, columns, condition in (
        ("ux_ledger_account_of_installation", ["code"], "account_id IS NULL AND line_item_id IS NULL"),
        ("ux_ledger_account_of_account", ["account_id", "code"], "account_id IS NOT NULL"),
        ("ux_ledger_account_of_line_item", ["line_item_id", "code"], "line_item_id IS NOT NULL"),
    ):
        where = sa.text(condition)
        op.create_index(name, "ledger_account", columns, unique=True, sqlite_where=where, postgresql_where=where)


def _create_journal() -> None:
    op.create_table(
        "entry_seal",
        sa.Column(
            "entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_entry_seal")),
    )
    op.create_table(
        "journal_entry",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement="ignore_fk", nullable=False
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "capture",
                "void_capture",
                "refund_to_card",
                "refund_to_credit",
                "credit_spent",
                "correction",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.ForeignKeyConstraint(
            ["id"], ["entry_seal.entry_id"], name=op.f("fk_journal_entry_id"), deferrable=True, initially="DEFERRED"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entry")),
        sa.UniqueConstraint("kind", "reference", name=op.f("uq_journal_entry_kind_reference")),
    )
    op.create_index(op.f("ix_journal_entry_occurred_at"), "journal_entry", ["occurred_at"])


def _create_posting() -> None:
    op.create_table(
        "posting",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ledger_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "side",
            sa.Enum("debit", "credit", name="side", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_posting_amount_positive")),
        sa.CheckConstraint("amount_minor = CAST(amount_minor AS BIGINT)", name=op.f("ck_posting_amount_is_integer")),
        sa.ForeignKeyConstraint(["entry_id"], ["journal_entry.id"], name=op.f("fk_posting_entry_id")),
        sa.ForeignKeyConstraint(
            ["ledger_account_id"], ["ledger_account.id"], name=op.f("fk_posting_ledger_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
    )
    op.create_index(op.f("ix_posting_entry_id"), "posting", ["entry_id"])
    op.create_index(op.f("ix_posting_ledger_account_id"), "posting", ["ledger_account_id"])


def _guard_on_sqlite() -> None:
    for table in KEPT_TABLES:
        for verb in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{UNCHANGED}'); END"
            )
    op.execute(
        "CREATE TRIGGER posting_not_after_seal BEFORE INSERT ON posting "
        f"BEGIN SELECT RAISE(ABORT, '{SEALED}') WHERE EXISTS ({IS_SEALED}); END"
    )
    op.execute(
        "CREATE TRIGGER entry_seal_balanced BEFORE INSERT ON entry_seal BEGIN "
        f"SELECT RAISE(ABORT, '{EMPTY}') WHERE NOT EXISTS ({POSTINGS}); "
        f"SELECT RAISE(ABORT, '{UNBALANCED}') WHERE EXISTS ({IMBALANCES}); "
        f"SELECT RAISE(ABORT, '{FOREIGN}') WHERE EXISTS ({FOREIGN_POSTINGS}); END"
    )


def _guard_on_postgresql() -> None:
    _create_function("refuse_ledger_change", _refusal(UNCHANGED))
    for table in KEPT_TABLES:
        # For each statement, not each row: rows are not asked when a table is truncated.
        for verb, events in (("update", "UPDATE"), ("delete", "DELETE OR TRUNCATE")):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {events} ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change()"
            )
    _create_function(
        "refuse_posting_after_seal", f"IF EXISTS ({IS_SEALED}) THEN {_refusal(SEALED)} END IF; RETURN NEW;"
    )
    op.execute(
        "CREATE TRIGGER posting_not_after_seal BEFORE INSERT ON posting "
        "FOR EACH ROW EXECUTE FUNCTION refuse_posting_after_seal()"
    )
    _create_function(
        "check_entry_seal",
        f"IF NOT EXISTS ({POSTINGS}) THEN {_refusal(EMPTY)} END IF; "
        f"IF EXISTS ({IMBALANCES}) THEN {_refusal(UNBALANCED)} END IF; "
        f"IF EXISTS ({FOREIGN_POSTINGS}) THEN {_refusal(FOREIGN)} END IF; RETURN NEW;",
    )
    op.execute(
        "CREATE TRIGGER entry_seal_balanced BEFORE INSERT ON entry_seal "
        "FOR EACH ROW EXECUTE FUNCTION check_entry_seal()"
    )


def _create_function(name: str, body: str) -> None:
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")


def _refusal(message: str) -> str:
    return f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';"


def downgrade() -> None:
    for table in ("posting", "journal_entry", "entry_seal", "ledger_account"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for name in FUNCTIONS:
            op.execute(f"DROP FUNCTION {name}()")
