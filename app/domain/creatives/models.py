"""Tables of the creatives room. A creative is frozen by its content hash: changing one makes a new one."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.creatives.rules import ADDRESS_CHARACTERS_MAX, ALT_CHARACTERS_MAX, NOTE_CHARACTERS_MAX
from app.domain.creatives.states import Decider, LandingResult, RefusalGround, ReviewState
from app.domain.inventory.states import CreativeFormat
from app.foundation.db import INTERNAL, PUBLIC, Id, Model, UtcDateTime, enum_type


class Creative(Model):
    """The material of an ad: the rebuilt file, its words and where a click goes. Never changed."""

    __tablename__ = "creative"

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=INTERNAL)
    public_id: Mapped[str] = mapped_column(sa.String(40), unique=True, info=INTERNAL)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True, info=INTERNAL)
    content_hash: Mapped[str] = mapped_column(sa.String(64), info=INTERNAL)
    file_sha256: Mapped[str] = mapped_column(sa.ForeignKey("stored_file.sha256"), info=PUBLIC)
    still_sha256: Mapped[str | None] = mapped_column(sa.ForeignKey("stored_file.sha256"), info=PUBLIC)
    format: Mapped[CreativeFormat] = mapped_column(enum_type(CreativeFormat, "format"), info=PUBLIC)
    still_format: Mapped[CreativeFormat | None] = mapped_column(enum_type(CreativeFormat, "still_format"), info=PUBLIC)
    width_px: Mapped[int] = mapped_column(sa.Integer, info=PUBLIC)
    height_px: Mapped[int] = mapped_column(sa.Integer, info=PUBLIC)
    scale: Mapped[int] = mapped_column(sa.SmallInteger, info=PUBLIC)
    duration_ms: Mapped[int] = mapped_column(sa.Integer, default=0, info=PUBLIC)
    alt_text: Mapped[str] = mapped_column(sa.String(ALT_CHARACTERS_MAX), info=PUBLIC)
    click_through_url: Mapped[str] = mapped_column(sa.String(ADDRESS_CHARACTERS_MAX), info=PUBLIC)
    product_code: Mapped[str] = mapped_column(sa.String(20), info=PUBLIC)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)

    __table_args__ = (
        sa.UniqueConstraint("account_id", "content_hash"),
        sa.CheckConstraint("scale IN (1, 2)", name="scale_once_or_twice"),
        sa.CheckConstraint("duration_ms BETWEEN 0 AND 5000", name="duration_in_range"),
        sa.CheckConstraint("(still_sha256 IS NULL) = (still_format IS NULL)", name="still_whole"),
    )


class CreativeReview(Model):
    """One question to a publisher about a creative for a line item, and its answer."""

    __tablename__ = "creative_review"

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=INTERNAL)
    public_id: Mapped[str] = mapped_column(sa.String(40), unique=True, info=INTERNAL)
    line_item_id: Mapped[int] = mapped_column(sa.ForeignKey("line_item.id"), index=True, info=INTERNAL)
    creative_id: Mapped[int] = mapped_column(sa.ForeignKey("creative.id"), index=True, info=INTERNAL)
    publisher_account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True, info=INTERNAL)
    state: Mapped[ReviewState] = mapped_column(enum_type(ReviewState, "state"), info=INTERNAL)
    decided_by: Mapped[Decider | None] = mapped_column(enum_type(Decider, "decided_by"), info=INTERNAL)
    decided_by_user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id"), info=INTERNAL)
    ground: Mapped[RefusalGround | None] = mapped_column(enum_type(RefusalGround, "ground"), info=INTERNAL)
    note: Mapped[str] = mapped_column(sa.String(NOTE_CHARACTERS_MAX), default="", info=INTERNAL)
    landing_state: Mapped[LandingResult] = mapped_column(enum_type(LandingResult, "landing_state"), info=INTERNAL)
    landing_note: Mapped[str] = mapped_column(sa.String(300), default="", info=INTERNAL)
    landing_checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=INTERNAL)
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)
    answer_due_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=INTERNAL)

    __table_args__ = (
        sa.CheckConstraint("(decided_at IS NULL) = (state = 'waiting')", name="decided_when_answered"),
        sa.CheckConstraint("(ground IS NOT NULL) = (state = 'refused')", name="refused_on_a_ground"),
        sa.Index(
            "uq_creative_review_waiting",
            "line_item_id",
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        ),
        sa.Index(
            "ix_creative_review_due",
            "answer_due_at",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        ),
    )


class Assignment(Model):
    """Puts an approved creative on a line item, from one instant to another; one at a time."""

    __tablename__ = "assignment"

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=INTERNAL)
    line_item_id: Mapped[int] = mapped_column(sa.ForeignKey("line_item.id"), index=True, info=INTERNAL)
    creative_id: Mapped[int] = mapped_column(sa.ForeignKey("creative.id"), index=True, info=INTERNAL)
    review_id: Mapped[int] = mapped_column(sa.ForeignKey("creative_review.id"), unique=True, info=INTERNAL)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=INTERNAL)

    __table_args__ = (
        sa.CheckConstraint("ended_at >= began_at", name="ends_after_it_began"),
        sa.Index(
            "uq_assignment_running",
            "line_item_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )


class HouseAd(Model):
    """A publisher's own creative, shown on a socket while nothing is booked."""

    __tablename__ = "house_ad"

    socket_id: Mapped[int] = mapped_column(
        sa.ForeignKey("socket.id"), primary_key=True, autoincrement=False, info=INTERNAL
    )
    creative_id: Mapped[int] = mapped_column(sa.ForeignKey("creative.id"), index=True, info=INTERNAL)
    put_up_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)


class CreativeReminder(Model):
    """A buyer was reminded that a flight is near and has no creative; each line item once."""

    __tablename__ = "creative_reminder"

    line_item_id: Mapped[int] = mapped_column(
        sa.ForeignKey("line_item.id"), primary_key=True, autoincrement=False, info=INTERNAL
    )
    reminded_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)
