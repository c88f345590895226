"""Putting a flight up for auction: the form, the preview of what a buyer sees, changes before the first bid."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import url_for
from werkzeug.wrappers import Response

from app.domain.auctions.queries import own_auction_view
from app.domain.auctions.service.opening import (
    AuctionPlan,
    amend_auction,
    check_plan,
    hours_before_flight,
    open_auction,
)
from app.domain.inventory.queries import own_socket
from app.foundation.access import Permission
from app.foundation.errors import InvariantBroken, Refusal
from app.foundation.flight import Flight
from app.foundation.money import format_amount
from app.web.bidding.blueprint import NEW_AUCTION, OWN_AUCTION, blueprint
from app.web.bidding.forms import LOOK, PLACE, AuctionForm, NewAuctionForm
from app.web.shell.access import requires
from app.web.shell.answers import flash_on_success, invalid, render, submit
from app.web.shell.principal import me, request_now
from app.web.shell.tools import config
from app.web.words.dates import run_and_length_words
from app.web.words.messages import _

if TYPE_CHECKING:
    from app.domain.auctions.models import Auction
    from app.domain.inventory.models import Site, Socket

NEW_PAGE = "bidding/new_auction.html"
FIELD_STATUSES = frozenset({409, 422})


@dataclass(frozen=True, slots=True)
class AuctionFormSubject:
    """What the form of an auction is about: a socket, or an auction that is to be changed."""

    socket: "Socket"
    site: "Site"
    auction: "Auction | None"
    action: str

    @property
    def auction_id(self) -> int:
        """The auction that is to be changed."""
        return self._known.id

    @property
    def flight(self) -> Flight:
        """The dates of an auction that is to be changed."""
        return Flight(self._known.starts_on, self._known.ends_before)

    @property
    def _known(self) -> "Auction":
        if self.auction is None:
            message = "an auction that is not there yet was to be changed"
            raise InvariantBroken(message)
        return self.auction


@blueprint.get(NEW_AUCTION)
@requires(Permission.SELL)
def new_auction(socket_id: int) -> Response:
    """The form that puts a flight of a socket up for auction."""
    return render(NEW_PAGE, form=NewAuctionForm(formdata=None), **_page(_subject_of_socket(socket_id)))


@blueprint.post(NEW_AUCTION)
@requires(Permission.SELL)
def start_auction(socket_id: int) -> Response:
    """Shows what a buyer would see, or opens the auction."""
    form, person, now = NewAuctionForm(), me(), request_now()
    if form.text("step") == LOOK:
        return _look(form, _subject_of_socket(socket_id))

    def work() -> str:
        plan = _plan(form, _subject_of_socket(socket_id))
        auction = open_auction(person.account_id, socket_id, plan, currency=config().currency, now=now)
        return url_for("bidding.auction", public_id=auction.public_id)

    response = submit(form, work, NEW_PAGE, lambda: _again(form, _subject_of_socket(socket_id)))
    return flash_on_success(response, _("The auction is open. This is what buyers see."))


@blueprint.get(f"{OWN_AUCTION}/terms")
@requires(Permission.SELL)
def terms(public_id: str) -> Response:
    """The form that changes prices and end before the first bid."""
    subject = _subject_of_auction(public_id)
    form = AuctionForm(formdata=None, data=_typed(subject))
    return render(NEW_PAGE, form=form, **_page(subject))


@blueprint.post(f"{OWN_AUCTION}/terms")
@requires(Permission.SELL)
def amend(public_id: str) -> Response:
    """Shows what a buyer would see, or changes prices and end."""
    form, person = AuctionForm(), me()
    if form.text("step") == LOOK:
        return _look(form, _subject_of_auction(public_id))

    def work() -> str:
        subject = _subject_of_auction(public_id)
        amend_auction(person.account_id, subject.auction_id, _plan(form, subject))
        return url_for("bidding.auction", public_id=public_id)

    response = submit(form, work, NEW_PAGE, lambda: _again(form, _subject_of_auction(public_id)))
    return flash_on_success(response, _("The terms are changed."))


def _look(form: AuctionForm, subject: AuctionFormSubject) -> Response:
    if not form.validate_on_submit():
        return invalid(NEW_PAGE, form=form, **_page(subject))
    try:
        plan = _plan(form, subject)
        check_plan(me().account_id, subject.socket.id, plan, now=request_now())
    except Refusal as refusal:
        if refusal.status not in FIELD_STATUSES:
            raise
        form.take(refusal)
        return invalid(NEW_PAGE, form=form, **_page(subject))
    entered = {field.name: field.data for field in form if field.name not in {"csrf_token", "request_key", "step"}}
    confirm = type(form)(formdata=None, data=entered | {"step": PLACE})
    return render(NEW_PAGE, form=form, **_page(subject), confirm=confirm, preview=_preview(plan, subject))


def _preview(plan: AuctionPlan, subject: AuctionFormSubject) -> dict[str, object]:
    """What a buyer will see; the reserve is not among it, only that there is one."""
    currency, zone = config().currency, ZoneInfo(subject.site.time_zone)
    buy_now_minor = plan.buy_now_price_minor
    return {
        "flight": run_and_length_words(plan.starts_on, plan.ends_before),
        "opening_price": format_amount(plan.opening_price_minor, currency),
        "reserve": _("Reserve not met") if plan.reserve_price_minor is not None else _("No reserve"),
        "buy_now": format_amount(buy_now_minor, currency) if buy_now_minor is not None else None,
        "ends_at": plan.scheduled_end_at.astimezone(zone),
        "hard_end_at": plan.hard_end_at.astimezone(zone),
        "pay_hours": plan.pay_hours,
    }


def _again(form: AuctionForm, subject: AuctionFormSubject) -> dict[str, object]:
    """The page after a mistake: the next step is to look again."""
    form.step.data = LOOK
    return _page(subject)


def _page(subject: AuctionFormSubject) -> dict[str, object]:
    return {
        "subject": subject,
        "socket": subject.socket,
        "site": subject.site,
        "currency": config().currency,
        "hours_before_flight": hours_before_flight(subject.socket.approval_hours),
    }


def _subject_of_socket(socket_id: int) -> AuctionFormSubject:
    socket, site = own_socket(me().account_id, socket_id)
    return AuctionFormSubject(socket, site, None, url_for("bidding.start_auction", socket_id=socket_id))


def _subject_of_auction(public_id: str) -> AuctionFormSubject:
    view = own_auction_view(me().account_id, public_id)
    return AuctionFormSubject(view.socket, view.site, view.auction, url_for("bidding.amend", public_id=public_id))


def _plan(form: AuctionForm, subject: AuctionFormSubject) -> AuctionPlan:
    flight = form.flight if isinstance(form, NewAuctionForm) else subject.flight
    return AuctionPlan(
        starts_on=flight.starts_on,
        ends_before=flight.ends_before,
        opening_price_minor=form.opening_price.minor or 0,
        reserve_price_minor=form.reserve_price.minor,
        buy_now_price_minor=form.buy_now_price.minor,
        scheduled_end_at=form.end_in(ZoneInfo(subject.site.time_zone)),
        is_short_notice=bool(form.is_short_notice.data),
    )


def _typed(subject: AuctionFormSubject) -> dict[str, object]:
    """The terms of an auction as its form holds them."""
    auction = subject.auction
    if auction is None:
        return {}
    prices = {
        "opening_price": auction.opening_price_minor,
        "reserve_price": auction.reserve_price_minor,
        "buy_now_price": auction.buy_now_price_minor,
    }
    shown = {name: format_amount(price, auction.currency) for name, price in prices.items() if price is not None}
    local = auction.scheduled_end_at.astimezone(ZoneInfo(subject.site.time_zone))
    return {**shown, "ends_at": local.replace(tzinfo=None), "is_short_notice": auction.is_short_notice}
