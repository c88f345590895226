"""Kept cards: made from a nonce or a test card, verified on request, one of them the default."""

import re
from typing import cast

import sqlalchemy as sa

from local_braintree import nonces, verifications
from local_braintree.answers import Answer, Missing, refuse
from local_braintree.call import Call, new_id
from local_braintree.card_data import CardBody, TypedCard, accepted, card_node
from local_braintree.cards import card_of_key
from local_braintree.fields import Fields
from local_braintree.store import moment, stamp
from local_braintree.tables import CARDS, CUSTOMERS, NONCES
from local_braintree.wire import Node

TOKEN = re.compile(r"[A-Za-z0-9_-]+")
TOKEN_CHARACTERS_MAX = 36
CARD_NONCE = ("91731", "91732")
METHOD_NONCE = ("93107", "93108")
CARD_PARTS = frozenset({"number", "cvv", "expiration_date", "expiration_month", "expiration_year"})
METHOD = "payment_method"

Row = sa.Row[tuple[object, ...]]


def create(call: Call) -> Answer:
    """POST /payment_methods, for cards and for nonces alike; the root tells which."""
    fields = call.fields
    is_card = call.root == "credit_card"
    customer_id = fields.text("customer_id")
    if customer_id is None:
        code = "91704" if is_card else "93104"
        refuse(call.root, "customer_id", code=code, message="Customer ID is required.")
    if not _customer_exists(call, customer_id):
        code = "91705" if is_card else "93105"
        refuse(call.root, "customer_id", code=code, message="Customer ID is invalid.")
    if not is_card and "payment_method_nonce" not in fields and "number" not in fields:
        refuse(METHOD, "payment_method_nonce", code="93103", message="Nonce is required.")
    token, failed = keep(call, fields, call.root)
    return failed or Answer(201, "credit_card", node_of(call, token))


def find(call: Call) -> Answer:
    """GET /payment_methods/any/T and /payment_methods/credit_card/T."""
    return Answer(200, "credit_card", node_of(call, call.arguments[0]))


def find_by_nonce(call: Call) -> Answer:
    """GET /payment_methods/from_nonce/N: the kept card that a nonce was made for."""
    query = sa.select(NONCES).where(NONCES.c.nonce == call.arguments[0])
    row = call.connection.execute(query).one_or_none()
    if row is None or row.token is None or row.used_at is not None:
        raise Missing
    return Answer(200, "credit_card", node_of(call, row.token))


def update(call: Call) -> Answer:
    """PUT /payment_methods/any/T: expiry, name, default, or another card under the same token."""
    token, fields = call.arguments[0], call.fields
    row = row_of(call, token)
    card = cast("CardBody", row.body["card"])
    card = _changed(call, card)
    if fields.flag("options", "verify_card"):
        checked = verifications.verify(call, card, fields.text("options", "verification_amount"), token=token)
        if not verifications.is_verified(checked):
            return verifications.refused(checked)
    body = {**row.body, "card": card, "updated_at": stamp(call.now)}
    values = {"body": body, "number_key": card["number_key"]}
    call.connection.execute(CARDS.update().where(CARDS.c.token == token).values(values))
    if fields.flag("options", "make_default"):
        make_default(call, row.customer_id, token)
    return Answer(200, "credit_card", node_of(call, token))


def delete(call: Call) -> Answer:
    """DELETE /payment_methods/any/T; the oldest card left becomes the default."""
    row = row_of(call, call.arguments[0])
    call.connection.execute(CARDS.delete().where(CARDS.c.token == row.token))
    rest = _rows_of(call, row.customer_id)
    if row.body["default"] and rest:
        make_default(call, row.customer_id, rest[0].token)
    return Answer(200)


def keep(call: Call, fields: Fields, path: str) -> tuple[str, Answer | None]:
    """Keeps a card for a customer. Returns its token, and the answer instead when verifying it failed.

    Raises:
        Invalid: the card, the nonce or the token cannot be used.
    """
    customer_id = fields.text("customer_id") or ""
    token = _free_token(call, fields.text("token"), path)
    card = _sent_card(call, fields, path)
    _check_duplicates(call, fields, card, path)
    if fields.flag("options", "verify_card"):
        checked = verifications.verify(call, card, fields.text("options", "verification_amount"), token=token)
        if not verifications.is_verified(checked):
            return token, verifications.refused(checked)
    insert(call, customer_id, card, token)
    if fields.flag("options", "make_default"):
        make_default(call, customer_id, token)
    return token, None


def insert(call: Call, customer_id: str, card: CardBody, token: str | None = None) -> str:
    """Keeps a card under a token, a new one when none is given; the first card is the default. Returns the token."""
    token = token or new_id()
    others = _rows_of(call, customer_id)
    position = max((row.position for row in others), default=0) + 1
    body = {"card": card, "default": not others, "created_at": stamp(call.now), "updated_at": stamp(call.now)}
    row = {"token": token, "position": position, "customer_id": customer_id, "number_key": card["number_key"]}
    call.connection.execute(CARDS.insert().values({**row, "body": body}))
    return token


