"""Tables of the inventory room. The calendar's primary key is what makes selling twice impossible."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.inventory.rules import has_run_out
from app.domain.inventory.states import (
    ApprovalRule,
    ClaimKind,
    Fallback,
    HoldState,
    ListingKind,
    ListingState,
    OnSilence,
    PagePosition,
    ProofMethod,
    SiteState,
    SocketState,
)
from app.foundation.db import INTERNAL, PUBLIC, Id, Model, UtcDateTime, enum_type


class Site(Model):
    """A publisher's property, proved or not."""

    __tablename__ = "site"

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=INTERNAL)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True, info=INTERNAL)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True, info=PUBLIC)
    name: Mapped[str] = mapped_column(sa.String(80), info=PUBLIC)
    domain: Mapped[str] = mapped_column(sa.String(253), index=True, info=PUBLIC)
    address: Mapped[str] = mapped_column(sa.String(300), info=PUBLIC)
    description: Mapped[str] = mapped_column(sa.String(2000), info=PUBLIC)
    category_code: Mapped[str] = mapped_column(sa.String(20), index=True, info=PUBLIC)
    language: Mapped[str] = mapped_column(sa.String(8), info=PUBLIC)
    country_code: Mapped[str] = mapped_column(sa.String(2), info=PUBLIC)
    time_zone: Mapped[str] = mapped_column(sa.String(60), info=PUBLIC)
    state: Mapped[SiteState] = mapped_column(enum_type(SiteState, "state"), info=PUBLIC)
    proof_token: Mapped[str] = mapped_column(sa.String(60), info=INTERNAL)
    proof_method: Mapped[ProofMethod | None] = mapped_column(enum_type(ProofMethod, "proof_method"), info=INTERNAL)
    proved_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=PUBLIC)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=INTERNAL)
    check_result: Mapped[str] = mapped_column(sa.String(300), default="", info=INTERNAL)
    next_check_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True, info=INTERNAL)
    missing_since: Mapped[datetime | None] = mapped_column(UtcDateTime, info=INTERNAL)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, info=PUBLIC)

    __table_args__ = (
        # Two accounts may both claim a domain; only one of them can have proved it.
        sa.Index(
            "uq_site_proved_domain",
            "domain",
            unique=True,
            sqlite_where=sa.text("state = 'proved'"),
            postgresql_where=sa.text("state = 'proved'"),
        ),
    )


class AudienceFigure(Model):
    """One number about a site's readers, never without its source and date."""

    __tablename__ = "audience_figure"

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=INTERNAL)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id"), index=True, info=INTERNAL)
    label: Mapped[str] = mapped_column(sa.String(80), info=PUBLIC)
    value: Mapped[int] = mapped_column(sa.BigInteger, info=PUBLIC)
    source: Mapped[str] = mapped_column(sa.String(120), info=PUBLIC)
    measured_on: Mapped[date] = mapped_column(sa.Date, info=PUBLIC)

    __table_args__ = (sa.CheckConstraint("value >= 0", name="value_not_negative"),)


