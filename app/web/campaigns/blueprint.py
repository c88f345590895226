"""The one blueprint of the campaign pages, shared by its route modules."""

from flask import Blueprint

blueprint = Blueprint("campaigns", __name__, url_prefix="/campaigns")
