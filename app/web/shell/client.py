"""Where this request comes from, as the trusted proxies tell it."""

from flask import current_app, request

from app.foundation import client_address as rules


def request_address() -> str:
    """The client's IP address."""
    return rules.client_address(request.environ, current_app.config["ISOCKET"].trusted_hops)


def coarse_client_network() -> str:
    """The client's /24 or /48: what log lines may say of it."""
    return rules.coarse_network(request_address())


def request_scheme() -> str:
    """``https`` or ``http``, as the client spoke it."""
    return rules.client_scheme(request.environ, current_app.config["ISOCKET"].trusted_hops)
