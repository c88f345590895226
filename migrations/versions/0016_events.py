"""Events in place of facts: one row a happening, with its subject; and words that grow leave the CHECKs.

Every fact becomes an event of the kind "earlier" and keeps its number, what it was called and what it noted. One that
had still to be told gets what its message says, read here for the last time. Notices and mails stay as they are.

Revision ID: 0016
Revises: 0015
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(length=40)
ROWS_A_STEP = 1_000

FACT_KINDS = (
    "signed_up",
    "sign_up_repeated",
    "confirmation_asked",
    "email_confirmed",
    "password_reset_asked",
    "password_changed",
    "email_change_asked",
    "email_changed",
    "signed_in_on_new_device",
    "sessions_ended",
    "order_paid",
    "payment_declined",
    "bid_placed",
    "outbid",
    "auction_extended",
    "bid_withdrawn",
    "leads_again",
    "auction_won",
    "auction_lost",
    "auction_sold",
    "auction_unsold",
    "award_reminder",
    "award_lapsed",
    "second_chance_offered",
    "offered_at_reserve",
    "socket_changed",
    "site_proof_missing",
    "site_lapsed",
    "creative_submitted",
    "creative_approved",
    "creative_change_asked",
    "creative_refused",
    "creative_needed",
    "assignment_changed",
    "house_ad_changed",
    "line_item_moved",
    "flight_started",
    "flight_finished",
    "flight_paused",
    "flight_resumed",
    "tag_missing",
    "money_returned",
    "payout_sent",
    "payout_account_changed",
)
MESSAGE_KINDS = (
    "email_confirmation",
    "email_already_registered",
    "password_reset",
    "password_changed",
    "email_change_requested",
    "email_changed",
    "new_sign_in",
    "sessions_ended",
    "policy_changed",
    "bid_placed",
    "outbid",
    "auction_extended",
    "bid_withdrawn",
    "leads_again",
    "auction_won",
    "auction_lost",
    "auction_sold",
    "auction_unsold",
    "award_reminder",
    "award_lapsed",
    "offer_for_a_day",
    "order_paid",
    "payment_declined",
    "product_news",
    "site_proof_missing",
    "site_lapsed",
    "creative_submitted",
    "creative_approved",
    "creative_change_asked",
    "creative_refused",
    "creative_needed",
    "flight_started",
    "flight_finished",
    "flight_paused",
    "flight_resumed",
    "tag_missing",
    "money_returned",
    "payout_sent",
    "payout_account_changed",
)
CHECKS = {
    ("notification", "kind"): MESSAGE_KINDS,
    ("mail_message", "kind"): MESSAGE_KINDS,
    ("notification_preference", "kind"): MESSAGE_KINDS,
    ("ledger_account", "code"): (
        "gateway_clearing",
        "bank",
        "escrow",
        "publisher_payable",
        "buyer_credit",
        "commission_income",
        "processor_fees",
        "write_off",
    ),
    ("journal_entry", "kind"): (
        "capture",
        "void_capture",
        "refund_to_card",
        "refund_to_credit",
        "credit_spent",
        "correction",
        "release",
        "payout",
        "payout_returned",
    ),
    ("vault_entry", "kind"): ("bank_account", "tax_number"),
}
MAIL_STATES = ("queued", "sending", "sent", "suppressed", "failed")
# The kind of message that each kind of fact made, where it is called otherwise.
NOTICE_OF = {
    "signed_up": "email_confirmation",
    "confirmation_asked": "email_confirmation",
    "sign_up_repeated": "email_already_registered",
    "email_confirmed": "product_news",
    "password_reset_asked": "password_reset",
    "email_change_asked": "email_change_requested",
    "signed_in_on_new_device": "new_sign_in",
    "second_chance_offered": "offer_for_a_day",
    "offered_at_reserve": "offer_for_a_day",
}
# The fact that an event becomes again, where it is called otherwise.
FACT_OF = {
    "bids_withdrawn": "bid_withdrawn",
    "offer_accepted": "auction_won",
    "offer_not_taken": "auction_unsold",
    "award_unpaid": "award_reminder",
    "site_amended": "socket_changed",
}
SUBJECTS = ("auction", "review", "line_item", "order", "payout")
TARGETS = ("auction", "bid", "award", "order", "site", "line_item", "review", "socket")

FACT = sa.table(
    "fact", sa.column("id", ID), sa.column("kind", WORD), sa.column("occurred_at", MOMENT), sa.column("user_id", ID),
    sa.column("payload", sa.JSON()),
)  # fmt: skip
EVENT = sa.table(
    "event", sa.column("id", ID), sa.column("kind", WORD), sa.column("occurred_at", MOMENT),
    sa.column("actor_user_id", ID), sa.column("account_id", ID), sa.column("subject_kind", WORD),
    sa.column("subject_id", sa.String()), sa.column("payload", sa.JSON()),
)  # fmt: skip


def upgrade() -> None:
    _create_event_tables()
    accounts, waiting, slugs = _accounts(), _waiting("fact_delivery", "fact_id"), _Slugs()
    for fact in _rows(FACT):
        op.get_bind().execute(sa.insert(EVENT), _event(fact, accounts, slugs, is_waiting=fact["id"] in waiting))
    op.execute(
        "INSERT INTO event_delivery (event_id, consumer, delivered_at) "
        "SELECT fact_id, consumer, delivered_at FROM fact_delivery"
    )
    _carry_on_numbers("event")
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_on_sqlite(is_open=True, link="event")
    else:
        _alter_on_postgresql(is_open=True, old="fact", new="event")
    op.drop_table("fact_delivery")
    op.drop_table("fact")
    _rename_job("deliver_facts", "deliver_events")


def downgrade() -> None:
    _create_fact_tables()
    accounts = {account: user for user, account in reversed(_accounts().items())}
    for event in _rows(EVENT):
        op.get_bind().execute(sa.insert(FACT), _fact(event, accounts))
    op.execute(
        "INSERT INTO fact_delivery (fact_id, consumer, delivered_at) "
        "SELECT event_id, consumer, delivered_at FROM event_delivery"
    )
    _carry_on_numbers("fact")
    for table in ("notification", "mail_message"):
        _put_params_in_words(table)
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_on_sqlite(is_open=False, link="fact")
    else:
        _alter_on_postgresql(is_open=False, old="event", new="fact")
    op.drop_table("event_delivery")
    op.drop_table("event")
    _rename_job("deliver_events", "deliver_facts")


def _rename_job(old: str, new: str) -> None:
    op.execute(f"UPDATE job_lease SET name = '{new}' WHERE name = '{old}'")  # noqa: S608 - names of our own
    op.execute(f"UPDATE work_failure SET job = '{new}' WHERE job = '{old}'")  # noqa: S608 - names of our own


# --- tables --------------------------------------------------------------------------------------------------------


def _create_event_tables() -> None:
    op.create_table(
        "event",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("occurred_at", MOMENT, nullable=False),
        sa.Column("actor_user_id", ID, nullable=True),
        sa.Column("account_id", ID, nullable=True),
        sa.Column("subject_kind", WORD, nullable=False),
        sa.Column("subject_id", sa.String(length=100), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_event_account_id")),
        sa.ForeignKeyConstraint(["actor_user_id"], ["app_user.id"], name=op.f("fk_event_actor_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index(op.f("ix_event_account_id"), "event", ["account_id"])
    _create_delivery_table("event", ())


def _create_fact_tables() -> None:
    op.create_table(
        "fact",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("occurred_at", MOMENT, nullable=False),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.CheckConstraint(_in("kind", FACT_KINDS), name=op.f("ck_fact_kind")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_fact_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact")),
    )
    op.create_index(op.f("ix_fact_user_id"), "fact", ["user_id"])
    check = sa.CheckConstraint(_in("consumer", ("notifications", "catalogue")), name=op.f("ck_fact_delivery_consumer"))
    _create_delivery_table("fact", (check,))


def _create_delivery_table(of: str, checks: Sequence[sa.CheckConstraint]) -> None:
    where = sa.text("delivered_at IS NULL")
    op.create_table(
        f"{of}_delivery",
        sa.Column(f"{of}_id", ID, nullable=False),
        sa.Column("consumer", WORD, nullable=False),
        sa.Column("delivered_at", MOMENT, nullable=True),
        *checks,
        sa.ForeignKeyConstraint([f"{of}_id"], [f"{of}.id"], name=op.f(f"fk_{of}_delivery_{of}_id")),
        sa.PrimaryKeyConstraint(f"{of}_id", "consumer", name=op.f(f"pk_{of}_delivery")),
    )
    op.create_index(
        f"ix_{of}_delivery_waiting",
        f"{of}_delivery",
        ["consumer", f"{of}_id"],
        sqlite_where=where,
        postgresql_where=where,
    )


def _alter_on_postgresql(*, is_open: bool, old: str, new: str) -> None:
    for table in ("notification", "mail_message"):
        op.drop_constraint(op.f(f"fk_{table}_{old}_id"), table, type_="foreignkey")
        op.alter_column(table, f"{old}_id", new_column_name=f"{new}_id")
        op.create_foreign_key(op.f(f"fk_{table}_{new}_id"), table, new, [f"{new}_id"], ["id"])
        op.execute(
            f"ALTER TABLE {table} RENAME CONSTRAINT uq_{table}_{old}_id_user_id_kind "
            f"TO uq_{table}_{new}_id_user_id_kind"
        )
    for (table, column), words in CHECKS.items():
        name = op.f(f"ck_{table}_{column}")
        if is_open:
            op.drop_constraint(name, table, type_="check")
        else:
            op.create_check_constraint(name, table, _in(column, words))


def _rebuild_on_sqlite(*, is_open: bool, link: str) -> None:
    """Copies each table into one as it is written here: SQLite cannot take a constraint away."""
    was = {"event": "fact", "fact": "event"}[link]
    # The ledger's triggers name a table that is away for a moment; the new way to rename would look at them.
    op.get_bind().exec_driver_sql("PRAGMA legacy_alter_table = ON")
    for table, parts in (
        ("notification", _notification(link)),
        ("mail_message", _mail_message(link)),
        ("notification_preference", _notification_preference()),
        ("ledger_account", _ledger_account()),
        ("journal_entry", _journal_entry()),
        ("vault_entry", _vault_entry()),
    ):
        checks = [
            sa.CheckConstraint(_in(column, words), name=op.f(f"ck_{table}_{column}"))
            for (of, column), words in CHECKS.items()
            if of == table and not is_open
        ]
        _rebuild(table, [*parts, *checks], renamed={f"{link}_id": f"{was}_id"})
    op.get_bind().exec_driver_sql("PRAGMA legacy_alter_table = OFF")


def _rebuild(table: str, parts: Sequence[Any], *, renamed: Mapping[str, str]) -> None:
    bind = op.get_bind()
    find = sa.text(
        "SELECT sql FROM sqlite_master WHERE tbl_name = :table AND type IN ('index', 'trigger') AND sql IS NOT NULL"
    )
    kept = bind.scalars(find, {"table": table}).all()
    columns = [part.name for part in parts if isinstance(part, sa.Column)]
    op.create_table(f"{table}_new", *parts)
    new, old = ", ".join(columns), ", ".join(renamed.get(column, column) for column in columns)
    for statement in (
        f"INSERT INTO {table}_new ({new}) SELECT {old} FROM {table}",  # noqa: S608 - names of our own
        f"DROP TABLE {table}",
        f"ALTER TABLE {table}_new RENAME TO {table}",
        *kept,
    ):
        bind.exec_driver_sql(statement)


def _notification(link: str) -> list[Any]:
    return [
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column(f"{link}_id", ID, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint([f"{link}_id"], [f"{link}.id"], name=op.f(f"fk_notification_{link}_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_notification_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint(f"{link}_id", "user_id", "kind", name=op.f(f"uq_notification_{link}_id_user_id_kind")),
    ]


def _mail_message(link: str) -> list[Any]:
    return [
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column(f"{link}_id", ID, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("to_address", sa.String(length=254), nullable=True),
        sa.Column("link_public_id", sa.String(length=40), nullable=True),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("message_id", sa.String(length=40), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("next_attempt_at", MOMENT, nullable=True),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("last_error", sa.String(length=60), nullable=True),
        sa.CheckConstraint(_in("state", MAIL_STATES), name=op.f("ck_mail_message_state")),
        sa.CheckConstraint(
            "(state IN ('queued', 'sending')) = (next_attempt_at IS NOT NULL)",
            name=op.f("ck_mail_message_due_while_open"),
        ),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_mail_message_sent_at_when_sent")),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_mail_message_attempts_not_negative")),
        sa.ForeignKeyConstraint([f"{link}_id"], [f"{link}.id"], name=op.f(f"fk_mail_message_{link}_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_mail_message_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_message")),
        sa.UniqueConstraint(f"{link}_id", "user_id", "kind", name=op.f(f"uq_mail_message_{link}_id_user_id_kind")),
        sa.UniqueConstraint("message_id", name=op.f("uq_mail_message_message_id")),
    ]


def _notification_preference() -> list[Any]:
    return [
        sa.Column("user_id", ID, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("channel", WORD, nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.CheckConstraint(_in("channel", ("in_app", "mail")), name=op.f("ck_notification_preference_channel")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_notification_preference_user_id")),
        sa.PrimaryKeyConstraint("user_id", "kind", "channel", name=op.f("pk_notification_preference")),
    ]


def _ledger_account() -> list[Any]:
    return [
        sa.Column("id", ID, nullable=False),
        sa.Column("code", WORD, nullable=False),
        sa.Column("account_id", ID, nullable=True),
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
    ]


def _journal_entry() -> list[Any]:
    return [
        sa.Column("id", ID, autoincrement="ignore_fk", nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("occurred_at", MOMENT, nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.ForeignKeyConstraint(
            ["id"], ["entry_seal.entry_id"], name=op.f("fk_journal_entry_id"), deferrable=True, initially="DEFERRED"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entry")),
        sa.UniqueConstraint("kind", "reference", name=op.f("uq_journal_entry_kind_reference")),
    ]


def _vault_entry() -> list[Any]:
    return [
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("sealed", sa.String(length=1000), nullable=False),
        sa.Column("last_four", sa.String(length=4), nullable=False),
        sa.Column("stored_at", MOMENT, nullable=False),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(removed_at IS NOT NULL) = (sealed = '')", name=op.f("ck_vault_entry_emptied_when_removed")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_vault_entry_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vault_entry")),
    ]


def _in(column: str, words: Sequence[str]) -> str:
    listed = ", ".join(f"'{word}'" for word in words)
    return f"{column} IN ({listed})"


def _carry_on_numbers(table: str) -> None:
    """Lets PostgreSQL count on from the highest number that was copied; SQLite does so by itself."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table})) "  # noqa: S608 - names of our own
            f"WHERE EXISTS (SELECT 1 FROM {table})"
        )