class Socket(Model):
    """A fixed ad placement on a site, with one or more places that rotate in equal shares."""

    __tablename__ = "socket"

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=INTERNAL)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id"), index=True, info=INTERNAL)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True, info=PUBLIC)
    name: Mapped[str] = mapped_column(sa.String(80), info=PUBLIC)
    page_hint: Mapped[str] = mapped_column(sa.String(200), info=PUBLIC)
    position: Mapped[PagePosition] = mapped_column(enum_type(PagePosition, "position"), info=PUBLIC)
    width_px: Mapped[int] = mapped_column(sa.Integer, info=PUBLIC)
    height_px: Mapped[int] = mapped_column(sa.Integer, info=PUBLIC)
    formats: Mapped[list[str]] = mapped_column(sa.JSON, info=PUBLIC)
    bytes_max: Mapped[int] = mapped_column(sa.Integer, info=PUBLIC)
    places: Mapped[int] = mapped_column(sa.SmallInteger, info=PUBLIC)
    approval_rule: Mapped[ApprovalRule] = mapped_column(enum_type(ApprovalRule, "approval_rule"), info=PUBLIC)
    approval_hours: Mapped[int] = mapped_column(sa.SmallInteger, info=PUBLIC)
    on_silence: Mapped[OnSilence] = mapped_column(enum_type(OnSilence, "on_silence"), info=PUBLIC)
    taste_rules: Mapped[str] = mapped_column(sa.String(1000), default="", info=PUBLIC)
    blocked_products: Mapped[list[str]] = mapped_column(sa.JSON, info=PUBLIC)
    fallback: Mapped[Fallback] = mapped_column(
        enum_type(Fallback, "fallback"), default=Fallback.OWN, server_default=Fallback.OWN.value, info=PUBLIC
    )
    state: Mapped[SocketState] = mapped_column(enum_type(SocketState, "state"), info=PUBLIC)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, info=PUBLIC)

    __table_args__ = (
        sa.CheckConstraint("width_px BETWEEN 1 AND 2000", name="width_in_range"),
        sa.CheckConstraint("height_px BETWEEN 1 AND 2000", name="height_in_range"),
        sa.CheckConstraint("places BETWEEN 1 AND 10", name="places_in_range"),
        sa.CheckConstraint("approval_hours BETWEEN 24 AND 120", name="approval_hours_in_range"),
    )


class Listing(Model):
    """A socket for sale on stated terms; a rate card's prices stand here, an auction's in its own table."""

    __tablename__ = "listing"

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=INTERNAL)
    socket_id: Mapped[int] = mapped_column(sa.ForeignKey("socket.id"), index=True, info=INTERNAL)
    kind: Mapped[ListingKind] = mapped_column(enum_type(ListingKind, "kind"), info=PUBLIC)
    state: Mapped[ListingState] = mapped_column(enum_type(ListingState, "state"), info=PUBLIC)
    currency: Mapped[str] = mapped_column(sa.String(3), info=PUBLIC)
    price_day_minor: Mapped[int | None] = mapped_column(sa.BigInteger, info=PUBLIC)
    price_week_minor: Mapped[int | None] = mapped_column(sa.BigInteger, info=PUBLIC)
    price_30_days_minor: Mapped[int | None] = mapped_column(sa.BigInteger, info=PUBLIC)
    lead_days: Mapped[int] = mapped_column(sa.SmallInteger, default=2, info=PUBLIC)
    days_min: Mapped[int] = mapped_column(sa.SmallInteger, default=1, info=PUBLIC)
    days_max: Mapped[int] = mapped_column(sa.SmallInteger, default=90, info=PUBLIC)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, info=PUBLIC)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=INTERNAL)

    __table_args__ = (
        sa.CheckConstraint("price_day_minor > 0", name="price_day_positive"),
        sa.CheckConstraint("price_week_minor > 0", name="price_week_positive"),
        sa.CheckConstraint("price_30_days_minor > 0", name="price_30_days_positive"),
        sa.CheckConstraint("days_min BETWEEN 1 AND days_max AND days_max <= 366", name="days_in_range"),
        sa.CheckConstraint("lead_days BETWEEN 0 AND 366", name="lead_days_in_range"),
        sa.Index(
            "uq_listing_open_rate_card",
            "socket_id",
            unique=True,
            sqlite_where=sa.text("kind = 'rate_card' AND state = 'open'"),
            postgresql_where=sa.text("kind = 'rate_card' AND state = 'open'"),
        ),
    )


