"""The one blueprint of the publisher's pages, shared by its route modules."""

from flask import Blueprint

blueprint = Blueprint("selling", __name__, url_prefix="/selling")

# No key is larger; a larger number is nothing that the database could be asked for.
SITE = "/sites/<int(max=9223372036854775807):site_id>"
SOCKET = "/sockets/<int(max=9223372036854775807):socket_id>"
FIGURE = "<int(max=9223372036854775807):figure_id>"
