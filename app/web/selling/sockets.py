"""The pages of a socket: adding it, changing it, taking it off the market and back."""

from typing import TYPE_CHECKING

from flask import url_for
from werkzeug.wrappers import Response

from app.domain.inventory.queries import open_listings_of_socket, own_site, own_socket, rate_card_of
from app.domain.inventory.service import sockets as verbs
from app.domain.inventory.states import ApprovalRule, CreativeFormat, ListingKind, OnSilence, PagePosition
from app.foundation.access import Permission
from app.foundation.errors import InvariantBroken
from app.web.parts.products import product_names
from app.web.selling.blueprint import SITE, SOCKET, blueprint
from app.web.selling.choices import (
    SIZES,
    size_key,
    size_name,
)
from app.web.selling.forms import SocketForm
from app.web.selling.pages import price_lines
from app.web.shell.access import requires
from app.web.shell.answers import flash_on_success, render, submit
from app.web.shell.forms import Form
from app.web.shell.principal import me, request_now
from app.web.words.messages import _
from app.web.words.states.inventory import CREATIVE_FORMATS, FALLBACKS, OWN_APPROVAL_RULES, OWN_SILENCES, POSITIONS

if TYPE_CHECKING:
    from app.domain.inventory.models import Socket

SOCKET_PAGE = "selling/socket.html"
SOCKET_FORM = "selling/socket_form.html"
FORMATS_USUAL = (
    CreativeFormat.JPEG.value,
    CreativeFormat.PNG.value,
    CreativeFormat.GIF.value,
    CreativeFormat.WEBP.value,
)


@blueprint.get(f"{SITE}/sockets/new")
@requires(Permission.SELL)
def new_socket(site_id: int) -> Response:
    """The form that adds a socket to a site."""
    site = own_site(me().account_id, site_id)
    return render(SOCKET_FORM, form=SocketForm(formats=FORMATS_USUAL), site=site, socket=None, sizes=SIZES)


@blueprint.post(f"{SITE}/sockets/new")
@requires(Permission.SELL)
def add_socket(site_id: int) -> Response:
    """Adds a socket to a site."""
    form, person, now = SocketForm(), me(), request_now()

    def work() -> str:
        socket = verbs.add_socket(person.account_id, site_id, _details(form), now=now)
        return url_for("selling.socket", socket_id=socket.id)

    context = lambda: {"site": own_site(person.account_id, site_id), "socket": None, "sizes": SIZES}  # noqa: E731 - asked only after a mistake
    return flash_on_success(submit(form, work, SOCKET_FORM, context), _("The socket is added."))


@blueprint.get(SOCKET)
@requires(Permission.SELL)
def socket(socket_id: int) -> Response:
    """A socket as its publisher sees it: what it is, whether it is on sale, what to do next."""
    return render(SOCKET_PAGE, form=Form(), **_page(socket_id))


@blueprint.get(f"{SOCKET}/details")
@requires(Permission.SELL)
def socket_details(socket_id: int) -> Response:
    """The form that changes a socket."""
    found, site = own_socket(me().account_id, socket_id)
    form = SocketForm(obj=found, size=size_key(found.width_px, found.height_px))
    return render(SOCKET_FORM, form=form, site=site, socket=found, sizes=SIZES)


@blueprint.post(f"{SOCKET}/details")
@requires(Permission.SELL)
def save_socket(socket_id: int) -> Response:
    """Changes a socket for sales from now on."""
    form, person, now = SocketForm(), me(), request_now()

    def work() -> str:
        verbs.amend_socket(person.account_id, socket_id, _details(form), now=now)
        return url_for("selling.socket", socket_id=socket_id)

    def context() -> dict[str, object]:
        found, site = own_socket(person.account_id, socket_id)
        return {"site": site, "socket": found, "sizes": SIZES}

    return flash_on_success(submit(form, work, SOCKET_FORM, context), _("Saved."))


@blueprint.post(f"{SOCKET}/closing")
@requires(Permission.SELL)
def close_socket(socket_id: int) -> Response:
    """Takes a socket off the market."""
    person = me()

    def work() -> str:
        verbs.close_socket(person.account_id, socket_id)
        return url_for("selling.socket", socket_id=socket_id)

    closed = _("The socket is closed. What is sold runs on.")
    return flash_on_success(submit(Form(), work, SOCKET_PAGE, lambda: _page(socket_id)), closed)


@blueprint.post(f"{SOCKET}/reopening")
@requires(Permission.SELL)
def reopen_socket(socket_id: int) -> Response:
    """Brings a closed socket back to the market."""
    person = me()

    def work() -> str:
        verbs.reopen_socket(person.account_id, socket_id)
        return url_for("selling.socket", socket_id=socket_id)

    return flash_on_success(submit(Form(), work, SOCKET_PAGE, lambda: _page(socket_id)), _("The socket is open again."))


def _page(socket_id: int) -> dict[str, object]:
    found, site = own_socket(me().account_id, socket_id)
    listings = open_listings_of_socket(found.id)
    card = next((listing for listing in listings if listing.kind is ListingKind.RATE_CARD), None)
    return {
        "socket": found,
        "site": site,
        "size_name": size_name(found.width_px, found.height_px),
        "words": _words(found),
        "card": card,
        "auctions": [listing for listing in listings if listing.kind is ListingKind.AUCTION],
        "lines": price_lines(rate_card_of(card), card.currency) if card else [],
    }


def _words(found: "Socket") -> dict[str, str]:
    blocked = product_names(found.blocked_products)
    return {
        "position": POSITIONS[found.position].label,
        "formats": ", ".join(CREATIVE_FORMATS[CreativeFormat(value)].label for value in found.formats),
        "approval": OWN_APPROVAL_RULES[found.approval_rule].label,
        "on_silence": OWN_SILENCES[found.on_silence].label,
        "blocked": ", ".join(blocked) or _("None"),
        "fallback": FALLBACKS[found.fallback].label,
    }


def _details(form: SocketForm) -> verbs.SocketDetails:
    measures = form.measures
    if measures is None:
        message = "a socket without a size was validated"
        raise InvariantBroken(message)
    return verbs.SocketDetails(
        name=form.text("name"),
        page_hint=form.text("page_hint"),
        position=PagePosition(form.text("position")),
        width_px=measures[0],
        height_px=measures[1],
        formats=tuple(CreativeFormat(value) for value in form.formats.data or ()),
        places=form.places.data or 1,
        approval_rule=ApprovalRule(form.text("approval_rule")),
        approval_hours=form.approval_hours.data or 0,
        on_silence=OnSilence(form.text("on_silence")),
        taste_rules=form.text("taste_rules"),
        blocked_products=tuple(form.blocked_products.data or ()),
    )