# --- facts and events ----------------------------------------------------------------------------------------------


def _rows(table: sa.TableClause) -> Iterator[Mapping[str, Any]]:
    after = 0
    while True:
        query = sa.select(table).where(table.c.id > after).order_by(table.c.id).limit(ROWS_A_STEP)
        found = op.get_bind().execute(query).mappings().all()
        if not found:
            return
        yield from found
        after = found[-1]["id"]


def _accounts() -> dict[int, int]:
    """The account of each person."""
    rows = op.get_bind().execute(
        sa.text("SELECT user_id, account_id FROM membership ORDER BY user_id, account_id DESC")
    )
    return {row[0]: row[1] for row in rows}


def _waiting(table: str, column: str) -> set[int]:
    query = f"SELECT {column} FROM {table} WHERE consumer = 'notifications' AND delivered_at IS NULL"  # noqa: S608 - names of our own
    return set(op.get_bind().scalars(sa.text(query)))


class _Slugs:
    """The public names of sites and sockets."""

    def __init__(self) -> None:
        self._found = {
            table: dict(iter(op.get_bind().execute(sa.text(f"SELECT id, slug FROM {table}"))))  # noqa: S608 - names of our own
            for table in ("site", "socket")
        }

    def of(self, table: str, number: object) -> str:
        """The slug of a row; its number when it is gone."""
        return str(self._found[table].get(number, number))


