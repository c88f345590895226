"""Rows and labels of the checkout's pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from app.adapters.braintree.port import Declined, GatewayDeclineKind
from app.adapters.braintree.sentences import DeclineSentence, decline_sentence
from app.domain.inventory.errors import ListingClosed
from app.domain.inventory.queries import free_place, rate_card_of, socket_terms
from app.domain.inventory.rules import cheapest_combination, check_dates
from app.domain.inventory.states import ListingKind, ListingState, SiteState, SocketState
from app.domain.orders.queries import Offered
from app.domain.payments.states import UNSETTLED, IntentKind, IntentState
from app.foundation.flight import day_bounds, today
from app.web.shell.choices import country_name
from app.web.words.messages import _, translated
from app.web.words.money import amount_words
from app.web.words.states.orders import LINE_ITEM_STATES

if TYPE_CHECKING:
    from app.domain.orders.models import LineItemMove, Order
    from app.domain.payments.models import PaymentIntent, StoredCard

NO_DECLINE_KIND = GatewayDeclineKind.BANK


@dataclass(frozen=True, slots=True)
class PriceShown:
    """What a run of days costs, with its arithmetic: how often, of what, at which price, together."""

    days: int
    parts: tuple[tuple[str, str, str], ...]
    total: str
    haste: str
    """What to know of days that begin before the publisher must have answered; empty when they do not."""


def price_shown(offered: Offered, starts_on: date, ends_before: date, *, account_id: int, now: datetime) -> PriceShown:
    """The cheapest way to make up these days.

    Raises:
        ListingClosed: it is not for sale, or not to its own publisher.
        DaysNotOffered: the dates do not fit.
        DaysTaken: no place is free on all of the days.
    """
    listing, socket, site = offered.listing, offered.socket, offered.site
    is_offered = (listing.kind, listing.state, socket.state, site.state) == (
        ListingKind.RATE_CARD,
        ListingState.OPEN,
        SocketState.OPEN,
        SiteState.PROVED,
    )
    if not is_offered or site.account_id == account_id:
        raise ListingClosed
    card = rate_card_of(listing)
    check_dates(card, starts_on, ends_before, today=today(now, ZoneInfo(site.time_zone)))
    free_place(socket, starts_on, ends_before, looked_at=now)
    combination = cheapest_combination(card, (ends_before - starts_on).days)
    if combination is None:
        raise ListingClosed
    counted = (
        (combination.months, _("30 days"), listing.price_30_days_minor),
        (combination.weeks, _("week"), listing.price_week_minor),
        (combination.days, _("day"), listing.price_day_minor),
    )
    money = partial(amount_words, currency=listing.currency)
    parts = tuple(
        (f"{number} \N{MULTIPLICATION SIGN} {what}", money(price), money(number * price))
        for number, what, price in counted
        if number and price is not None
    )
    starts_at = day_bounds(starts_on, ZoneInfo(site.time_zone))[0]
    haste = _haste(socket_terms(socket).hours_to_answer, starts_at, now)
    return PriceShown((ends_before - starts_on).days, parts, money(combination.total_minor), haste)


def _haste(hours: int, starts_at: datetime, now: datetime) -> str:
    if starts_at - now >= timedelta(hours=hours):
        return ""
    return _(
        "These days begin soon, and the publisher has %(hours)s hours to answer an ad. Days that pass before your "
        "ad is approved are charged, unless the answer came late, so have it ready.",
        hours=hours,
    )


def tax_note() -> str:
    """What to know of taxes before paying."""
    return _("No tax is added here. If the law asks for one on this sale, the publisher settles it with you.")


def card_label(card: "StoredCard") -> str:
    """A card as its owner knows it."""
    return _(
        "%(brand)s ending in %(digits)s, expires %(month)s",
        brand=card.brand,
        digits=card.last_four,
        month=f"{card.expires_month:02}/{card.expires_year}",
    )


def last_decline(intents: "list[PaymentIntent]") -> DeclineSentence | None:
    """What to say of the newest charge when it was declined."""
    charges = [intent for intent in intents if intent.kind is IntentKind.CHARGE]
    if not charges or charges[-1].state is not IntentState.DECLINED:
        return None
    return decline_words(charges[-1])


def decline_words(intent: "PaymentIntent") -> DeclineSentence:
    """What a declined intent means for the buyer."""
    kind = GatewayDeclineKind(intent.decline_kind.value) if intent.decline_kind else NO_DECLINE_KIND
    return decline_sentence(Declined(intent.decline_code or "", "", intent.is_hard_decline, kind))


def is_being_paid(intents: "list[PaymentIntent]") -> bool:
    """Whether a charge is under way, or its answer is not known yet."""
    return any(intent.kind is IntentKind.CHARGE and intent.state in UNSETTLED for intent in intents)


def address_lines(address: Mapping[str, str]) -> list[str]:
    """A party's name and postal address as lines; what is not given leaves none."""
    town = ", ".join(filter(None, (address["city"], address["country_area"])))
    lines = (
        address["name"],
        address["street_address"],
        address["city_area"],
        " ".join(filter(None, (town, address["postal_code"]))),
        country_name(address["country_code"]),
    )
    return [line for line in lines if line]


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One line of an order's timeline."""

    at: datetime
    text: str


def paid_parts(order: "Order") -> list[tuple[str, int]]:
    """What of a total the buyer's credit pays and what the card, in minor units; empty when the card pays all."""
    if not order.credit_minor:
        return []
    by_card_minor = order.total_minor - order.credit_minor
    by_card = [(_("Charged to your card"), by_card_minor)] if by_card_minor else []
    return [(_("From your credit"), order.credit_minor), *by_card]


def timeline(
    order: "Order", moves: "list[LineItemMove]", intents: "list[PaymentIntent]", *, is_buyer: bool
) -> list[TimelineLine]:
    """What happened to an order, oldest first; ``intents`` is empty for those whom payments do not concern."""
    lines = [TimelineLine(order.created_at, _("The order was made."))]
    if is_buyer and order.credit_minor and order.paid_at is not None:
        spent = amount_words(order.credit_minor, order.currency)
        lines.append(TimelineLine(order.paid_at, _("%(amount)s of your credit was spent.", amount=spent)))
    lines += [TimelineLine(intent.settled_at or intent.created_at, _intent_text(intent)) for intent in intents]
    lines += [
        TimelineLine(move.moved_at, LINE_ITEM_STATES[move.to_state].sentence)
        for move in moves
        if move.from_state is not None
    ]
    return sorted(lines, key=lambda line: line.at)


def _intent_text(intent: "PaymentIntent") -> str:
    amount = amount_words(intent.amount_minor, intent.currency)
    if intent.kind is IntentKind.REFUND:
        if intent.state is IntentState.SUCCEEDED:
            return _("%(amount)s went back to your card.", amount=amount)
        if intent.state is IntentState.DECLINED:
            return _("%(amount)s went to your credit.", amount=amount)
        return _("%(amount)s is on its way back to your card.", amount=amount)
    if intent.state is IntentState.SUCCEEDED:
        return _("Your card was charged %(amount)s.", amount=amount)
    if intent.state is IntentState.DECLINED:
        return " ".join(
            (_("A payment of %(amount)s was declined.", amount=amount), translated(decline_words(intent).happened))
        )
    return _("A payment of %(amount)s is being confirmed.", amount=amount)
