"""Tables of the auctions room. The auction row carries the top of the history, so that a bid reads no other bid."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.auctions.states import AuctionState, AwardKind, AwardState, WithdrawalReason
from app.foundation.db import INTERNAL, PUBLIC, SECRET, Id, Model, UtcDateTime, enum_type


class Auction(Model):
    """One flight of one place, to the highest bidder."""

    __tablename__ = "auction"

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=INTERNAL)
    public_id: Mapped[str] = mapped_column(sa.String(40), unique=True, info=PUBLIC)
    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listing.id"), unique=True, info=INTERNAL)
    socket_id: Mapped[int] = mapped_column(sa.ForeignKey("socket.id"), index=True, info=INTERNAL)
    publisher_account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True, info=INTERNAL)
    place: Mapped[int] = mapped_column(sa.SmallInteger, info=INTERNAL)
    starts_on: Mapped[date] = mapped_column(sa.Date, info=PUBLIC)
    ends_before: Mapped[date] = mapped_column(sa.Date, info=PUBLIC)
    currency: Mapped[str] = mapped_column(sa.String(3), info=PUBLIC)
    opening_price_minor: Mapped[int] = mapped_column(sa.BigInteger, info=PUBLIC)
    reserve_price_minor: Mapped[int | None] = mapped_column(sa.BigInteger, info=SECRET)
    buy_now_price_minor: Mapped[int | None] = mapped_column(sa.BigInteger, info=PUBLIC)
    is_short_notice: Mapped[bool] = mapped_column(info=PUBLIC)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, info=PUBLIC)
    scheduled_end_at: Mapped[datetime] = mapped_column(UtcDateTime, info=PUBLIC)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, info=PUBLIC)
    hard_end_at: Mapped[datetime] = mapped_column(UtcDateTime, info=PUBLIC)
    state: Mapped[AuctionState] = mapped_column(enum_type(AuctionState, "state"), info=PUBLIC)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=PUBLIC)
    bids: Mapped[int] = mapped_column(default=0, info=PUBLIC)
    standing_price_minor: Mapped[int] = mapped_column(sa.BigInteger, info=PUBLIC)
    meets_reserve: Mapped[bool] = mapped_column(info=PUBLIC)
    leader_account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), info=INTERNAL)
    leader_ceiling_minor: Mapped[int | None] = mapped_column(sa.BigInteger, info=SECRET)
    leader_sequence: Mapped[int | None] = mapped_column(sa.Integer, info=INTERNAL)
    second_ceiling_minor: Mapped[int | None] = mapped_column(sa.BigInteger, info=INTERNAL)

    __table_args__ = (
        sa.CheckConstraint("ends_before > starts_on", name="flight_not_empty"),
        sa.CheckConstraint("opening_price_minor > 0", name="opening_price_positive"),
        sa.CheckConstraint("ends_at <= hard_end_at", name="ends_before_hard_end"),
        sa.CheckConstraint("(leader_account_id IS NULL) = (leader_ceiling_minor IS NULL)", name="leader_with_ceiling"),
        sa.CheckConstraint(
            "leader_ceiling_minor IS NULL OR standing_price_minor <= leader_ceiling_minor",
            name="price_not_above_ceiling",
        ),
        # The closing job looks every second: only what is still open stands in its way.
        sa.Index(
            "ix_auction_open",
            "ends_at",
            "id",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
    )


class Bid(Model):
    """One binding ceiling of one bidder; never changed but by a withdrawal."""

    __tablename__ = "bid"

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=INTERNAL)
    public_id: Mapped[str] = mapped_column(sa.String(40), unique=True, info=PUBLIC)
    auction_id: Mapped[int] = mapped_column(sa.ForeignKey("auction.id"), info=INTERNAL)
    sequence: Mapped[int] = mapped_column(sa.Integer, info=PUBLIC)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True, info=INTERNAL)
    ceiling_minor: Mapped[int] = mapped_column(sa.BigInteger, info=SECRET)
    placed_at: Mapped[datetime] = mapped_column(UtcDateTime, info=PUBLIC)
    price_after_minor: Mapped[int] = mapped_column(sa.BigInteger, info=PUBLIC)
    nonce: Mapped[str] = mapped_column(sa.String(40), info=SECRET)
    commitment: Mapped[str] = mapped_column(sa.String(64), info=PUBLIC)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=PUBLIC)
    withdrawal_reason: Mapped[WithdrawalReason | None] = mapped_column(
        enum_type(WithdrawalReason, "withdrawal_reason"), info=PUBLIC
    )

    __table_args__ = (
        sa.UniqueConstraint("auction_id", "sequence"),
        sa.Index("ix_bid_auction_account", "auction_id", "account_id"),
        sa.CheckConstraint("ceiling_minor > 0", name="ceiling_positive"),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawal_reason IS NULL)", name="withdrawn_for_a_reason"),
    )


class Award(Model):
    """Who may or must take a flight, at which price, until when."""

    __tablename__ = "award"

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=INTERNAL)
    public_id: Mapped[str] = mapped_column(sa.String(40), unique=True, info=INTERNAL)
    auction_id: Mapped[int] = mapped_column(sa.ForeignKey("auction.id"), index=True, info=INTERNAL)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True, info=INTERNAL)
    kind: Mapped[AwardKind] = mapped_column(enum_type(AwardKind, "kind"), info=INTERNAL)
    state: Mapped[AwardState] = mapped_column(enum_type(AwardState, "state"), info=INTERNAL)
    hammer_price_minor: Mapped[int] = mapped_column(sa.BigInteger, info=INTERNAL)
    currency: Mapped[str] = mapped_column(sa.String(3), info=INTERNAL)
    order_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ad_order.id"), unique=True, info=INTERNAL)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)
    open_until: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)
    first_failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=INTERNAL)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=INTERNAL)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=INTERNAL)

    __table_args__ = (
        sa.CheckConstraint("hammer_price_minor > 0", name="hammer_price_positive"),
        sa.Index(
            "uq_award_live",
            "auction_id",
            unique=True,
            sqlite_where=sa.text("state IN ('offered', 'due', 'paid')"),
            postgresql_where=sa.text("state IN ('offered', 'due', 'paid')"),
        ),
        sa.Index(
            "ix_award_to_follow",
            "id",
            sqlite_where=sa.text("state IN ('offered', 'due')"),
            postgresql_where=sa.text("state IN ('offered', 'due')"),
        ),
    )


class Strike(Model):
    """An award that was not paid; three of them stop bidding until staff lift one."""

    __tablename__ = "strike"

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=INTERNAL)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True, info=INTERNAL)
    award_id: Mapped[int] = mapped_column(sa.ForeignKey("award.id"), unique=True, info=INTERNAL)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=INTERNAL)


class BlockedBidder(Model):
    """A buyer whom a publisher does not want on any of their auctions."""

    __tablename__ = "blocked_bidder"

    publisher_account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), primary_key=True, info=INTERNAL)
    buyer_account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), primary_key=True, info=INTERNAL)
    blocked_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)