def _event(
    fact: Mapping[str, Any], accounts: Mapping[int, int], slugs: _Slugs, *, is_waiting: bool
) -> dict[str, object]:
    noted, user_id = fact["payload"], fact["user_id"]
    kind, name = _subject(noted, user_id, slugs)
    payload = {
        "called": fact["kind"],
        "user_id": user_id,
        "noted": noted,
        "socket": noted.get("socket"),
        "site": noted.get("site"),
    }
    if is_waiting and user_id is not None:
        payload |= {"notice": NOTICE_OF.get(fact["kind"], fact["kind"]), "params": _params(noted, user_id)}
    return {
        "id": fact["id"],
        "kind": "earlier",
        "occurred_at": fact["occurred_at"],
        "actor_user_id": None,
        "account_id": accounts.get(user_id),
        "subject_kind": kind,
        "subject_id": name,
        "payload": payload,
    }


def _subject(noted: Mapping[str, Any], user_id: int | None, slugs: _Slugs) -> tuple[str, str]:
    for kind in SUBJECTS:
        if kind in noted:
            return kind, str(noted[kind])
    for kind in ("site", "socket"):
        if noted.get(kind) is not None:
            return kind, slugs.of(kind, noted[kind])
    return "user", "" if user_id is None else str(user_id)


