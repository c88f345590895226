"""A line item's results for its buyer: the same rows that its publisher sees."""

from zoneinfo import ZoneInfo

from werkzeug.wrappers import Response

from app.domain.creatives.queries import PaidLineItem, booked
from app.domain.orders.queries import flight_of
from app.foundation.errors import NotFound
from app.web.campaigns.blueprint import blueprint
from app.web.parts.result_pages import Addresses, chart_answer, file_answer, results_page
from app.web.parts.results import ResultsSubject
from app.web.shell.access import signed_in
from app.web.shell.answers import render
from app.web.shell.principal import me, request_now
from app.web.words.dates import run_words


@blueprint.get("/<public_id>/results")
@signed_in
def results(public_id: str) -> Response:
    """What was counted of a line item, by day or by hour."""
    found = _bought(public_id)
    page = results_page(_subject(found), Addresses("campaigns.results", {"public_id": public_id}), request_now())
    line_item = found.line_item
    days = run_words(line_item.starts_on, line_item.ends_before)
    return render("campaigns/results.html", found=found, days=days, page=page)


@blueprint.get("/<public_id>/results/chart.svg")
@signed_in
def results_chart(public_id: str) -> Response:
    """The chart of a line item's results."""
    return chart_answer(_subject(_bought(public_id)), request_now())


@blueprint.get("/<public_id>/results/results.csv")
@signed_in
def results_file(public_id: str) -> Response:
    """A line item's results to take away."""
    return file_answer(_subject(_bought(public_id)), request_now())


def _bought(public_id: str) -> PaidLineItem:
    """A line item that this person bought; its publisher finds the same numbers under Sell."""
    found = booked(me().account_id, public_id)
    if not found.is_buyer:
        raise NotFound
    return found


def _subject(found: PaidLineItem) -> ResultsSubject:
    line_item = found.line_item
    zone, flight = ZoneInfo(line_item.time_zone), flight_of(line_item)
    return ResultsSubject(found.site.name, found.socket.name, found.socket.id, zone, line_item.id, flight)
