"""Client tokens: what lets a browser turn a card into a nonce, for a day and nothing else."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode

from local_braintree import customers
from local_braintree.answers import Answer, NotAuthentic, refuse
from local_braintree.call import Call, Settings

LIFE = timedelta(hours=24)
VERSIONS = frozenset({"1", "2", "3"})
DOMAINS_MAX = 5
NEED_A_CUSTOMER = {
    "make_default": "92801",
    "verify_card": "92802",
    "fail_on_duplicate_payment_method": "92803",
    "fail_on_duplicate_payment_method_for_customer": "92805",
}


def generate(call: Call) -> Answer:
    """POST /client_token."""
    fields = call.fields
    version = fields.text("version") or "2"
    _check(call, version)
    token = json.dumps(content(call.settings, call.now, fields.text("customer_id")))
    value = token if version == "1" else base64.b64encode(token.encode()).decode()
    return Answer(201, "client_token", {"value": value})


def _check(call: Call, version: str) -> None:
    fields = call.fields
    customer_id = fields.text("customer_id")
    if version not in VERSIONS:
        refuse("client_token", "version", code="92806", message="Client token version is unsupported.")
    if customer_id is not None and not customers.exists(call, customer_id):
        message = "Customer specified by customer_id does not exist"
        refuse("client_token", "customer_id", code="92804", message=message)
    for option, code in NEED_A_CUSTOMER.items():
        if customer_id is None and fields.flag("options", option):
            refuse("client_token.options", option, code=code, message=f"{option} requires a customer_id")
    account = fields.text("merchant_account_id")
    if account is not None and account != call.settings.merchant_account_id:
        message = "Merchant account specified by merchant_account_id does not exist"
        refuse("client_token", "merchant_account_id", code="92807", message=message)
    domains = fields.texts("domains") or []
    if len(domains) > DOMAINS_MAX:
        refuse("client_token", "domains", code="92810", message="Cannot specify more than 5 client token domains")
    if any("." not in domain or "/" in domain for domain in domains):
        message = "Client token domains must be valid domain names (RFC 1035), e.g. example.com"
        refuse("client_token", "domains", code="92011", message=message)


def content(settings: Settings, now: datetime, customer_id: str | None) -> dict[str, object]:
    """What a client token says; its addresses lead to this gateway, on the page's own origin."""
    claims = {
        "created_at": now.astimezone(UTC).isoformat(),
        "merchant_id": settings.merchant_id,
        "public_key": settings.public_key,
    }
    if customer_id is not None:
        claims["customer_id"] = customer_id
    text = urlencode(claims)
    client_api = f"{settings.public_path}/merchants/{settings.merchant_id}/client_api"
    return {
        "version": 2,
        "environment": "local",
        "authorizationFingerprint": f"{_signature(settings, text)}|{text}",
        "configUrl": f"{client_api}/v1/configuration",
        "clientApiUrl": client_api,
        "assetsUrl": settings.public_path,
        "merchantId": settings.merchant_id,
    }


def check_fingerprint(settings: Settings, now: datetime, fingerprint: str) -> None:
    """Raises if a browser holds no client token of ours that is at most a day old.

    Raises:
        NotAuthentic: it does not.
    """
    signature, _, text = fingerprint.partition("|")
    if not hmac.compare_digest(signature.encode(), _signature(settings, text).encode()):
        raise NotAuthentic
    created_at = datetime.fromisoformat(parse_qs(text)["created_at"][0])
    if not -LIFE <= now - created_at <= LIFE:
        raise NotAuthentic


def _signature(settings: Settings, text: str) -> str:
    return hmac.new(settings.private_key.encode(), text.encode(), hashlib.sha256).hexdigest()
