"""The one blueprint of the checkout, shared by its route modules."""

from flask import Blueprint

blueprint = Blueprint("checkout", __name__)
