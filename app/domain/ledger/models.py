"""Tables of the ledger. Triggers on both databases refuse to change them and to seal what does not balance."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.ledger.rules import CHART, REASON_CHARACTERS_MAX, REFERENCE_CHARACTERS_MAX, AccountRef, EntryLine
from app.domain.ledger.states import AccountCode, AccountKind, AccountScope, EntryKind, PostingSide
from app.foundation.db import INTERNAL, Id, Model, UtcDateTime, enum_type, open_enum


def _codes_of(scope: AccountScope) -> str:
    return ", ".join(f"'{code}'" for code, row in CHART.items() if row.scope is scope)


class LedgerAccount(Model):
    """One account of the ledger; made when something is first posted to it, never changed."""

    __tablename__ = "ledger_account"

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=INTERNAL)
    code: Mapped[AccountCode] = mapped_column(open_enum(AccountCode), info=INTERNAL)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), info=INTERNAL)
    line_item_id: Mapped[int | None] = mapped_column(sa.ForeignKey("line_item.id"), info=INTERNAL)
    currency: Mapped[str] = mapped_column(sa.String(3), info=INTERNAL)

    __table_args__ = (
        sa.CheckConstraint(
            f"(account_id IS NOT NULL) = (code IN ({_codes_of(AccountScope.ACCOUNT)}))", name="account_where_owned"
        ),
        sa.CheckConstraint(
            f"(line_item_id IS NOT NULL) = (code IN ({_codes_of(AccountScope.LINE_ITEM)}))",
            name="line_item_where_owned",
        ),
        # Three indexes, because NULL equals nothing: one index over all columns would let doubles in.
        sa.Index(
            "ux_ledger_account_of_installation",
            "code",
            unique=True,
            sqlite_where=sa.text("account_id IS NULL AND line_item_id IS NULL"),
            postgresql_where=sa.text("account_id IS NULL AND line_item_id IS NULL"),
        ),
        sa.Index(
            "ux_ledger_account_of_account",
            "account_id",
            "code",
            unique=True,
            sqlite_where=sa.text("account_id IS NOT NULL"),
            postgresql_where=sa.text("account_id IS NOT NULL"),
        ),
        sa.Index(
            "ux_ledger_account_of_line_item",
            "line_item_id",
            "code",
            unique=True,
            sqlite_where=sa.text("line_item_id IS NOT NULL"),
            postgresql_where=sa.text("line_item_id IS NOT NULL"),
        ),
    )

    @property
    def kind(self) -> AccountKind:
        """Asset, liability or income."""
        return CHART[self.code].kind

    @property
    def ref(self) -> AccountRef:
        """Its name in rules and services."""
        return AccountRef(self.code, self.account_id, self.line_item_id)


class EntrySeal(Model):
    """Closes an entry: it balances, and nothing can be added to it. The database checks both."""

    __tablename__ = "entry_seal"

    entry_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False, info=INTERNAL)


class JournalEntry(Model):
    """One movement of money: dated, balanced, with a reason, never changed.

    Its id is a foreign key to its seal, checked at the commit: an entry without a seal cannot be
    committed. (The seal needs no key back: it is refused when there are no postings, and postings need
    an entry.)
    """

    __tablename__ = "journal_entry"

    id: Mapped[int] = mapped_column(
        Id,
        sa.ForeignKey("entry_seal.entry_id", deferrable=True, initially="DEFERRED"),
        primary_key=True,
        autoincrement="ignore_fk",
        info=INTERNAL,
    )
    kind: Mapped[EntryKind] = mapped_column(open_enum(EntryKind), info=INTERNAL)
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True, info=INTERNAL)
    reference: Mapped[str] = mapped_column(sa.String(REFERENCE_CHARACTERS_MAX), info=INTERNAL)
    reason: Mapped[str] = mapped_column(sa.String(REASON_CHARACTERS_MAX), info=INTERNAL)
    currency: Mapped[str] = mapped_column(sa.String(3), info=INTERNAL)

    postings: Mapped[list["Posting"]] = relationship(order_by="Posting.id", viewonly=True, lazy="selectin")

    __table_args__ = (sa.UniqueConstraint("kind", "reference"),)

    @property
    def lines(self) -> tuple[EntryLine, ...]:
        """What it posted, in order."""
        return tuple(EntryLine(posting.account.ref, posting.side, posting.amount_minor) for posting in self.postings)


class Posting(Model):
    """One debit or credit."""

    __tablename__ = "posting"

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=INTERNAL)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("journal_entry.id"), index=True, info=INTERNAL)
    ledger_account_id: Mapped[int] = mapped_column(sa.ForeignKey("ledger_account.id"), index=True, info=INTERNAL)
    side: Mapped[PostingSide] = mapped_column(enum_type(PostingSide, "side"), info=INTERNAL)
    amount_minor: Mapped[int] = mapped_column(sa.BigInteger, info=INTERNAL)
    currency: Mapped[str] = mapped_column(sa.String(3), info=INTERNAL)

    account: Mapped[LedgerAccount] = relationship(viewonly=True, lazy="joined", innerjoin=True)

    __table_args__ = (
        sa.CheckConstraint("amount_minor > 0", name="amount_positive"),
        # SQLite would store 0.5 in an integer column.
        sa.CheckConstraint("amount_minor = CAST(amount_minor AS BIGINT)", name="amount_is_integer"),
    )
