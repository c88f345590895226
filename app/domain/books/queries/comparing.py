"""What a comparison is: one statement that gives only what differs, so that large books take no more memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from app.domain.books.queries.differences import Difference
from app.domain.books.states import BookSection, DifferenceSubject
from app.domain.ledger.models import LedgerAccount, Posting
from app.domain.ledger.queries import SIGNED
from app.domain.ledger.states import AccountCode
from app.foundation.db import db
from app.foundation.messages import N_
from app.foundation.money import plain_amount

Expression = sa.ColumnElement[Any] | InstrumentedAttribute[Any]
"""A column or anything made of columns."""
DIFFERENCES_MAX = 100
"""Of one comparison; where so many are wrong, one more tells nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One thing that must be the same in two places."""

    part: BookSection
    what: str
    """What is compared, as a message."""
    subject: DifferenceSubject
    rows: "sa.Select[Any]"
    """Gives what differs: ``number``, ``public_id``, ``day``, ``expected`` and ``found``, by ``differing``."""
    is_money: bool = True
    """Whether both are amounts in minor units."""
    is_limit: bool = False
    """Whether ``expected`` is the most that may be found."""

    def differences(self, currency: str) -> Iterator[Difference]:
        """What differs now, at most a hundred."""
        for row in db.session.execute(self.rows.limit(DIFFERENCES_MAX)):
            expected, found = (self._in_words(value, currency) for value in (row.expected, row.found))
            yield Difference(
                part=self.part,
                what=self.what,
                subject=self.subject,
                number=f"{row.number}" + (f", {row.day}" if row.day is not None else ""),
                public_id=row.public_id,
                expected=expected,
                found=found,
                is_limit=self.is_limit,
            )

    def _in_words(self, value: object, currency: str) -> str:
        if value is None:
            return N_("nothing")
        if isinstance(value, str):
            return value
        number = int(str(value))
        return f"{plain_amount(number, currency)} {currency}" if self.is_money else f"{number:,}"


def differing(
    number: Expression,
    *,
    expected: Expression,
    found: Expression,
    public_id: Expression | None = None,
    day: Expression | None = None,
) -> "sa.Select[Any]":
    """The columns of a comparison; the caller joins, and says what differs."""
    return sa.select(
        number.label("number"),
        (sa.null() if public_id is None else public_id).label("public_id"),
        (sa.null() if day is None else day).label("day"),
        expected.label("expected"),
        found.label("found"),
    )


def or_zero(value: Expression) -> "sa.ColumnElement[int]":
    """The value, or 0 where there is none; a whole number on both databases."""
    return sa.cast(sa.func.coalesce(value, 0), sa.BigInteger)


def owed_by_account(code: AccountCode, owner: Expression) -> sa.Subquery:
    """What a liability's accounts hold, each by whose it is: ``owner`` and ``minor``."""
    return (
        sa.select(owner.label("owner"), (-sa.func.sum(SIGNED)).label("minor"))
        .select_from(Posting)
        .join(LedgerAccount, LedgerAccount.id == Posting.ledger_account_id)
        .where(LedgerAccount.code == code)
        .group_by(owner)
        .subquery()
    )
