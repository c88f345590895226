"""What a page of results offers around its rows: periods to choose, the chart, and the file to take away."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from flask import make_response, request, url_for
from werkzeug.wrappers import Response

from app.domain.measurement.queries.statistics import EventFigures
from app.domain.measurement.states import Measure
from app.foundation.flight import today
from app.foundation.messages import N_
from app.web.parts.charts import NARROW, WIDE, ChartLayer, bar_chart
from app.web.parts.results import MONTH_DAYS, Results, ResultsSubject, Row, results_of
from app.web.words.messages import _, translated
from app.web.words.states.measurement import MEASURES

DAY = timedelta(days=1)
NARROW_NAME = "narrow"
# By whether it is about one line item, and whether its bars are hours.
CHART_WORDS = {
    (True, True): N_("Impressions by hour, %(period)s. The table below has every figure."),
    (True, False): N_("Impressions by day, %(period)s. The table below has every figure."),
    (False, True): N_("Requests and impressions by hour, %(period)s. The table below has every figure."),
    (False, False): N_("Requests and impressions by day, %(period)s. The table below has every figure."),
}
# A spreadsheet takes a cell that begins like this for a formula, and runs it.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = {
    Measure.REQUEST: N_("requests (count)"),
    Measure.FILLED: N_("filled (count)"),
    Measure.IMPRESSION: N_("impressions (count)"),
    Measure.MEASURABLE: N_("measurable (count)"),
    Measure.VIEWABLE: N_("viewable (count)"),
    Measure.CLICK: N_("clicks (count)"),
}
SHARES = ((Measure.VIEWABLE, Measure.MEASURABLE), (Measure.CLICK, Measure.IMPRESSION))


@dataclass(frozen=True, slots=True)
class Addresses:
    """The three addresses of a page of results: itself, its chart and its file."""

    page: str
    """The endpoint; the other two are called ``<page>_chart`` and ``<page>_file``."""
    parts: Mapping[str, str] = field(default_factory=dict)

    def of(self, kind: str = "", **query: str) -> str:
        """One of them, for a period."""
        values: dict[str, Any] = {**self.parts, **query}
        return url_for(f"{self.page}{kind}", **values)


@dataclass(frozen=True, slots=True)
class PeriodChoice:
    """A period that can be chosen."""

    words: str
    url: str
    is_chosen: bool


def results_page(subject: ResultsSubject, addresses: Addresses, now: datetime) -> dict[str, object]:
    """Everything that the shared part of both sides' pages shows."""
    results = results_of(subject, request.args, now)
    here = today(now, subject.zone)
    query = results.period.query
    return {
        "results": results,
        "measures": MEASURES,
        "choices": _choices(results, addresses, here),
        "neighbours": _neighbours(results, addresses, here),
        "day_url": lambda day: addresses.of(day=day.isoformat()),
        "chart": {
            "wide": addresses.of("_chart", **query),
            "narrow": addresses.of("_chart", **query, shape=NARROW_NAME),
            "shapes": (WIDE, NARROW),
            "legend": [layer.name for layer in _layers(results)],
            "words": _chart_words(results),
        },
        "file_url": addresses.of("_file", **query),
    }


def chart_answer(subject: ResultsSubject, now: datetime) -> Response:
    """The chart of the same rows."""
    results = results_of(subject, request.args, now)
    shape = NARROW if request.args.get("shape") == NARROW_NAME else WIDE
    return bar_chart(_chart_words(results), [row.short for row in results.rows], _layers(results), shape)


def file_answer(subject: ResultsSubject, now: datetime) -> Response:
    """The rows of the table as CSV; the header says the units, and no cell can be taken for a formula."""
    results = results_of(subject, request.args, now)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    zone = results.zone_name
    when = _("hour (%(zone)s)", zone=zone) if results.period.by_hour else _("day (%(zone)s)", zone=zone)
    counts = [translated(COLUMNS[measure]) for measure in Measure]
    shares = [_("viewable share (% of measurable)"), _("click rate (% of impressions)")]
    writer.writerow([_("site"), _("socket"), when, *counts, *shares])
    for row in [*results.rows, *([results.after] if results.after else [])]:
        when = _when(row, results)
        rates = [_percent(row.figures, *parts) for parts in SHARES]
        writer.writerow([*map(plain_cell, (subject.site, subject.socket)), when, *row.counts, *rates])
    response = make_response(text.getvalue())
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{_file_name(results)}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _when(row: Row, results: Results) -> str:
    if row.day is not None:
        return row.day.isoformat()
    return row.label if row is results.after else f"{results.period.first.isoformat()} {row.label}"


