"""From any number or name that somebody quotes to the staff page about it."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from app.domain.accounts.queries import account_called
from app.domain.auctions.queries import auction_called
from app.domain.creatives.queries import line_item_called
from app.domain.inventory.queries import site_called
from app.domain.orders.queries import order_called, order_names
from app.domain.payments.queries import order_of_intent
from app.domain.settlement.queries.payouts import is_batch, payout_called
from app.foundation.access import Permission, allows
from app.web.admin.blueprint import blueprint
from app.web.admin.staff_page import staff_page
from app.web.shell.access import requires
from app.web.shell.answers import SEE_OTHER
from app.web.shell.principal import me

# The longest name there is: a slug or the key of a payment.
CHARACTERS_MAX = 80


@blueprint.get("/staff/search")
@requires(Permission.SEE_MARKET)
def search() -> Response:
    """Goes straight to what is called so; explains itself when nothing is."""
    text = request.args.get("q", "").strip()
    address = _address_of(text) if text and len(text) <= CHARACTERS_MAX else None
    if address is not None:
        return redirect(address, SEE_OTHER)
    return staff_page("admin/search.html", text=text[:CHARACTERS_MAX])


def _address_of(name: str) -> str | None:
    auction = auction_called(name)
    if auction is not None:
        return url_for("admin.auction", public_id=auction)
    line_item = line_item_called(name)
    if line_item is not None:
        return url_for("admin.line_item", public_id=line_item)
    order = order_called(name) or _paid_with(name)
    if order is not None:
        return url_for("admin.order", public_id=order)
    site_id = site_called(name)
    if site_id is not None:
        return url_for("admin.site", site_id=site_id)
    payout = _payout_page(name) if allows(me(), Permission.SEE_PAYOUTS) else None
    if payout is not None:
        return payout
    account_id = account_called(name)
    return None if account_id is None else url_for("admin.account", account_id=account_id)


def _paid_with(name: str) -> str | None:
    order_id = order_of_intent(name)
    return None if order_id is None else order_names([order_id]).get(order_id)


def _payout_page(name: str) -> str | None:
    if is_batch(name):
        return url_for("admin.payout_file", public_id=name)
    return None if payout_called(name) is None else url_for("admin.payout", public_id=name)
