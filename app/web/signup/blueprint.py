"""The one blueprint of the door, shared by its route modules."""

from flask import Blueprint

blueprint = Blueprint("signup", __name__)