def make_default(call: Call, customer_id: str, token: str) -> None:
    """Makes one of a customer's cards the one that is charged when none is named.

    Raises:
        Invalid: it is not this customer's card.
    """
    rows = _rows_of(call, customer_id)
    if token not in {row.token for row in rows}:
        refuse("customer", "default_payment_method_token", code="91718", message="Token is invalid.")
    for row in rows:
        body = {**row.body, "default": row.token == token}
        call.connection.execute(CARDS.update().where(CARDS.c.token == row.token).values(body=body))


def default_of(call: Call, customer_id: str) -> Row | None:
    """The customer's default card, or None without cards."""
    return next((row for row in _rows_of(call, customer_id) if row.body["default"]), None)


def row_of(call: Call, token: str) -> Row:
    """A kept card.

    Raises:
        Missing: there is none.
    """
    row = call.connection.execute(sa.select(CARDS).where(CARDS.c.token == token)).one_or_none()
    if row is None:
        raise Missing
    return row


def nodes_of(call: Call, customer_id: str) -> list[Node]:
    """A customer's cards, oldest first."""
    return [_node(call, row) for row in _rows_of(call, customer_id)]


def node_of(call: Call, token: str) -> dict[str, Node]:
    """What answers say about a kept card.

    Raises:
        Missing: there is none.
    """
    return _node(call, row_of(call, token))


def _node(call: Call, row: Row) -> dict[str, Node]:
    checked: list[Node] = list(verifications.nodes_of_card(call, row.token))
    return {
        "token": row.token,
        **card_node(cast("CardBody", row.body["card"]), call.now.date()),
        "customer_id": row.customer_id,
        "default": bool(row.body["default"]),
        "global_id": f"paymentmethod_cc_{row.token}",
        "image_url": None,
        "created_at": moment(row.body["created_at"]),
        "updated_at": moment(row.body["updated_at"]),
        "subscriptions": [],
        "verifications": checked,
    }


def _rows_of(call: Call, customer_id: str) -> list[Row]:
    query = sa.select(CARDS).where(CARDS.c.customer_id == customer_id).order_by(CARDS.c.position)
    return list(call.connection.execute(query))


def _customer_exists(call: Call, customer_id: str) -> bool:
    query = sa.select(CUSTOMERS.c.id).where(CUSTOMERS.c.id == customer_id)
    return call.connection.execute(query).one_or_none() is not None


def _free_token(call: Call, token: str | None, path: str) -> str:
    if token is None:
        return new_id()
    if not TOKEN.fullmatch(token):
        refuse(path, "token", code="91718", message="Credit card token is invalid.")
    if len(token) > TOKEN_CHARACTERS_MAX:
        refuse(path, "token", code="91720", message="Credit card token is too long.")
    if call.connection.execute(sa.select(CARDS.c.token).where(CARDS.c.token == token)).one_or_none():
        refuse(path, "token", code="91719", message="Credit card token is taken.")
    return token


def _sent_card(call: Call, fields: Fields, path: str) -> CardBody:
    nonce = fields.text("payment_method_nonce")
    if nonce is None:
        return accepted(TypedCard.of(fields), path)
    consumed, unknown = METHOD_NONCE if path == METHOD else CARD_NONCE
    card = nonces.spend(call, nonce, nonces.Codes(path, consumed=consumed, unknown=unknown)).card
    name = fields.text("cardholder_name")
    return {**card, "cardholder_name": name} if name is not None else card


def _check_duplicates(call: Call, fields: Fields, card: CardBody, path: str) -> None:
    same = sa.select(CARDS.c.token).where(CARDS.c.number_key == card["number_key"]).limit(1)
    if fields.flag("options", "fail_on_duplicate_payment_method") and call.connection.execute(same).first():
        refuse(path, "number", code="81724", message="Duplicate card exists in the vault.")
    owned = same.where(CARDS.c.customer_id == fields.text("customer_id"))
    is_asked = fields.flag("options", "fail_on_duplicate_payment_method_for_customer")
    if is_asked and call.connection.execute(owned).first():
        refuse(path, "number", code="81763", message="Duplicate card exists in the vault for the customer.")


def _changed(call: Call, card: CardBody) -> CardBody:
    fields = call.fields
    nonce = fields.text("payment_method_nonce")
    if nonce is not None:
        codes = nonces.Codes(call.root, consumed=CARD_NONCE[0], unknown=CARD_NONCE[1])
        card = nonces.spend(call, nonce, codes).card
    elif CARD_PARTS & fields.values.keys():
        typed = TypedCard.of(fields)
        known = card_of_key(card["number_key"])
        whole = TypedCard(
            number=typed.number or known.number,
            cvv=typed.cvv,
            month=typed.month or card["month"],
            year=typed.year or card["year"],
            name=card["cardholder_name"],
        )
        card = accepted(whole, call.root)
    name = fields.text("cardholder_name")
    return {**card, "cardholder_name": name} if name is not None else card
