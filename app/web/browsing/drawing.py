"""Sockets drawn to scale: many have the same size, so each drawing is made once and kept."""

from functools import lru_cache

from flask import get_template_attribute
from markupsafe import Markup

from app.web.words.messages import page_language

DRAWINGS_KEPT = 200


def drawing(width_px: int, height_px: int) -> Markup:
    """A socket in its true proportions on a schematic page."""
    return _drawing(width_px, height_px, page_language())


@lru_cache(maxsize=DRAWINGS_KEPT)
def _drawing(width_px: int, height_px: int, _language: str) -> Markup:
    draw = get_template_attribute("_macros/display.html", "socket_schematic")
    return Markup(draw(width_px, height_px))  # noqa: S704 - made by our own template, of two numbers
