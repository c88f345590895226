"""Charts as SVG made on the server: bars that fit a phone or a desk, in the colours of the page's own scheme.

An image in a page hears of its colour scheme but not of its styles, so the colours of ``base.css`` stand here again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pygal
from flask import make_response
from pygal.style import Style
from werkzeug.wrappers import Response

DRAWN = "{http://www.w3.org/2000/svg}"
FIGURES_SHOWN_MAX = 1000
# The file is drawn by itself: it may use its own style, and nothing else from anywhere.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
FONT = '-apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif'
SHAPES = """
.background { fill: none }
.axis text { stroke: none }
.axis.x text { text-anchor: middle }
.axis.y text { text-anchor: end }
.axis .guide.line, .axis .line { fill: none }
.axis.x .line { stroke: none }
text { font-variant-numeric: tabular-nums }
"""
SHADES = 3
LIGHT: dict[str | int, str] = {
    "ink": "#52585f",
    "rule": "#cfd1ca",
    "edge": "#757b80",
    0: "#006b46",
    1: "#8d9399",
    2: "#cfd1ca",
}
DARK: dict[str | int, str] = {
    "ink": "#a9aeb3",
    "rule": "#383e44",
    "edge": "#848b92",
    0: "#3ecf97",
    1: "#848b92",
    2: "#3f464d",
}


@dataclass(frozen=True, slots=True)
class ChartLayer:
    """One part of every bar, from the ground up; the first is the one that matters most."""

    name: str
    values: Sequence[int]


@dataclass(frozen=True, slots=True)
class ChartShape:
    """How large a chart is drawn, and how many words fit below it."""

    width_px: int
    height_px: int
    labels_max: int


WIDE = ChartShape(1100, 300, 10)
NARROW = ChartShape(360, 260, 4)


def bar_chart(title: str, labels: Sequence[str], layers: Sequence[ChartLayer], shape: ChartShape) -> Response:
    """A chart of bars made up of layers, as a file of its own.

    Args:
        title: what it shows, for those who open the file by itself.
        labels: what each bar stands for; no two may be alike.
        layers: at most three, from the ground up.
        shape: how large.
    """
    every = max(1, -(-len(labels) // shape.labels_max))
    chart = pygal.StackedBar(
        width=shape.width_px,
        height=shape.height_px,
        title=None,
        show_legend=False,
        css=[f"inline:{_style()}"],
        style=_font_sizes(),
        js=[],
        x_labels=list(labels),
        x_labels_major=list(labels[::every]),
        show_minor_x_labels=False,
        truncate_label=-1,
        value_formatter=lambda value: f"{value:,.0f}",
        y_labels=_steps(max((sum(bar) for bar in zip(*(layer.values for layer in layers), strict=True)), default=0)),
        margin=6,
        margin_right=24,
        min_scale=2,
        max_scale=5,
        no_prefix=True,
    )
    for layer in layers:
        chart.add(layer.name, list(layer.values))
    chart.add_xml_filter(lambda root: _plain(root, title))
    response = make_response(chart.render())
    response.headers["Content-Type"] = "image/svg+xml; charset=utf-8"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-store"
    return response


def _steps(top: int) -> list[int]:
    """Round figures from nothing to above the top, two to five of them: nobody is shown half an impression."""
    size = 1
    while top > 5 * size:
        size = _next_round(size)
    return [*range(0, max(top, 1) + size, size)]


def _next_round(size: int) -> int:
    return size * 5 // 2 if str(size).startswith("2") else size * 2


def _font_sizes() -> Style:
    sizes = {"label_font_size": 13, "major_label_font_size": 13, "value_font_size": 13, "tooltip_font_size": 13}
    # Given, because they would be worked out of the colours otherwise, which stand in our own style.
    return Style(font_family=FONT, value_colors=("#000",) * SHADES, **sizes)


def _style() -> str:
    return f"{SHAPES}\n{_colors(LIGHT)}\n@media (prefers-color-scheme: dark) {{ {_colors(DARK)} }}"


def _colors(shades: dict[str | int, str]) -> str:
    layers = (f".color-{number} rect{{fill:{shades[number]}}}" for number in range(SHADES))
    lines = f".axis.y .guide.line{{stroke:{shades['rule']}}} .axis.y .axis.line{{stroke:{shades['edge']}}}"
    return " ".join((f".axis text{{fill:{shades['ink']}}}", lines, *layers))


def _plain(root: Any, title: str) -> Any:  # noqa: ANN401 - the library's tree carries no types
    """Leaves out what an image has no use for: scripts, and the hidden texts they would show."""
    for parent in list(root.iter()):
        for child in list(parent):
            names = str(child.get("class", "")).split() if isinstance(child.tag, str) else []
            if str(child.tag).removeprefix(DRAWN) in {"script", "desc"} or "tooltip-overlay" in names:
                parent.remove(child)
    found = root.find("title")
    if found is not None:
        found.text = title
    return root
