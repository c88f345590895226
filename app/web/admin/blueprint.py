"""The one blueprint of the staff pages, shared by their route modules."""

from flask import Blueprint

blueprint = Blueprint("admin", __name__)
