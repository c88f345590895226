"""The local gateway's own tables: what a search looks at is a column, the rest is a document."""

import sqlalchemy as sa

METADATA = sa.MetaData()

CUSTOMERS = sa.Table(
    "bt_customer",
    METADATA,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("created_at", sa.String(32), nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
)

CARDS = sa.Table(
    "bt_card",
    METADATA,
    sa.Column("token", sa.String(36), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("customer_id", sa.String(36), nullable=False, index=True),
    sa.Column("number_key", sa.String(64), nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
)

NONCES = sa.Table(
    "bt_nonce",
    METADATA,
    sa.Column("nonce", sa.String(64), primary_key=True),
    sa.Column("expires_at", sa.String(32), nullable=False),
    sa.Column("used_at", sa.String(32)),
    sa.Column("token", sa.String(36)),
    sa.Column("body", sa.JSON, nullable=False),
)

VERIFICATIONS = sa.Table(
    "bt_verification",
    METADATA,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("created_at", sa.String(32), nullable=False),
    sa.Column("token", sa.String(36), index=True),
    sa.Column("status", sa.String(32), nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
)

TRANSACTIONS = sa.Table(
    "bt_transaction",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String(36), nullable=False, unique=True),
    sa.Column("type", sa.String(16), nullable=False),
    sa.Column("status", sa.String(32), nullable=False, index=True),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("order_id", sa.String(255), index=True),
    sa.Column("customer_id", sa.String(36)),
    sa.Column("token", sa.String(36)),
    sa.Column("refunded_transaction_id", sa.String(36), index=True),
    sa.Column("created_at", sa.String(32), nullable=False),
    sa.Column("status_at", sa.String(32), nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
)

REQUEST_KEYS = sa.Table(
    "bt_request_key",
    METADATA,
    sa.Column("request_key", sa.String(255), primary_key=True),
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("transaction_id", sa.String(36), nullable=False),
    sa.Column("created_at", sa.String(32), nullable=False),
)

REQUESTS = sa.Table(
    "bt_request",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("method", sa.String(8), nullable=False),
    sa.Column("path", sa.String(200), nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
)
