"""Sockets drawn to scale: many have the same size, so each drawing is made once and kept."""

from functools import lru_cache

from flask import get_template_attribute
from markupsafe import Markup

DRAWINGS_KEPT = 200


@lru_cache(maxsize=DRAWINGS_KEPT)
def drawing(width_px: int, height_px: int) -> Markup:
    """A socket in its true proportions on a schematic page."""
    draw = get_template_attribute("_macros/display.html", "socket_schematic")
    return Markup(draw(width_px, height_px))  # noqa: S704 - made by our own template, of two numbers
