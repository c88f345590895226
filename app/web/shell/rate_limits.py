"""How often one client may send something; counted across all workers."""

import math
import time
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request
from limits import RateLimitItem, parse
from limits.strategies import FixedWindowRateLimiter

from app.foundation.client_address import client_network
from app.foundation.db import db
from app.foundation.errors import TooMany
from app.foundation.log import get_logger
from app.foundation.rate_counters import counters_for
from app.web.shell.client import request_address
from app.web.shell.principal import visitor

View = TypeVar("View", bound=Callable[..., Any])
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CHANGES_PER_CLIENT = parse("120/minute")
LIMITER = "isocket_limiter"

log = get_logger(__name__)


def initialize_rate_limits(app: Flask) -> None:
    """Opens the shared counters and checks every request against them."""
    with app.app_context():
        counters = counters_for(db.engine, app.config["ISOCKET"].data_dir)
    app.extensions[LIMITER] = FixedWindowRateLimiter(counters)
    app.before_request(check_limits)


def limited(rate: str) -> Callable[[View], View]:
    """Limits how often one client may send this form: ``@limited("10/hour")``."""
    item = parse(rate)

    def mark(view: View) -> View:
        view.rate_limit = item  # type: ignore[attr-defined]  # the mark that check_limits reads
        return view

    return mark


def check_limits() -> None:
    """Counts this request.

    Raises:
        TooMany: one of its limits is reached.
    """
    if request.endpoint is None or request.method in SAFE_METHODS:
        return
    own = getattr(current_app.view_functions.get(request.endpoint), "rate_limit", None)
    if own is None:
        _hit(CHANGES_PER_CLIENT, "changes")
    else:
        _hit(own, request.endpoint)


def _hit(item: RateLimitItem, name: str) -> None:
    limiter: FixedWindowRateLimiter = current_app.extensions[LIMITER]
    person = visitor()
    client = f"user:{person.user_id}" if person else client_network(request_address())
    if limiter.hit(item, name, client):
        return
    log.warning("rate_limited", limit=name)
    resets_at = limiter.get_window_stats(item, name, client).reset_time
    raise TooMany(retry_after_s=max(1, math.ceil(resets_at - time.time())))
