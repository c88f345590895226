"""What a publisher has to answer, and how they have answered so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from statistics import median
from typing import Any

import sqlalchemy as sa

from app.domain.accounts.models import Account
from app.domain.creatives.models import Creative, CreativeReview
from app.domain.creatives.states import Decider, ReviewState
from app.domain.inventory.models import Site, Socket
from app.domain.orders.models import LineItem, Order
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.paging import PAGE_SIZE, RowsPage
from app.foundation.work_failures import Retries

LATELY_SHOWN_MAX = 10
# The profile tells of the recent past: the last so many answers.
ANSWERS_LOOKED_AT = 200
HOUR = timedelta(hours=1)
IS_ANSWERED = CreativeReview.state != ReviewState.WAITING
NEWEST_ANSWER_FIRST = (CreativeReview.decided_at.desc(), CreativeReview.id.desc())


@dataclass(frozen=True, slots=True)
class WaitingReview:
    """A review as its publisher sees it: the creative, what it is for, and whose it is."""

    review: CreativeReview
    creative: Creative
    line_item: LineItem
    order: Order
    socket: Socket
    site: Site
    buyer: str
    buyer_slug: str


def own_review(publisher_account_id: int, public_id: str) -> WaitingReview:
    """A review that this publisher has to answer, or has answered.

    Raises:
        NotFound: there is none, or it is somebody else's to answer.
    """
    row = db.session.execute(_reviews(publisher_account_id).where(CreativeReview.public_id == public_id)).one_or_none()
    if row is None:
        raise NotFound
    return WaitingReview(*row)


def waiting_for(publisher_account_id: int, number: int) -> RowsPage[WaitingReview]:
    """A page of the creatives that wait for a publisher's answer, the one due first at the top."""
    return _page(
        publisher_account_id,
        CreativeReview.state == ReviewState.WAITING,
        number,
        (CreativeReview.answer_due_at, CreativeReview.id),
    )


def answered_lately(publisher_account_id: int) -> list[WaitingReview]:
    """The last ten creatives that got an answer from a publisher, or were replaced before one; newest first."""
    query = _reviews(publisher_account_id).where(IS_ANSWERED).order_by(*NEWEST_ANSWER_FIRST).limit(LATELY_SHOWN_MAX)
    return [WaitingReview(*row) for row in db.session.execute(query)]


def answered_by(publisher_account_id: int, number: int) -> RowsPage[WaitingReview]:
    """A page of the creatives that were answered for a publisher, newest answer first."""
    return _page(publisher_account_id, IS_ANSWERED, number, NEWEST_ANSWER_FIRST)


def waiting_review_count(publisher_account_id: int) -> int:
    """How many creatives wait for a publisher's answer."""
    query = sa.select(sa.func.count()).select_from(CreativeReview)
    own = CreativeReview.publisher_account_id == publisher_account_id
    return db.session.scalars(query.where(own, CreativeReview.state == ReviewState.WAITING)).one()


def reviews_overdue(limit: int, *, retries: Retries) -> Sequence[str]:
    """The public ids of reviews whose approval time has run out, the longest overdue first."""
    query = sa.select(CreativeReview.public_id).where(
        CreativeReview.state == ReviewState.WAITING,
        CreativeReview.answer_due_at <= retries.now,
        retries.allow(CreativeReview.public_id),
    )
    return db.session.scalars(query.order_by(CreativeReview.answer_due_at, CreativeReview.id).limit(limit)).all()


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """How a publisher answers: over the last 200 creatives that needed an answer of theirs."""

    answers: int
    """How many were answered, by the publisher or by their silence."""
    median_hours: float | None
    """The middle one of the times to an answer; None when there was none."""
    refused: int
    """How many of them were refused, silence that refuses included."""
    silent: int
    """How many of them got no answer in time."""

    @property
    def refused_percent(self) -> int:
        """The share that was refused, in whole percent."""
        return round(100 * self.refused / self.answers) if self.answers else 0


def answer_record(account_slug: str) -> AnswerRecord:
    """How the publisher at this public address answers; what a rule approved at once is not counted."""
    rows = db.session.execute(_last_answers(), {"slug": account_slug}).all()
    hours = [(row.decided_at - row.submitted_at) / HOUR for row in rows]
    return AnswerRecord(
        answers=len(rows),
        median_hours=median(hours) if hours else None,
        refused=sum(row.state is ReviewState.REFUSED for row in rows),
        silent=sum(row.decided_by is Decider.SILENCE for row in rows),
    )


@cache
def _last_answers() -> sa.Select[*tuple[Any, ...]]:
    # Built once: it is read for every page of a socket or a site.
    return (
        sa.select(
            CreativeReview.submitted_at, CreativeReview.decided_at, CreativeReview.state, CreativeReview.decided_by
        )
        .join(Account, Account.id == CreativeReview.publisher_account_id)
        .where(
            Account.slug == sa.bindparam("slug"),
            CreativeReview.decided_by.in_((Decider.PUBLISHER, Decider.SILENCE)),
        )
        .order_by(CreativeReview.decided_at.desc())
        .limit(ANSWERS_LOOKED_AT)
    )


def _page(
    publisher_account_id: int, is_wanted: sa.ColumnElement[bool], number: int, order: tuple[Any, ...]
) -> RowsPage[WaitingReview]:
    own = CreativeReview.publisher_account_id == publisher_account_id
    total = db.session.scalars(sa.select(sa.func.count()).select_from(CreativeReview).where(own, is_wanted)).one()
    query = _reviews(publisher_account_id).where(is_wanted).order_by(*order)
    rows = db.session.execute(query.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE))
    return RowsPage(rows=[WaitingReview(*row) for row in rows], number=number, total=total)


def _reviews(
    publisher_account_id: int,
) -> sa.Select[CreativeReview, Creative, LineItem, Order, Socket, Site, str, str]:
    return (
        sa.select(CreativeReview, Creative, LineItem, Order, Socket, Site, Account.display_name, Account.slug)
        .join(Creative, Creative.id == CreativeReview.creative_id)
        .join(LineItem, LineItem.id == CreativeReview.line_item_id)
        .join(Order, Order.id == LineItem.order_id)
        .join(Socket, Socket.id == LineItem.socket_id)
        .join(Site, Site.id == Socket.site_id)
        .join(Account, Account.id == Order.buyer_account_id)
        .where(CreativeReview.publisher_account_id == publisher_account_id)
    )