def _fact(event: Mapping[str, Any], members: Mapping[int, int]) -> dict[str, object]:
    kept = event["payload"]
    if event["kind"] == "earlier":
        kind, user_id, noted = kept["called"], kept["user_id"], kept["noted"]
    else:
        kind, noted = FACT_OF.get(event["kind"], event["kind"]), dict(kept)
        user_id = noted.pop("user_id", members.get(event["account_id"]))
        if kind == "flight_offered":
            kind = "offered_at_reserve" if noted["award_kind"] == "at_reserve" else "second_chance_offered"
        if "until" in noted:
            noted["lapses_at"] = noted["until"]["at"]
        if "address" in noted:
            noted["client_address"] = noted["address"]
    return {
        "id": event["id"],
        "kind": kind,
        "occurred_at": event["occurred_at"],
        "user_id": user_id,
        "payload": noted,
    }


# --- what a message says that had still to be made -----------------------------------------------------------------


def _params(noted: Mapping[str, Any], user_id: int) -> dict[str, Any]:
    params: dict[str, Any] = {}
    for name, read in (
        ("auction", _of_auction),
        ("award", _of_award),
        ("site", _of_site),
        ("line_item", _of_line_item),
        ("review", _of_review),
        ("payout", _of_payout),
    ):
        if noted.get(name) is not None:
            params |= read(noted[name])
    if "order" in noted:
        params |= _of_order(noted["order"], user_id)
    if "lapses_at" in noted:
        params["until"] = _moment(noted["lapses_at"], params.pop("time_zone"), is_limit=True)
    params.pop("time_zone", None)
    shown = {"browser": noted.get("browser"), "address": noted.get("client_address")}
    targets = {target: noted[target] for target in TARGETS if target in noted}
    return params | {name: value for name, value in shown.items() if value is not None} | targets


