"""The publisher's first page: what needs you, the coming weeks, earnings, and what is for sale."""

from werkzeug.wrappers import Response

from app.domain.catalogue.queries.dashboards import publisher_deadlines, socket_overview, taken_days
from app.domain.measurement.queries.results import totals_of_sockets
from app.domain.settlement.queries.earnings import least_payout_minor, money_of_publisher
from app.foundation.access import Permission
from app.web.selling.blueprint import blueprint
from app.web.selling.dashboard_rows import (
    DAY,
    WEEKS_AHEAD_DAYS,
    payout_needs,
    performance_of,
    publisher_needs,
    site_rows,
    strips_of,
)
from app.web.shell.access import requires
from app.web.shell.answers import render
from app.web.shell.principal import me, request_now
from app.web.shell.tools import config
from app.web.words.states.inventory import SITE_STATES

PERIODS_DAYS = (30, 7)


@blueprint.get("")
@requires(Permission.SELL)
def home() -> Response:
    """What needs the publisher now, what is sold in the coming weeks, and what is for sale."""
    account_id, now = me().account_id, request_now()
    overview = socket_overview(account_id, now)
    if not overview:
        return render("selling/home_empty.html")
    sockets = [row.socket.id for row in overview if row.socket is not None]
    first, before = now.date() - DAY, now.date() + (WEEKS_AHEAD_DAYS + 1) * DAY
    taken = taken_days(sockets, first=first, before=before, now=now)
    counted = totals_of_sockets(sockets, [now - days * DAY for days in PERIODS_DAYS])
    reviews, awards = publisher_deadlines(account_id)
    money = money_of_publisher(account_id, now=now)
    return render(
        "selling/home.html",
        needs=[*publisher_needs(overview, reviews, awards, now), *payout_needs(money)],
        strips=strips_of(overview, taken, now),
        earnings=money.earnings,
        payout_minor_min=least_payout_minor(),
        currency=config().currency,
        performance=performance_of(overview, counted),
        rows=site_rows(overview),
        site_states=SITE_STATES,
    )
