"""The buyer's first page: what needs you, what runs, what comes, your bids and your money."""

from werkzeug.wrappers import Response

from app.domain.catalogue.queries.dashboards import bids_and_awards_of, money_of_buyer, money_of_line_items
from app.domain.creatives.queries import paid_line_items_of
from app.domain.measurement.queries.results import totals_of_line_items
from app.web.campaigns.blueprint import blueprint
from app.web.campaigns.dashboard_rows import MONTH, SINCE_THE_BEGINNING, bid_lines, buyer_needs, lines_of, month_totals
from app.web.shell.access import signed_in
from app.web.shell.answers import render
from app.web.shell.principal import me, request_now
from app.web.shell.tools import config


@blueprint.get("")
@signed_in
def home() -> Response:
    """What needs the buyer now, what runs, what comes, and what was paid for it."""
    account_id, now = me().account_id, request_now()
    rows, bids = paid_line_items_of(account_id), bids_and_awards_of(account_id)
    if not rows and not bids:
        return render("campaigns/dashboard_empty.html")
    ids = [row.line_item.id for row in rows]
    counted = totals_of_line_items(ids, [SINCE_THE_BEGINNING, now - MONTH])
    return render(
        "campaigns/dashboard.html",
        needs=buyer_needs(rows, bids, now),
        lines=lines_of(rows, counted, money_of_line_items(ids), now),
        bids=bid_lines(bids, now),
        month=month_totals(counted),
        money=money_of_buyer(account_id),
        currency=config().currency,
    )
