"""The one blueprint of My Account, shared by its route modules."""

from flask import Blueprint

blueprint = Blueprint("account", __name__, url_prefix="/account")