class Hold(Model):
    """The wish for a flight at a price, from which a checkout begins; its days are kept by a claim. Never money."""

    __tablename__ = "hold"

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=INTERNAL)
    public_id: Mapped[str] = mapped_column(sa.String(40), unique=True, info=INTERNAL)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True, info=INTERNAL)
    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listing.id"), info=INTERNAL)
    socket_id: Mapped[int] = mapped_column(sa.ForeignKey("socket.id"), index=True, info=INTERNAL)
    place: Mapped[int] = mapped_column(sa.SmallInteger, info=INTERNAL)
    starts_on: Mapped[date] = mapped_column(sa.Date, info=INTERNAL)
    ends_before: Mapped[date] = mapped_column(sa.Date, info=INTERNAL)
    price_minor: Mapped[int] = mapped_column(sa.BigInteger, info=INTERNAL)
    currency: Mapped[str] = mapped_column(sa.String(3), info=INTERNAL)
    state: Mapped[HoldState] = mapped_column(enum_type(HoldState, "state"), info=INTERNAL)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)

    __table_args__ = (
        sa.CheckConstraint("ends_before > starts_on", name="flight_not_empty"),
        sa.CheckConstraint("price_minor > 0", name="price_positive"),
    )


class Claim(Model):
    """The owner of days of a place: what for, for whom, and until when where it is for a while.

    Its row is there as long as it keeps days; who changes it locks it.
    """

    __tablename__ = "claim"

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=INTERNAL)
    kind: Mapped[ClaimKind] = mapped_column(enum_type(ClaimKind, "kind"), info=PUBLIC)
    socket_id: Mapped[int] = mapped_column(sa.ForeignKey("socket.id"), index=True, info=PUBLIC)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=INTERNAL)
    # Where the days come from stays with the claim when it becomes a sale: a payment may fail.
    hold_id: Mapped[int | None] = mapped_column(sa.ForeignKey("hold.id"), unique=True, info=INTERNAL)
    listing_id: Mapped[int | None] = mapped_column(sa.ForeignKey("listing.id"), unique=True, info=INTERNAL)
    # Set as soon as there is an order for the days, paid or not.
    line_item_id: Mapped[int | None] = mapped_column(sa.ForeignKey("line_item.id"), unique=True, info=INTERNAL)

    def has_run_out(self, now: datetime) -> bool:
        """Whether its days are free, though it still stands in the calendar; ``queries.keeps_days`` asks SQL."""
        return has_run_out(self.expires_at, now)

    __table_args__ = (
        sa.CheckConstraint("(kind = 'hold') = (expires_at IS NOT NULL)", name="expires_while_held"),
        sa.CheckConstraint("kind <> 'hold' OR hold_id IS NOT NULL", name="held_by_a_hold"),
        sa.CheckConstraint("kind <> 'auction' OR listing_id IS NOT NULL", name="auctioned_by_a_listing"),
        sa.CheckConstraint("kind <> 'sale' OR line_item_id IS NOT NULL", name="sold_to_a_line_item"),
        sa.CheckConstraint("hold_id IS NULL OR listing_id IS NULL", name="from_one_source"),
        sa.CheckConstraint(
            "kind <> 'house' OR (hold_id IS NULL AND listing_id IS NULL AND line_item_id IS NULL)",
            name="house_for_nobody",
        ),
        # Only those that are for a while: there are few of them among the many that are not.
        sa.Index(
            "ix_claim_expires_at",
            "expires_at",
            sqlite_where=sa.text("expires_at IS NOT NULL"),
            postgresql_where=sa.text("expires_at IS NOT NULL"),
        ),
        sa.Index(
            "ux_claim_house",
            "socket_id",
            unique=True,
            sqlite_where=sa.text("kind = 'house'"),
            postgresql_where=sa.text("kind = 'house'"),
        ),
    )


class CalendarDay(Model):
    """One place of a socket on one local day that is not free, and whose it is. One row, one truth."""

    __tablename__ = "calendar_day"

    socket_id: Mapped[int] = mapped_column(sa.ForeignKey("socket.id"), primary_key=True, info=PUBLIC)
    day: Mapped[date] = mapped_column(sa.Date, primary_key=True, info=PUBLIC)
    place: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False, info=PUBLIC)
    claim_id: Mapped[int] = mapped_column(sa.ForeignKey("claim.id"), index=True, info=INTERNAL)

    __table_args__ = (sa.CheckConstraint("place BETWEEN 1 AND 10", name="place_in_range"),)
