"""What is on the market and what became of it: sites, auctions, orders, and the accounts behind them. Only reads."""

from werkzeug.wrappers import Response

from app.domain.accounts.queries import person_of_account
from app.domain.auctions.queries import all_auctions, auction_view, awards_of, bids_on
from app.domain.auctions.queries import page_of_strikes as strikes_page
from app.domain.documents.queries import invoice_of
from app.domain.inventory.queries import all_sites, any_site, own_sites, sockets_of
from app.domain.ledger.queries import entries_of
from app.domain.orders.queries import (
    all_orders,
    any_order,
    bought_by,
    line_item_with_socket,
    moves_of,
    order_names,
    sold_by,
)
from app.domain.payments.queries import intents_of
from app.foundation.access import Permission, allows
from app.foundation.errors import NotFound
from app.web.admin.blueprint import blueprint
from app.web.admin.pages import masked_person
from app.web.admin.staff_page import asked_page, existing, note_view, staff_page
from app.web.shell.access import requires
from app.web.shell.principal import me
from app.web.words.messages import _

ORDERS_SHOWN_MAX = 25


@blueprint.get("/staff/sites")
@requires(Permission.SEE_MARKET)
def sites() -> Response:
    """Every site with its proof, newest first."""
    return staff_page("admin/sites.html", page=existing(all_sites(asked_page())))


@blueprint.get("/staff/sites/<int:site_id>")
@requires(Permission.SEE_MARKET)
def site(site_id: int) -> Response:
    """One site: its proof, the last look at it, and its sockets."""
    found = any_site(site_id)
    return staff_page("admin/site.html", site=found, sockets=sockets_of(found.id))


@blueprint.get("/staff/auctions")
@requires(Permission.SEE_MARKET)
def auctions() -> Response:
    """Every auction, newest first."""
    return staff_page("admin/auctions.html", page=existing(all_auctions(asked_page())))


@blueprint.get("/staff/auctions/<public_id>")
@requires(Permission.SEE_MARKET)
def auction(public_id: str) -> Response:
    """One auction with its bids and awards; ceilings and reserve for those only who may see money."""
    shows_amounts = allows(me(), Permission.SEE_MONEY)
    note_view(
        "auction_viewed", f"auction:{public_id}", page=asked_page(), ceilings="shown" if shows_amounts else "hidden"
    )
    view = auction_view(public_id)
    awards = awards_of(view.auction.id)
    return staff_page(
        "admin/auction.html",
        view=view,
        auction=view.auction,
        shows_amounts=shows_amounts,
        page=existing(bids_on(view.auction.id, asked_page())),
        awards=awards,
        orders=order_names([award.order_id for award in awards if award.order_id is not None]),
    )


@blueprint.get("/staff/orders")
@requires(Permission.SEE_MARKET)
def orders() -> Response:
    """Every order, newest first."""
    return staff_page("admin/orders.html", page=existing(all_orders(asked_page())))


@blueprint.get("/staff/orders/<public_id>")
@requires(Permission.SEE_MARKET)
def order(public_id: str) -> Response:
    """One order: its line item and how that moved; payments and ledger entries for those only who may see money."""
    shows_money = allows(me(), Permission.SEE_MONEY)
    note_view("order_viewed", f"order:{public_id}", payments="shown" if shows_money else "hidden")
    found = any_order(public_id)
    item, socket, site = line_item_with_socket(found.id)
    return staff_page(
        "admin/order.html",
        order=found,
        item=item,
        socket=socket,
        site=site,
        moves=moves_of(item.id),
        shows_money=shows_money,
        invoice=invoice_of(found.id),
        intents=intents_of(found.id) if shows_money else [],
        entries=entries_of(item.id) if shows_money else [],
    )


@blueprint.get("/staff/accounts/<int:account_id>")
@requires(Permission.SEE_MARKET)
def account(account_id: int) -> Response:
    """One account: who is behind it, masked, and what it has, bought and sold."""
    note_view("account_viewed", f"account:{account_id}")
    row = person_of_account(account_id)
    if row is None:
        raise NotFound
    return staff_page(
        "admin/account.html",
        account_id=account_id,
        person=masked_person(row) if allows(me(), Permission.SEE_PEOPLE) else None,
        sites=own_sites(account_id),
        trades=(
            (_("Bought"), bought_by(account_id)[:ORDERS_SHOWN_MAX]),
            (_("Sold"), sold_by(account_id)[:ORDERS_SHOWN_MAX]),
        ),
        strikes=strikes_page(1, account_id).rows,
    )
