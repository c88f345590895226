"""What messages about transactions name: what was sold, prices and times, in words."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.domain.accounts.queries import member_of
from app.domain.auctions.models import Auction, Award
from app.domain.creatives.models import CreativeReview
from app.domain.creatives.queries import running_assignment
from app.domain.creatives.queries.line_items import LIVE
from app.domain.creatives.states import RefusalGround
from app.domain.events.models import Event
from app.domain.inventory.models import Site, Socket
from app.domain.inventory.states import OnSilence
from app.domain.notifications.rules import Target
from app.domain.orders.models import LineItem, Order
from app.domain.orders.states import LineItemState
from app.domain.settlement.models import MoneyReturn, Payout
from app.foundation.db import db
from app.foundation.money import format_amount

GROUND_WORDS = {
    RefusalGround.CATEGORY: "its product category is not taken here",
    RefusalGround.SIZE: "its size or weight does not fit",
    RefusalGround.TECHNICAL_FAULT: "a technical fault",
    RefusalGround.LANDING_PAGE: "its landing page",
    RefusalGround.TASTE_RULES: "the rules that the publisher wrote down",
    RefusalGround.SILENCE: "no answer within the approval time",
}
ENDED = frozenset({LineItemState.DECLINED, LineItemState.STOPPED})


def market_details(fact: Event) -> dict[str, Any]:
    """What a message about a transaction names: what was sold, prices and times in words; empty for other facts."""
    details: dict[str, Any] = {}
    if "auction" in fact.payload:
        details |= _auction_details(str(fact.payload["auction"]))
    if "order" in fact.payload:
        details |= _order_details(str(fact.payload["order"]), fact.user_id)
    if "award" in fact.payload:
        details |= _award_details(str(fact.payload["award"]))
    if "site" in fact.payload:
        details |= _site_details(int(fact.payload["site"]), fact.payload)
    if "line_item" in fact.payload:
        details |= _line_item_details(str(fact.payload["line_item"]))
    if "review" in fact.payload:
        details |= _review_details(str(fact.payload["review"]))
    if "payout" in fact.payload:
        details |= _payout_details(str(fact.payload["payout"]))
    return details | {target.value: fact.payload[target] for target in Target if target in fact.payload}


def _auction_details(public_id: str) -> dict[str, Any]:
    query = (
        sa.select(Auction, Socket.name, Site.name, Site.time_zone)
        .join(Socket, Socket.id == Auction.socket_id)
        .join(Site, Site.id == Socket.site_id)
        .where(Auction.public_id == public_id)
    )
    auction, socket_name, site_name, zone = db.session.execute(query).one()
    return {
        "what": _what(socket_name, site_name),
        "price": format_amount(auction.standing_price_minor, auction.currency),
        "ends": in_words(auction.ends_at, zone),
    }


def _order_details(public_id: str, told: int | None) -> dict[str, Any]:
    query = (
        sa.select(Order, Socket.name, Site.name)
        .join(LineItem, LineItem.order_id == Order.id)
        .join(Socket, Socket.id == LineItem.socket_id)
        .join(Site, Site.id == Socket.site_id)
        .where(Order.public_id == public_id)
        .order_by(LineItem.id)
        .limit(1)
    )
    order, socket_name, site_name = db.session.execute(query).one()
    total = format_amount(order.total_minor, order.currency)
    shows_parts = order.credit_minor and told == member_of(order.buyer_account_id)
    return {"what": _what(socket_name, site_name), "total": f"{total} ({_parts(order)})" if shows_parts else total}


def _parts(order: Order) -> str:
    """With what the buyer pays a total; the publisher is not told."""
    by_card_minor = order.total_minor - order.credit_minor
    credit, by_card = (format_amount(part, order.currency) for part in (order.credit_minor, by_card_minor))
    return f"{credit} from your credit" + (f", {by_card} by card" if by_card_minor else "")


def _award_details(public_id: str) -> dict[str, Any]:
    query = (
        sa.select(Award, Site.time_zone)
        .join(Auction, Auction.id == Award.auction_id)
        .join(Socket, Socket.id == Auction.socket_id)
        .join(Site, Site.id == Socket.site_id)
        .where(Award.public_id == public_id)
    )
    award, zone = db.session.execute(query).one()
    return {
        "hammer_price": format_amount(award.hammer_price_minor, award.currency),
        "pay_until": in_words(award.open_until, zone),
    }


def _site_details(site_id: int, payload: Mapping[str, Any]) -> dict[str, Any]:
    site = db.session.get_one(Site, site_id)
    until = payload.get("lapses_at")
    details = {"what": site.name}
    return details | ({"until": in_words(datetime.fromisoformat(until), site.time_zone, "by")} if until else {})


def _line_item_details(public_id: str) -> dict[str, Any]:
    query = (
        sa.select(LineItem, Socket.name, Site.name, Order.public_id)
        .join(Order, Order.id == LineItem.order_id)
        .join(Socket, Socket.id == LineItem.socket_id)
        .join(Site, Site.id == Socket.site_id)
        .where(LineItem.public_id == public_id)
    )
    line_item, socket_name, site_name, order = db.session.execute(query).one()
    days = days_in_words(line_item.starts_on, line_item.ends_before)
    return {
        "what": _what(socket_name, site_name),
        "days": days,
        "order": order,
        "socket": line_item.socket_id,
        **_return_details(line_item.id),
    }


def _return_details(line_item_id: int) -> dict[str, Any]:
    returned = db.session.get(MoneyReturn, line_item_id)
    if returned is None:
        return {}
    to_card, to_credit = (
        format_amount(part, returned.currency) for part in (returned.to_card_minor, returned.to_credit_minor)
    )
    parts = [f"{to_card} to the card you paid with"] if returned.to_card_minor else []
    parts += [f"{to_credit} to your credit"] if returned.to_credit_minor else []
    return {
        "returned": format_amount(returned.amount_minor, returned.currency),
        "returned_how": f"It is on its way: {' and '.join(parts)}.",
    }


def _review_details(public_id: str) -> dict[str, Any]:
    query = (
        sa.select(CreativeReview, LineItem.state, Site.time_zone, LineItem.terms)
        .join(LineItem, LineItem.id == CreativeReview.line_item_id)
        .join(Socket, Socket.id == LineItem.socket_id)
        .join(Site, Site.id == Socket.site_id)
        .where(CreativeReview.public_id == public_id)
    )
    review, state, zone, terms = db.session.execute(query).one()
    has_running = running_assignment(review.line_item_id) is not None
    return {
        "due": in_words(review.answer_due_at, zone, "by"),
        "silence": _silence_words(terms.on_silence, has_running=has_running),
        "note": review.note,
        "ground": GROUND_WORDS[review.ground] if review.ground else "",
        "next_step": _after_refusal(state, has_running=has_running),
    }


def _silence_words(on_silence: OnSilence, *, has_running: bool) -> str:
    if on_silence is OnSilence.APPROVE:
        return "approved"
    return "refused, and the approved ad stays" if has_running else "refused and paid back"


def _after_refusal(state: LineItemState, *, has_running: bool) -> str:
    """What a refusal left to do, as things stand when the buyer is told."""
    if state in ENDED:
        return "The booking has ended, and the money for what was not delivered goes back to you."
    if state not in LIVE:
        return "The booking is over."
    if has_running:
        return "The ad that was approved stays; you can send another one."
    return "You can send another ad, or ask for your money back."


def _payout_details(public_id: str) -> dict[str, Any]:
    payout = db.session.scalars(sa.select(Payout).where(Payout.public_id == public_id)).one()
    return {"amount": format_amount(payout.amount_minor, payout.currency), "destination": payout.destination}


def days_in_words(starts_on: date, ends_before: date) -> str:
    """The days of a flight with its last one: "from 3 Dec 2026 to 9 Dec 2026"."""
    first, last = starts_on, ends_before - timedelta(days=1)
    shown = [f"{day.day} {day:%b %Y}" for day in (first, last)]
    return f"on {shown[0]}" if first == last else f"from {shown[0]} to {shown[1]}"


def _what(socket_name: str, site_name: str) -> str:
    return f"{socket_name} on {site_name}"


def in_words(moment: datetime, zone: str, before: str = "on") -> str:
    """A time in a site's zone: "on 22 Nov 2026 at 14:05 PST"."""
    here = moment.astimezone(ZoneInfo(zone))
    return f"{before} {here.day} {here:%b %Y} at {here:%H:%M} {here.tzname()}"
