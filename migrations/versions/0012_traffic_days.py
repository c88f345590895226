"""Traffic is kept as sums of local days too, made here from the hours that are there.

Revision ID: 0012
Revises: 0011
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MEASURES = ("request", "filled", "impression", "measurable", "viewable", "click")
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SOCKET = sa.table("socket", sa.column("id", ID), sa.column("site_id", ID))
SITE = sa.table("site", sa.column("id", ID), sa.column("time_zone", sa.String()))
AD_COUNT = sa.table(
    "ad_count",
    sa.column("socket_id", ID),
    sa.column("hour_at", sa.DateTime(timezone=True)),
    sa.column("measure", sa.String()),
    sa.column("verdict", sa.String()),
    sa.column("events", sa.BigInteger()),
)


def upgrade() -> None:
    measured_socket = op.create_table(
        "measured_socket",
        sa.Column("socket_id", ID, autoincrement=False, nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("first_request_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["socket_id"], ["socket.id"], name=op.f("fk_measured_socket_socket_id")),
        sa.PrimaryKeyConstraint("socket_id", name=op.f("pk_measured_socket")),
    )
    traffic_day = op.create_table(
        "traffic_day",
        sa.Column("socket_id", ID, autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(measure, sa.BigInteger(), nullable=False) for measure in MEASURES),
        sa.ForeignKeyConstraint(["socket_id"], ["socket.id"], name=op.f("fk_traffic_day_socket_id")),
        sa.PrimaryKeyConstraint("socket_id", "day", name=op.f("pk_traffic_day")),
    )
    zones = sa.select(SOCKET.c.id, SITE.c.time_zone).join(SITE, SITE.c.id == SOCKET.c.site_id)
    for socket_id, zone in op.get_bind().execute(zones.order_by(SOCKET.c.id)).all():
        _fill(socket_id, zone, measured_socket, traffic_day)


def downgrade() -> None:
    op.drop_table("traffic_day")
    op.drop_table("measured_socket")


def _fill(socket_id: int, zone: str, measured_socket: sa.Table, traffic_day: sa.Table) -> None:
    bind = op.get_bind()
    hours = list(_counted_hours(socket_id))
    first = min((hour_at for hour_at, measure, _ in hours if measure == "request"), default=None)
    bind.execute(
        sa.insert(measured_socket).values(socket_id=socket_id, time_zone=zone, first_request_at=first),
    )
    days: dict[date, Counter[str]] = {}
    for hour_at, measure, events in hours:
        days.setdefault(_day_of(hour_at, ZoneInfo(zone)), Counter())[measure] += events
    rows = [
        {"socket_id": socket_id, "day": day} | {measure: sums[measure] for measure in MEASURES}
        for day, sums in days.items()
    ]
    if rows:
        bind.execute(sa.insert(traffic_day), rows)


def _counted_hours(socket_id: int) -> Iterator[tuple[datetime, str, int]]:
    query = (
        sa.select(AD_COUNT.c.hour_at, AD_COUNT.c.measure, sa.func.sum(AD_COUNT.c.events))
        .where(AD_COUNT.c.socket_id == socket_id, AD_COUNT.c.verdict == "counted")
        .group_by(AD_COUNT.c.hour_at, AD_COUNT.c.measure)
    )
    for hour_at, measure, events in op.get_bind().execute(query):
        yield hour_at if hour_at.tzinfo else hour_at.replace(tzinfo=UTC), measure, int(events)


def _day_of(hour_at: datetime, zone: ZoneInfo) -> date:
    """The day of a place; one that its clocks show once more after midnight has ended all the same."""
    day = hour_at.astimezone(zone).date()
    following = day + timedelta(days=1)
    return following if hour_at >= datetime.combine(following, time.min, tzinfo=zone).astimezone(UTC) else day