def plain_cell(text: str) -> str:
    """A text that a spreadsheet shows and does not run.

    >>> plain_cell("=1+1"), plain_cell("Compiler News")
    ("'=1+1", 'Compiler News')
    """
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def _percent(figures: EventFigures, part: Measure, whole: Measure) -> str:
    """A share as every program reads a number; empty when there is nothing to have a share of."""
    return f"{100 * figures.counted(part) / figures.counted(whole):.1f}" if figures.counted(whole) else ""


def _file_name(results: Results) -> str:
    period = results.period
    days = f"{period.first}" if period.by_hour else f"{period.first}-to-{period.before - DAY}"
    return f"isocket-results-{results.subject.socket_id}-{days}.csv"


def _layers(results: Results) -> list[ChartLayer]:
    """What the bars are made of: of a line item its impressions, of a socket its requests."""
    counts = {
        measure: [row.figures.counted(measure) for row in results.rows]
        for measure in (Measure.REQUEST, Measure.IMPRESSION, Measure.VIEWABLE)
    }
    seen, shown = counts[Measure.VIEWABLE], counts[Measure.IMPRESSION]
    # An impression can fall into the hour after its request: a drawing has no bars below nothing.
    unseen = [max(whole - part, 0) for whole, part in zip(shown, seen, strict=True)]
    layers = [ChartLayer(_("Viewable impressions"), seen), ChartLayer(_("Other impressions"), unseen)]
    if results.subject.line_item_id is None:
        unshown = [max(whole - part, 0) for whole, part in zip(counts[Measure.REQUEST], shown, strict=True)]
        layers.append(ChartLayer(_("Requests without an impression"), unshown))
    return layers


def _chart_words(results: Results) -> str:
    words = CHART_WORDS[results.subject.line_item_id is not None, results.period.by_hour]
    return translated(words) % {"period": results.period.words}


def _choices(results: Results, addresses: Addresses, here: date) -> list[PeriodChoice]:
    flight, period = results.subject.flight, results.period
    is_month = not period.by_hour and not period.is_flight
    choices = []
    if flight is not None:
        choices.append(PeriodChoice(_("The whole flight"), addresses.of(period="flight"), period.is_flight))
    if flight is None or flight.length > MONTH_DAYS:
        choices.append(PeriodChoice(_("30 days"), addresses.of(period="month"), is_month))
    last = here if flight is None else min(here, flight.ends_on)
    if flight is None or last >= flight.starts_on:
        choices.append(PeriodChoice(_("One day by hour"), addresses.of(day=last.isoformat()), period.by_hour))
    return choices


def _neighbours(results: Results, addresses: Addresses, here: date) -> list[tuple[str, str]]:
    """The period before and the one after, where there are results to look at."""
    flight, period = results.subject.flight, results.period
    if period.is_flight or period.is_empty:
        return []
    found = []
    if flight is None or period.first > flight.starts_on:
        earlier = _("Earlier day") if period.by_hour else _("Earlier 30 days")
        found.append((earlier, _ending(period.first - DAY, addresses, by_hour=period.by_hour)))
    last = here if flight is None else min(here, flight.ends_on)
    if period.before <= last:
        until = period.first + DAY if period.by_hour else min(period.before + (MONTH_DAYS - 1) * DAY, last)
        later = _("Later day") if period.by_hour else _("Later 30 days")
        found.append((later, _ending(until, addresses, by_hour=period.by_hour)))
    return found


def _ending(day: date, addresses: Addresses, *, by_hour: bool) -> str:
    if by_hour:
        return addresses.of(day=day.isoformat())
    return addresses.of(period="month", until=day.isoformat())