def _of_auction(public_id: str) -> dict[str, Any]:
    row = _one(
        "SELECT socket.name AS socket, site.name AS site, site.time_zone, auction.standing_price_minor AS price, "
        "auction.currency, auction.ends_at AS moment FROM auction JOIN socket ON socket.id = auction.socket_id "
        "JOIN site ON site.id = socket.site_id WHERE auction.public_id = :name",
        public_id,
    )
    return {
        "what": _what(row),
        "price": _amount(row["price"], row["currency"]),
        "ends": _moment(row["moment"], row["time_zone"]),
    }


def _of_award(public_id: str) -> dict[str, Any]:
    row = _one(
        "SELECT site.time_zone, award.hammer_price_minor AS price, award.currency, award.open_until AS moment "
        "FROM award JOIN auction ON auction.id = award.auction_id JOIN socket ON socket.id = auction.socket_id "
        "JOIN site ON site.id = socket.site_id WHERE award.public_id = :name",
        public_id,
    )
    return {
        "hammer_price": _amount(row["price"], row["currency"]),
        "pay_until": _moment(row["moment"], row["time_zone"]),
    }


def _of_site(number: int) -> dict[str, Any]:
    row = _one("SELECT name, time_zone FROM site WHERE id = :name", number)
    return {"what": row["name"], "time_zone": row["time_zone"]}


def _of_order(public_id: str, user_id: int) -> dict[str, Any]:
    row = _one(
        "SELECT socket.name AS socket, site.name AS site, ad_order.total_minor AS total, "
        "ad_order.credit_minor AS credit, ad_order.currency, ad_order.buyer_account_id AS buyer FROM ad_order "
        "JOIN line_item ON line_item.order_id = ad_order.id JOIN socket ON socket.id = line_item.socket_id "
        "JOIN site ON site.id = socket.site_id WHERE ad_order.public_id = :name ORDER BY line_item.id LIMIT 1",
        public_id,
    )
    total, credit, currency = row["total"], row["credit"], row["currency"]
    params: dict[str, Any] = {"what": _what(row), "total": _amount(total, currency)}
    if credit and _accounts().get(user_id) == row["buyer"]:
        params["variant"] = "credit_and_card" if total > credit else "credit"
        params |= {"from_credit": _amount(credit, currency), "by_card": _amount(total - credit, currency)}
    return params


