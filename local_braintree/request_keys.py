"""Request keys: the same key with the same request is one transaction, however often it is sent."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime

import sqlalchemy as sa

from local_braintree.answers import Answer, refuse
from local_braintree.call import Call
from local_braintree.store import stamp
from local_braintree.tables import REQUEST_KEYS
from local_braintree.wire import Value

KEY_CHARACTERS_MAX = 255
SECRET = "cvv"  # noqa: S105 - the name of a field, not a secret
NUMBER = "number"


def once(call: Call, work: Callable[[], str], answer: Callable[[str], Answer]) -> Answer:
    """Does the work unless its key was seen before; answers with the transaction it made then or makes now.

    Raises:
        Invalid: the key is too long (915230), or was used for another request (915232).
    """
    key = call.fields.text("api_request_key")
    if key is None:
        return answer(work())
    if len(key) > KEY_CHARACTERS_MAX:
        refuse("transaction", "api_request_key", code="915230", message="API request key is too long.")
    query = sa.select(REQUEST_KEYS).where(REQUEST_KEYS.c.request_key == key)
    seen = call.connection.execute(query).one_or_none()
    fingerprint = _fingerprint(call)
    if seen is not None:
        if seen.fingerprint != fingerprint:
            message = "API request key can be reused only with the same request."
            refuse("transaction", "api_request_key", code="915232", message=message)
        return answer(seen.transaction_id)
    transaction_id = work()
    row = {"request_key": key, "fingerprint": fingerprint, "transaction_id": transaction_id}
    call.connection.execute(REQUEST_KEYS.insert().values(**row, created_at=stamp(call.now)))
    return answer(transaction_id)


def _fingerprint(call: Call) -> str:
    said = json.dumps([call.path, _without_card(call.fields.values)], sort_keys=True, default=_plain)
    return hashlib.sha256(said.encode()).hexdigest()


def _without_card(values: Mapping[str, Value]) -> dict[str, Value]:
    """The request with no more of a card number than its last four, so that not even a hash of it is kept."""
    kept: dict[str, Value] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            kept[name] = _without_card(value)
        elif name == NUMBER:
            kept[name] = str(value)[-4:]
        elif name != SECRET:
            kept[name] = value
    return kept


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
