"""Tables of the measurement room: counters, their sums by day, how far the log is counted, what tells repeats apart."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.measurement.states import Measure, Verdict
from app.foundation.db import INTERNAL, PERSONAL, PUBLIC, SECRET, Id, Model, UtcDateTime, enum_type


class AdCount(Model):
    """How many events of a measure had one verdict, by socket, line item, creative and local hour."""

    __tablename__ = "ad_count"

    socket_id: Mapped[int] = mapped_column(
        sa.ForeignKey("socket.id"), primary_key=True, autoincrement=False, info=INTERNAL
    )
    hour_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True, info=PUBLIC)
    # Zero where there is none; NULL could not be part of the key.
    line_item_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False, info=INTERNAL)
    creative_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False, info=INTERNAL)
    measure: Mapped[Measure] = mapped_column(enum_type(Measure, "measure"), primary_key=True, info=PUBLIC)
    verdict: Mapped[Verdict] = mapped_column(enum_type(Verdict, "verdict"), primary_key=True, info=PUBLIC)
    events: Mapped[int] = mapped_column(sa.BigInteger, info=PUBLIC)
    # The line item again, empty where there is none: what the foreign key holds on to.
    booked_line_item_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("line_item.id"), sa.Computed("nullif(line_item_id, 0)"), info=INTERNAL
    )

    __table_args__ = (
        sa.CheckConstraint("events > 0", name="events_positive"),
        sa.Index("ix_ad_count_line_item", "line_item_id", "hour_at"),
    )


class MeasuredSocket(Model):
    """In which zone a socket's traffic is cut into days, and since when there is any.

    A row of its own, apart from the site's: the mover and a change of zone take turns at it, so that no event is
    added to a day of another zone than those beside it.
    """

    __tablename__ = "measured_socket"

    socket_id: Mapped[int] = mapped_column(
        sa.ForeignKey("socket.id"), primary_key=True, autoincrement=False, info=INTERNAL
    )
    time_zone: Mapped[str] = mapped_column(sa.String(60), info=PUBLIC)
    # The beginning of the hour of the first counted request.
    first_request_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=PUBLIC)


class TrafficDay(Model):
    """What counts of a socket's events on one local day, whatever was shown: the sums of its hours, kept for pages."""

    __tablename__ = "traffic_day"

    socket_id: Mapped[int] = mapped_column(
        sa.ForeignKey("socket.id"), primary_key=True, autoincrement=False, info=INTERNAL
    )
    day: Mapped[date] = mapped_column(sa.Date, primary_key=True, info=PUBLIC)
    # One column for each measure, called like it.
    request: Mapped[int] = mapped_column(sa.BigInteger, info=PUBLIC)
    filled: Mapped[int] = mapped_column(sa.BigInteger, info=PUBLIC)
    impression: Mapped[int] = mapped_column(sa.BigInteger, info=PUBLIC)
    measurable: Mapped[int] = mapped_column(sa.BigInteger, info=PUBLIC)
    viewable: Mapped[int] = mapped_column(sa.BigInteger, info=PUBLIC)
    click: Mapped[int] = mapped_column(sa.BigInteger, info=PUBLIC)


class EventFile(Model):
    """One file of the event log, and how far it is counted; moved on in the counters' own transaction."""

    __tablename__ = "event_file"

    name: Mapped[str] = mapped_column(sa.String(120), primary_key=True, info=INTERNAL)
    offset_bytes: Mapped[int] = mapped_column(sa.BigInteger, info=INTERNAL)
    batch: Mapped[int] = mapped_column(sa.BigInteger, info=INTERNAL)
    lines: Mapped[int] = mapped_column(sa.BigInteger, default=0, info=INTERNAL)
    unreadable: Mapped[int] = mapped_column(sa.BigInteger, default=0, info=INTERNAL)
    # Lines that belong to no socket of ours: a forged token does not say where it comes from.
    strays: Mapped[int] = mapped_column(sa.BigInteger, default=0, info=INTERNAL)
    torn: Mapped[int] = mapped_column(sa.SmallInteger, default=0, info=INTERNAL)
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True, info=INTERNAL)

    __table_args__ = (sa.CheckConstraint("offset_bytes >= 0", name="offset_not_negative"),)


class EventWatermark(Model):
    """Everything whose answer was sent before this instant is counted. One row for each log directory."""

    __tablename__ = "event_watermark"

    source: Mapped[str] = mapped_column(sa.String(80), primary_key=True, info=INTERNAL)
    counted_until: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)


class CountedToken(Model):
    """A token that has stood for an event of this measure; it stands for no second one."""

    __tablename__ = "counted_token"

    nonce: Mapped[str] = mapped_column(sa.String(40), primary_key=True, info=INTERNAL)
    measure: Mapped[Measure] = mapped_column(enum_type(Measure, "measure"), primary_key=True, info=INTERNAL)
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True, info=INTERNAL)


class RecentViewer(Model):
    """How many events came from one place in its present window; the key is a hash whose salt is thrown away."""

    __tablename__ = "recent_viewer"

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True, info=INTERNAL)
    window_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True, info=INTERNAL)
    events: Mapped[int] = mapped_column(sa.Integer, info=INTERNAL)


class DailySalt(Model):
    """The salt of one UTC day for hashes of addresses; made ahead, deleted when its day is over."""

    __tablename__ = "daily_salt"

    day: Mapped[date] = mapped_column(sa.Date, primary_key=True, info=INTERNAL)
    salt: Mapped[str] = mapped_column(sa.String(64), info=SECRET)


class OwnAddress(Model):
    """From where an account was signed in today, as the event log would write it."""

    __tablename__ = "own_address"

    account_id: Mapped[int] = mapped_column(
        sa.ForeignKey("account.id"), primary_key=True, autoincrement=False, info=INTERNAL
    )
    address_hash: Mapped[str] = mapped_column(sa.String(40), primary_key=True, info=PERSONAL)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True, info=INTERNAL)


class TagSighting(Model):
    """Where a socket's tag was last seen: the host of the page."""

    __tablename__ = "tag_sighting"

    socket_id: Mapped[int] = mapped_column(
        sa.ForeignKey("socket.id"), primary_key=True, autoincrement=False, info=INTERNAL
    )
    host: Mapped[str] = mapped_column(sa.String(253), primary_key=True, info=INTERNAL)
    is_expected: Mapped[bool] = mapped_column(info=INTERNAL)
    first_seen_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)


class ClosedDay(Model):
    """A site day of a line item that is settled: later events of it are marked late."""

    __tablename__ = "closed_day"

    line_item_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False, info=INTERNAL)
    day: Mapped[date] = mapped_column(sa.Date, primary_key=True, info=INTERNAL)
    closed_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)