def _of_line_item(public_id: str) -> dict[str, Any]:
    row = _one(
        "SELECT line_item.id, socket.id AS number, socket.name AS socket, site.name AS site, "
        "ad_order.public_id AS order_name, line_item.starts_on, line_item.ends_before FROM line_item "
        "JOIN ad_order ON ad_order.id = line_item.order_id JOIN socket ON socket.id = line_item.socket_id "
        "JOIN site ON site.id = socket.site_id WHERE line_item.public_id = :name",
        public_id,
    )
    days = {"as": "days", "starts_on": str(row["starts_on"]), "ends_before": str(row["ends_before"])}
    params = {"what": _what(row), "days": days, "order": row["order_name"], "socket": row["number"]}
    query = sa.text(
        "SELECT amount_minor, to_card_minor, to_credit_minor, currency FROM money_return WHERE line_item_id = :number"
    )
    returned = op.get_bind().execute(query, {"number": row["id"]}).one_or_none()
    if returned is None:
        return params
    amount, to_card, to_credit = (_amount(minor, returned[3]) for minor in returned[:3])
    variant = "to_both" if returned[1] and returned[2] else "to_card" if returned[1] else "to_credit"
    return params | {"variant": variant, "returned": amount, "to_card": to_card, "to_credit": to_credit}


def _of_review(public_id: str) -> dict[str, Any]:
    query = sa.text(
        "SELECT creative_review.answer_due_at AS moment, creative_review.note, creative_review.ground, "
        "creative_review.state AS answer, line_item.state, line_item.terms, site.time_zone, EXISTS (SELECT 1 FROM "
        "assignment WHERE assignment.line_item_id = line_item.id AND assignment.ended_at IS NULL) AS runs "
        "FROM creative_review JOIN line_item ON line_item.id = creative_review.line_item_id "
        "JOIN socket ON socket.id = line_item.socket_id JOIN site ON site.id = socket.site_id "
        "WHERE creative_review.public_id = :name"
    ).columns(sa.column("terms", sa.JSON()))
    row = op.get_bind().execute(query, {"name": public_id}).mappings().one()
    if row["answer"] == "refused":
        variant = _after_refusal(row["state"], runs=bool(row["runs"]))
    elif row["terms"]["on_silence"] == "approve":
        variant = "approves"
    else:
        variant = "keeps" if row["runs"] else "pays_back"
    params = {"due": _moment(row["moment"], row["time_zone"], is_limit=True), "note": row["note"], "variant": variant}
    return params | ({"ground": row["ground"]} if row["ground"] else {})


def _after_refusal(state: str, *, runs: bool) -> str:
    if state in {"declined", "stopped"}:
        return "ended"
    if state not in {"booked", "in_flight", "paused"}:
        return "over"
    return "kept" if runs else "open"


def _of_payout(public_id: str) -> dict[str, Any]:
    row = _one("SELECT amount_minor, currency, destination FROM payout WHERE public_id = :name", public_id)
    return {"amount": _amount(row["amount_minor"], row["currency"]), "destination": row["destination"]}


def _one(query: str, name: object) -> Mapping[str, Any]:
    return op.get_bind().execute(sa.text(query), {"name": name}).mappings().one()


def _what(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"as": "socket_name", "socket": row["socket"], "site": row["site"]}


def _amount(minor: int, currency: str) -> dict[str, Any]:
    return {"as": "amount", "minor": minor, "currency": currency}


def _moment(at: datetime | str, time_zone: str, *, is_limit: bool = False) -> dict[str, Any]:
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return {"as": "moment", "at": aware.isoformat(), "time_zone": time_zone, "is_limit": is_limit}


# --- back to words -------------------------------------------------------------------------------------------------


def _put_params_in_words(table: str) -> None:
    """Puts what messages name in plain words: the code of before has no other way to read it."""
    rows = sa.table(table, sa.column("id", ID), sa.column("params", sa.JSON()))
    for row in _rows(rows):
        if any(isinstance(value, dict) for value in row["params"].values()):
            pieces = {"silence": "answered", "next_step": "", "returned_how": ""}
            said = pieces | {name: _words(value) for name, value in row["params"].items()}
            op.get_bind().execute(sa.update(rows).where(rows.c.id == row["id"]).values(params=said))


def _words(value: object) -> object:
    if not isinstance(value, dict):
        return value
    if value["as"] == "amount":
        return f"{value['minor'] / 100:,.2f} {value['currency']}"
    if value["as"] == "moment":
        return f"{'by' if value['is_limit'] else 'on'} {datetime.fromisoformat(value['at']):%d %b %Y at %H:%M} UTC"
    if value["as"] == "days":
        return f"from {value['starts_on']} until {value['ends_before']}"
    return f"{value['socket']} on {value['site']}"
