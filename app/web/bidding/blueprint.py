"""The one blueprint of bidding, shared by its route modules."""

from flask import Blueprint

blueprint = Blueprint("bidding", __name__)

AUCTION = "/auctions/<public_id>"
OWN_AUCTION = "/selling/auctions/<public_id>"
# No key is larger; a larger number is nothing that the database could be asked for.
NEW_AUCTION = "/selling/sockets/<int(max=9223372036854775807):socket_id>/auctions/new"
