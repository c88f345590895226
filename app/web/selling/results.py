"""A socket's results for its publisher: everything booked on it, or one line item with the buyer's own numbers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import request
from werkzeug.wrappers import Response

from app.domain.catalogue.queries.results import SoldLineItem, sold_on
from app.domain.inventory.queries import own_socket
from app.domain.orders.queries import flight_of
from app.foundation.access import Permission
from app.foundation.errors import NotFound
from app.web.parts.result_pages import Addresses, chart_answer, file_answer, results_page
from app.web.parts.results import ResultsSubject
from app.web.selling.blueprint import SOCKET, blueprint
from app.web.shell.access import requires
from app.web.shell.answers import render
from app.web.shell.principal import me, request_now
from app.web.words.dates import run_words

if TYPE_CHECKING:
    from app.domain.inventory.models import Site, Socket

LINE_ITEM = "line_item"


@blueprint.get(f"{SOCKET}/results")
@requires(Permission.SELL)
def results(socket_id: int) -> Response:
    """What was counted in a socket, by day or by hour."""
    socket, site = own_socket(me().account_id, socket_id)
    sold = sold_on(socket.id)
    chosen = _chosen(sold)
    parts = {"socket_id": str(socket.id)} | ({LINE_ITEM: chosen.line_item.public_id} if chosen else {})
    page = results_page(_subject(socket, site, chosen), Addresses("selling.results", parts), request_now())
    options = [(one.line_item.public_id, _name(one)) for one in sold]
    return render(
        "selling/results.html", socket=socket, site=site, sold=options, chosen=parts.get(LINE_ITEM, ""), page=page
    )


@blueprint.get(f"{SOCKET}/results/chart.svg")
@requires(Permission.SELL)
def results_chart(socket_id: int) -> Response:
    """The chart of a socket's results."""
    return chart_answer(_asked_subject(socket_id), request_now())


@blueprint.get(f"{SOCKET}/results/results.csv")
@requires(Permission.SELL)
def results_file(socket_id: int) -> Response:
    """A socket's results to take away."""
    return file_answer(_asked_subject(socket_id), request_now())


def _asked_subject(socket_id: int) -> ResultsSubject:
    socket, site = own_socket(me().account_id, socket_id)
    sold = sold_on(socket.id) if request.args.get(LINE_ITEM) else []
    return _subject(socket, site, _chosen(sold))


def _chosen(sold: Sequence[SoldLineItem]) -> SoldLineItem | None:
    public_id = request.args.get(LINE_ITEM)
    if not public_id:
        return None
    found = next((one for one in sold if one.line_item.public_id == public_id), None)
    if found is None:
        raise NotFound
    return found


def _subject(socket: "Socket", site: "Site", chosen: SoldLineItem | None) -> ResultsSubject:
    if chosen is None:
        return ResultsSubject(site.name, socket.name, socket.id, ZoneInfo(site.time_zone))
    line_item = chosen.line_item
    zone = ZoneInfo(line_item.time_zone)
    return ResultsSubject(site.name, socket.name, socket.id, zone, line_item.id, flight_of(line_item))


def _name(sold: SoldLineItem) -> str:
    line_item = sold.line_item
    return f"{sold.buyer}, {run_words(line_item.starts_on, line_item.ends_before)}"
